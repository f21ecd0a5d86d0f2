"""From an order to seats: caps per organisation, and ties at the last seat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from governance.tally.count import Order
from governance.tally.profile import TallyError
from governance.tally.ties import Ties


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` seats for candidates of one organisation; whoever has none is never capped."""

    limit: int
    organisations: tuple[str | None, ...]
    """Of each candidate, in the order of the list."""

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise TallyError("A cap allows at least one seat.")


class Room:
    """How many seats each organisation may still take."""

    def __init__(self, cap: Cap | None) -> None:
        self._cap = cap
        self._taken: Counter[str] = Counter()

    def organisation(self, candidate: int) -> str | None:
        return self._cap.organisations[candidate] if self._cap else None

    def left(self, candidate: int) -> int | None:
        """Return the seats left to a candidate's organisation; None where nothing limits it."""
        name = self.organisation(candidate)
        if self._cap is None or name is None:
            return None
        return self._cap.limit - self._taken[name]

    def is_full(self, candidate: int) -> bool:
        return self.left(candidate) == 0

    def fillable(self, candidates: Iterable[int]) -> int:
        """Return how many of these candidates could be seated together."""
        free, sizes, left = 0, Counter[str](), dict[str, int]()
        for one in candidates:
            name, limit = self.organisation(one), self.left(one)
            if name is None or limit is None:
                free += 1
            else:
                sizes[name] += 1
                left[name] = limit
        return free + sum(min(size, left[name]) for name, size in sizes.items())

    def take(self, candidate: int) -> None:
        """Count a seat for the candidate's organisation."""
        name = self.organisation(candidate)
        if name is not None:
            self._taken[name] += 1

    def reason(self, candidate: int, names: Sequence[str]) -> dict[str, Any]:
        """Say why a candidate was passed over."""
        assert self._cap is not None
        return {
            "candidate": names[candidate],
            "organisation": self.organisation(candidate),
            "reason": "cap",
            "cap": self._cap.limit,
        }


def seat(
    order: Order, seats: int, cap: Cap | None, ties: Ties, names: Sequence[str]
) -> tuple[tuple[int, ...], tuple[dict[str, Any], ...]]:
    """Fill seats down an order; return the winners and, where a cap applies, the round that says who was passed over.

    A tie at the last seat (or between two of one organisation for its last one) is drawn if there is a seed; else
    whoever is seated however it falls is seated, and the rest is left open.
    """
    room = Room(cap)
    winners: list[int] = []
    passed: list[dict[str, Any]] = []
    for level in order:
        free = seats - len(winners)
        if free <= 0:
            break
        passed += [room.reason(one, names) for one in level if room.is_full(one)]
        able = [one for one in level if not room.is_full(one)]
        sure, used = _sure(able, room, free)
        if len(sure) < len(able):
            chosen = _draw(able, room, free, ties)
            passed += [
                room.reason(one, names)
                for one in able
                if one not in chosen and ties.lot.decides and used < free
            ]
            sure = chosen if ties.lot.decides else sure
        for one in sure:
            room.take(one)
        winners += sure
        if len(sure) < used and not ties.lot.decides:
            break
    rounds: tuple[dict[str, Any], ...] = ()
    if cap is not None:
        rounds = (
            {
                "kind": "seating",
                "elected": [names[one] for one in winners],
                "passed_over": passed,
            },
        )
    return tuple(winners), rounds


def _sure(level: list[int], room: Room, free: int) -> tuple[list[int], int]:
    """Return who of a level is seated whatever the draw, and how many seats the level takes."""
    sizes = Counter(room.organisation(one) for one in level)
    used = room.fillable(level)
    fits = [
        one
        for one in level
        if (left := room.left(one)) is None or sizes[room.organisation(one)] <= left
    ]
    return (fits if used <= free else []), min(used, free)


def _draw(level: list[int], room: Room, free: int, ties: Ties) -> list[int]:
    """Report the tie of a level; return whom the lottery seats."""
    taken: Counter[str | None] = Counter()
    chosen: list[int] = []
    for one in ties.lot.ordered(level):
        left, name = room.left(one), room.organisation(one)
        if len(chosen) < free and (left is None or taken[name] < left):
            taken[name] += 1
            chosen.append(one)
    decides = ties.lot.decides
    ties.report("seat", level, by="lottery" if decides else None, chosen=chosen if decides else ())
    return chosen
