"""How often a seat has been heard from, of the votes that it could be heard in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from governance.rules.roll import Roll


@dataclass(frozen=True, slots=True)
class Share:
    """Votes a seat took part in, of those whose roll had it filled."""

    heard: int
    called: int


def participation(votes: Iterable[tuple[Roll, frozenset[int]]]) -> dict[int, Share]:
    """Count by seat number; a vacant seat missed nothing, and a recusal is taking part."""
    counts: dict[int, tuple[int, int]] = {}
    for roll, heard in votes:
        for seat in roll.filled:
            was, of = counts.get(seat.number, (0, 0))
            counts[seat.number] = (was + (seat.number in heard), of + 1)
    return {number: Share(*pair) for number, pair in counts.items()}
