"""The table: one file a room, one line for each route and method that lets anybody in.

    # route            of         method  own        foreign   hidden
    members:key        key        GET     managers   nobody    nobody
    benchmark-detail   benchmark  GET     visitors   -         -
    members:directory  -          GET     everyone

`of` names the thing in the path (`world.py`); `-` means that the path names none, and then one column is enough; `?`
means that the world has none of it, so that everybody asks for one that does not exist. A column is `-` where the world
has no such thing. A method that is not listed lets nobody in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.matrix.roles import read, write

FOLDER = Path(__file__).parent
VARIANTS = ("own", "foreign", "hidden")


def unproved() -> frozenset[str]:
    """Names of routes that came lately, whose lines the walk doesn't ask yet."""
    return frozenset((FOLDER / "unproved.lst").read_text(encoding="utf-8").split())


@dataclass(frozen=True)
class Line:
    """What is expected of one route and method."""

    route: str
    of: str
    method: str
    allowed: dict[str, frozenset[str]]

    def __str__(self) -> str:
        """The line as it stands in the file."""
        names = VARIANTS if self.of not in "-?" else VARIANTS[:1]
        columns = [write(self.allowed[name]) if name in self.allowed else "-" for name in names]
        return " ".join([self.route, self.of, self.method, *columns])


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
    if len(columns) != (3 if of not in "-?" else 1):
        raise ValueError(f"{text!r} has not the columns it needs")
    named = zip(VARIANTS, columns, strict=False)
    return Line(route, of, method, {name: read(text) for name, text in named if text != "-"})
