"""The leaderboard's API: rows as decimal strings, ETags, filters, problem documents."""

from __future__ import annotations

import pytest
from django.test import Client

from leaderboard.models import Result
from tests.leaderboard.boards import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    made.measure_all()
    made.refresh()
    return made


def test_boards_are_listed_with_how_many_systems_are_replicated(
    client: Client, world: World
) -> None:
    make_world(slug="language-id-noisy", adopted=False)
    (board,) = client.get("/api/v1/boards/").json()["results"]
    assert board["benchmark"] == "language-id"
    assert (board["number"], board["systems"], board["ranked"], board["replicated"]) == (1, 5, 5, 5)


def test_a_board_gives_its_rows(client: Client, world: World) -> None:
    board = client.get("/api/v1/boards/language-id/").json()
    leader = board["rows"][0]
    assert (leader["system"], leader["value"], leader["low"]) == ("py3langid", "0.97", "0.915481")
    assert (leader["rank_low"], leader["rank_high"], leader["organisations"]) == (1, 2, 3)
    assert leader["nodes"] == ["node-a", "node-b", "node-c"]
    assert board["metrics"] == ["accuracy", "accuracy-short", "sentences-per-second"]
    other = client.get("/api/v1/boards/language-id/?metric=sentences-per-second").json()
    assert {row["ranked"] for row in other["rows"]} == {False}
    only = client.get("/api/v1/boards/language-id/?licence=BSD").json()
    assert [row["system"] for row in only["rows"]] == ["langid"]


def test_an_unchanged_board_is_304(client: Client, world: World) -> None:
    path = "/api/v1/boards/language-id/"
    etag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    world.result("py3langid", "d")
    world.refresh()
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    "path", ["boards/unheard-of/", "boards/language-id-noisy/", "boards/language-id/?metric=no"]
)
def test_what_has_no_board_is_a_problem_document(client: Client, world: World, path: str) -> None:
    make_world(slug="language-id-noisy", adopted=False)
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_benchmarks_show_their_versions_proposed_ones_too(client: Client, world: World) -> None:
    make_world(slug="language-id-noisy", adopted=False)
    found = client.get("/api/v1/benchmarks/").json()["results"]
    assert [b["versions"][0]["state"] for b in found] == ["adopted", "proposed"]
    proposed = client.get("/api/v1/benchmarks/?state=proposed").json()["results"]
    assert [b["slug"] for b in proposed] == ["language-id-noisy"]


def test_nodes_show_health_keys_and_counts(client: Client, world: World) -> None:
    found = client.get("/api/v1/nodes/?benchmark=language-id").json()["results"]
    assert [(n["slug"], n["health"], n["results"]) for n in found] == [
        ("node-a", "fresh", 5),
        ("node-b", "fresh", 5),
        ("node-c", "fresh", 5),
    ]
    assert len(found[0]["keys"]) == 1


def test_results_are_found_by_run_node_and_system(client: Client, world: World) -> None:
    wanted = Result.objects.get(system_revision__system__slug="langid", node__slug="node-b")
    for query in (f"run={wanted.run_id}", "node=node-b&system=langid"):
        (found,) = client.get(f"/api/v1/results/?{query}").json()["results"]
        assert found["id"] == wanted.ulid
    numbers = {m["metric"]: m["value"] for m in found["measurements"]}
    assert numbers == {"accuracy": "0.95", "accuracy-short": "0.9", "sentences-per-second": "12550"}
    assert client.get(found["envelope"]).status_code == 200
    single = client.get(f"/api/v1/results/{wanted.ulid}/").json()
    assert single["state"] == "counted"


def test_lists_cost_the_same_for_one_and_for_many(
    client: Client, db: None, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counts() -> list[int]:
        found = []
        for path in ("benchmarks", "systems", "nodes", "results", "boards"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/api/v1/{path}/").status_code == 200
            found.append(len(queries))
        return found

    world = make_world()
    world.result("py3langid", "a")
    world.refresh()
    few = counts()
    world.measure_all("bc")
    world.refresh()
    assert counts() == few
