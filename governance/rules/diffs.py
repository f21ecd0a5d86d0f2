"""What changed between two texts, line by line and within a line word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

WORDS = re.compile(r"\w+|\s+|[^\w\s]")
ALIKE = 0.4
"""Below this share of common words two lines are another line, not a changed one."""


class Kind(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of both texts side by side; None where one has no such line."""

    before: tuple[Piece, ...] | None
    after: tuple[Piece, ...] | None

    @property
    def is_changed(self) -> bool:
        pieces = (self.before or ()) + (self.after or ())
        return any(piece.kind is not Kind.SAME for piece in pieces)

    @property
    def inline(self) -> tuple[Piece, ...]:
        """Both sides in one line: what stayed once, what went before what came."""
        if self.before is None or self.after is None:
            return self.before or self.after or ()
        if not self.is_changed:
            return self.after
        return merged(
            "".join(piece.text for piece in self.before),
            "".join(piece.text for piece in self.after),
        )


def compare(before: str, after: str) -> list[Row]:
    """Return the lines of two texts beside each other."""
    old, new = before.splitlines(), after.splitlines()
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row(_same(line), _same(line)) for line in old[i1:i2]]
        else:
            rows += _paired(old[i1:i2], new[j1:j2])
    return rows


def merged(before: str, after: str) -> tuple[Piece, ...]:
    """Return two lines as one: words that stayed, went and came, in reading order."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Kind.SAME, "".join(old[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece(Kind.GONE, "".join(old[i1:i2])))
        if j1 < j2:
            pieces.append(Piece(Kind.NEW, "".join(new[j1:j2])))
    return tuple(pieces)


def _paired(old: list[str], new: list[str]) -> list[Row]:
    rows: list[Row] = []
    for before, after in zip_longest(old, new):
        if before is None or after is None or not _alike(before, after):
            rows += [Row((Piece(Kind.GONE, before),), None)] if before is not None else []
            rows += [Row(None, (Piece(Kind.NEW, after),))] if after is not None else []
            continue
        pieces = merged(before, after)
        rows.append(
            Row(
                tuple(piece for piece in pieces if piece.kind is not Kind.NEW),
                tuple(piece for piece in pieces if piece.kind is not Kind.GONE),
            )
        )
    return rows


def _alike(before: str, after: str) -> bool:
    matcher = SequenceMatcher(None, WORDS.findall(before), WORDS.findall(after), autojunk=False)
    return matcher.ratio() >= ALIKE


def _same(line: str) -> tuple[Piece, ...]:
    return (Piece(Kind.SAME, line),)
