"""How far a score has been checked: a ladder whose every step is taken by somebody else than the step before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Rung(StrEnum):
    """The steps, and the two states that leave the ladder."""

    SELF_ATTESTED = "self-attested"
    RECOMPUTED = "recomputed"
    REPLICATED = "replicated"
    DISPUTED = "disputed"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Assurance:
    """Where a cell stands: `agreeing` organisations within tolerance of each other, `dissenting` outside."""

    rung: Rung
    agreeing: int
    dissenting: int


def assess(
    values: Iterable[Fraction],
    *,
    tolerance: Fraction,
    recomputed: bool,
    disputed: bool = False,
    retracted: bool = False,
) -> Assurance:
    """Place a cell on the ladder from one value for each independent organisation.

    The largest group of organisations within tolerance of each other counts, so that one stray node can't take the
    confirmation of the others away; it is reported as dissent. A dispute or a retraction outweighs every step.
    """
    known = sorted(values)
    agreeing = largest_agreement(known, tolerance)
    if retracted:
        rung = Rung.RETRACTED
    elif disputed:
        rung = Rung.DISPUTED
    elif agreeing >= 2:
        rung = Rung.REPLICATED
    else:
        rung = Rung.RECOMPUTED if recomputed else Rung.SELF_ATTESTED
    return Assurance(rung, agreeing, len(known) - agreeing)


def largest_agreement(ordered: Sequence[Fraction], tolerance: Fraction) -> int:
    """Return how many of the ascending values fit into one window as wide as the tolerance."""
    if len(ordered) < 2:
        return len(ordered)
    best = start = 0
    for end, value in enumerate(ordered):
        while value - ordered[start] > tolerance:
            start += 1
        best = max(best, end - start + 1)
    return best
