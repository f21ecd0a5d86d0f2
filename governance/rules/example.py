"""A worked example of a rule: the smallest count that carries, and the same with one vote less."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from governance.rules.counting import Tally, tally
from governance.rules.roll import Position, Roll, RollSeat
from governance.rules.rule import Base, Rule


@dataclass(frozen=True, slots=True)
class Example:
    """A made-up count over as many seats as the roll has filled ones."""

    positions: tuple[Position | None, ...]
    """One a seat, in the order for, against, abstain, absent."""
    tally: Tally

    @property
    def counts(self) -> Counter[Position | None]:
        return Counter(self.positions)


def worked_example(rule: Rule, roll: Roll) -> tuple[Example, Example] | None:
    """Return a count that just carries and one that just fails; None where no count can carry.

    Seats are taken to weigh 1 each, so that the picture can be counted, and no seat with a veto to vote against.
    """
    rule = replace(rule, veto=())
    vacant = sum(not seat.filled for seat in roll.seats)
    filled = len(roll.filled)
    for missing, abstaining in _mixtures(rule, filled, vacant):
        voting = filled - missing - abstaining
        counts = [
            _example(rule, filled, vacant, yes, voting - yes, abstaining)
            for yes in range(voting + 1)
        ]
        carried = next(
            (number for number, count in enumerate(counts) if count.tally.is_carried), None
        )
        if carried:
            return counts[carried], counts[carried - 1]
    return None


def _mixtures(rule: Rule, filled: int, vacant: int) -> list[tuple[int, int]]:
    """Pairs of missing and abstaining seats, from a lifelike one to a full house."""
    needed = rule.quorum_fraction * (filled + (vacant if rule.quorum_base is Base.ALL_SEATS else 0))
    spare = max(0, filled - ceil(needed))
    missing = min(ceil(Fraction(filled, 5)), spare)
    abstaining = filled // 7
    return [(missing, abstaining), (missing, 0), (missing // 2, 0), (0, 0)]


def _example(rule: Rule, filled: int, vacant: int, yes: int, no: int, abstain: int) -> Example:
    absent = filled - yes - no - abstain
    row = (
        (Position.FOR,) * yes
        + (Position.AGAINST,) * no
        + (Position.ABSTAIN,) * abstain
        + (None,) * absent
    )
    seats = tuple(
        RollSeat(number, filled=number <= filled) for number in range(1, filled + vacant + 1)
    )
    positions = {number: position for number, position in enumerate(row, start=1) if position}
    return Example(row, tally(rule, Roll(seats), positions))
