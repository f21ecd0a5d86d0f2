"""Every route of the portal is listed, and every listed one is there; no database is asked."""

from __future__ import annotations

from tests.matrix.routes import routes
from tests.matrix.table import lines, unproved

NAMES = {name for name in routes() if not name.startswith("admin:")}
TABLE = lines()
LISTED = {line.route for line in TABLE}


def test_every_route_is_listed() -> None:
    missing = {
        name: f"tests/matrix/{routes()[name].room}.txt" for name in NAMES - LISTED - unproved()
    }
    assert not missing, f"say who is let in to these routes (CONTRIBUTING.md says how): {missing}"


def test_every_listed_route_is_there() -> None:
    gone = sorted((LISTED | unproved()) - NAMES)
    assert not gone, f"these routes are gone; take their lines out: {gone}"


def test_no_line_stands_twice() -> None:
    seen = [(line.route, line.of, line.method) for line in TABLE]
    assert len(seen) == len(set(seen))


def test_a_line_lists_methods_that_its_route_may_have() -> None:
    wrong = [line for line in TABLE if line.method not in routes()[line.route].methods]
    assert not wrong, f"the walk never asks for these: {wrong}"


def test_an_address_that_takes_a_name_says_of_what() -> None:
    wrong = [line for line in TABLE if (line.of == "-") == bool(routes()[line.route].takes)]
    assert not wrong, f"`-` is for addresses that name nothing, and only for them: {wrong}"
