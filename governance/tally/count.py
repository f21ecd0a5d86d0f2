"""What every method returns, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Matrix = tuple[tuple[int, ...], ...]
"""Row over column: how many ballots prefer the one to the other."""
Order = tuple[tuple[int, ...], ...]
"""Levels from the best; candidates of one level are tied."""


@dataclass(frozen=True, slots=True)
class Count:
    """A finished count. Winners are a set in the order of their election; a seat left open by a tie is not filled."""

    method: str
    seats: int
    candidates: tuple[str, ...]
    winners: tuple[int, ...]
    order: Order
    rounds: tuple[dict[str, Any], ...]
    ties: tuple[dict[str, Any], ...]
    pairwise: Matrix | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the count in names: the five keys that `recount --json` prints."""
        names = self.candidates
        return {
            "winners": [names[one] for one in self.winners],
            "order": [[names[one] for one in level] for level in self.order],
            "rounds": list(self.rounds),
            "pairwise": named_matrix(self.pairwise, names) if self.pairwise else {},
            "ties": list(self.ties),
        }


def named(
    votes: Sequence[int] | Mapping[int, int],
    names: Sequence[str],
    who: Iterable[int],
    places: int = 0,
) -> dict[str, Any]:
    """Return figures by name; with places, numbers of units of 10^-places become decimal text."""
    return {names[one]: figure(votes[one], places) for one in who}


def figure(value: int, places: int) -> int | str:
    """Return a number of units as JSON shows it."""
    if not places:
        return value
    whole, rest = divmod(value, 10**places)
    return f"{whole}.{rest:0{places}d}"


def named_matrix(matrix: Matrix, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return a matrix by names, without its empty diagonal."""
    return {
        names[row]: {names[column]: value for column, value in enumerate(line) if column != row}
        for row, line in enumerate(matrix)
    }


def levels(candidates: Iterable[int], measure: Sequence[int]) -> Order:
    """Return candidates from the highest measure down, those of one measure together in list order."""
    held: dict[int, list[int]] = {}
    for one in candidates:
        held.setdefault(measure[one], []).append(one)
    return tuple(tuple(held[value]) for value in sorted(held, reverse=True))
