"""Two values of a field as words that stay, go and come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from projects.wording import field_name

LONGEST = 4000  # words compared; longer texts are shown as a whole


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that changed."""

    name: str
    pieces: list[Piece]


def shown(fields: dict[str, Any]) -> list[Difference]:
    """Return the differences of a change, field by field."""
    return [
        Difference(field_name(name), pieces(_text(pair[0]), _text(pair[1])))
        for name, pair in fields.items()
    ]


def pieces(before: str, after: str) -> list[Piece]:
    """Compare two texts word by word."""
    old, new = re.findall(r"\S+|\s+", before), re.findall(r"\S+|\s+", after)
    if len(old) + len(new) > LONGEST:
        return [Piece("gone", before), Piece("new", after)]
    found: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece("gone", "".join(old[a:b])))
        if d > c:
            found.append(Piece("new", "".join(new[c:d])))
    return found


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    return "" if value is None else str(value)
