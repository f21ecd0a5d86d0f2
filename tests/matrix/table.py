"""The table: one file a room, one line for each route and method that lets anybody in.

    # route          of            method  own        foreign   hidden
    members:key      key           GET     managers   nobody    nobody
    members:directory -            GET     everyone

`of` names the thing in the path (`world.py`); `-` means that the path names none, and then one column is enough;
`?` means that the world has none of it, so that everybody asks for one that does not exist. A method that is not listed
lets nobody in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.matrix.roles import read

FOLDER = Path(__file__).parent
VARIANTS = ("own", "foreign", "hidden")


def unproved() -> frozenset[str]:
    """Names of routes that are listed, but whose lines the walk doesn't ask yet."""
    return frozenset((FOLDER / "unproved.lst").read_text(encoding="utf-8").split())


@dataclass(frozen=True)
class Line:
    """What is expected of one route and method."""

    route: str
    of: str
    method: str
    allowed: dict[str, frozenset[str]]


def lines() -> list[Line]:
    """Read the files of all rooms."""
    return [
        _line(text)
        for path in sorted(FOLDER.glob("*.txt"))
        for text in path.read_text(encoding="utf-8").splitlines()
        if text.strip() and not text.startswith("#")
    ]


def _line(text: str) -> Line:
    route, of, method, *columns = text.split()
    names = VARIANTS[: len(columns)]
    if len(columns) != (3 if of not in "-?" else 1):
        raise ValueError(f"{text!r} has not the columns it needs")
    return Line(route, of, method, {n: read(c) for n, c in zip(names, columns, strict=True)})
