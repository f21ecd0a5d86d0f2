"""Ties: reported as they are, then settled by rules that anybody can repeat."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

DEFAULT_SEED = ""
"""Settles what must be settled for the count to go on where no seed was given."""


@dataclass(frozen=True, slots=True)
class Lot:
    """One public draw for a whole count: candidates in the order of SHA-256(seed, newline, name).

    Whoever comes first in that order is preferred. A seed nobody knew when the ballots were cast makes it a lottery.
    """

    names: tuple[str, ...]
    seed: str | None = None
    """Without one, ties for a seat stay open; a tie inside the count is drawn with `DEFAULT_SEED`."""

    @property
    def decides(self) -> bool:
        """Say whether ties for a seat are drawn or left open."""
        return self.seed is not None

    def key(self, candidate: int) -> bytes:
        """Return what the draw sorts a candidate by."""
        seed = DEFAULT_SEED if self.seed is None else self.seed
        return hashlib.sha256(f"{seed}\n{self.names[candidate]}".encode()).digest()

    def ordered(self, candidates: Iterable[int]) -> list[int]:
        """Return candidates from the preferred one."""
        return sorted(candidates, key=self.key)


@dataclass(slots=True)
class Ties:
    """The ties a count met, in order."""

    lot: Lot
    found: list[dict[str, Any]] = field(default_factory=list)

    def report(
        self, place: str, candidates: Iterable[int], *, by: str | None, chosen: Iterable[int], at: int | None = None
    ) -> None:  # fmt: skip
        """Note a tie: what it was about, between whom, and what settled it (nothing yet, when `by` is None)."""
        names = self.lot.names
        tie: dict[str, Any] = {
            "about": place,
            "candidates": sorted(names[one] for one in candidates),
            "settled_by": by,
            "chosen": [names[one] for one in chosen],
        }
        if at is not None:
            tie["round"] = at
        if by == "lottery":
            tie["seed"] = DEFAULT_SEED if self.lot.seed is None else self.lot.seed
        self.found.append(tie)

    def choose(
        self, place: str, tied: Sequence[int], history: Sequence[Sequence[int]], *, lowest: bool
    ) -> int:
        """Return one of several tied candidates: by the latest earlier round that tells them apart, then by lot."""
        if len(tied) == 1:
            return tied[0]
        left = backward(tied, history, lowest=lowest)
        by = "backward rounds"
        if len(left) > 1:
            by = "lottery"
            drawn = self.lot.ordered(left)
            left = [drawn[-1] if lowest else drawn[0]]
        self.report(place, tied, by=by, chosen=left, at=len(history))
        return left[0]


def backward(tied: Sequence[int], history: Sequence[Sequence[int]], *, lowest: bool) -> list[int]:
    """Return those who had the least (or the most) in the latest round where the tied ones differed, and so on back."""
    left = list(tied)
    pick = min if lowest else max
    for votes in reversed(history):
        edge = pick(votes[one] for one in left)
        left = [one for one in left if votes[one] == edge]
        if len(left) == 1:
            break
    return left
