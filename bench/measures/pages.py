"""How many queries a page asks, with few rows and with many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from bench.figure import Figure, Verdict

TITLE = "Queries a page asks"
FEW, MANY = 5, 500
_WORLDS: dict[str, Any] = {}


def measure() -> list[Figure]:
    """Compare every list at 5 and at 500 rows."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        return list(_figures())


def _figures() -> Iterator[Figure]:
    lists: list[tuple[str, str, Callable[[int, int], None]]] = [
        ("directory of members", "/en/members/", _organisations),
        ("API: organisations", "/api/v1/organisations/?page_size=100", _organisations),
        ("a board", "/en/leaderboard/language-id/", _results),
    ]
    made: dict[Callable[[int, int], None], int] = {}
    counted: dict[str, list[int]] = {}
    for rows in (FEW, MANY):
        for name, path, make in lists:
            if made.get(make, 0) < rows:
                make(made.get(make, 0), rows)
                made[make] = rows
            counted.setdefault(name, []).append(_queries(path))
    for name, (few, many) in counted.items():
        yield Figure(
            f"queries of {name} at {MANY} rows", many, "", f"= {few}, as at {FEW} rows",
            Verdict.MET if few == many else Verdict.SHORT,
        )  # fmt: skip


def _queries(path: str) -> int:
    client = Client(HTTP_HOST="127.0.0.1")
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return len(asked)


def _organisations(have: int, want: int) -> None:
    from tests.factories.members import OrganisationFactory

    OrganisationFactory.create_batch(want - have)


def _results(have: int, want: int) -> None:
    from tests.leaderboard.boards import make_world

    world = _WORLDS.setdefault("board", make_world())
    for number in range(have, want):
        world.result(f"system-{number:05}", "a", wrong=set(range(number % 60)))
    world.refresh()
