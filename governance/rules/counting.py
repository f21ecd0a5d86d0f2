"""The count of a motion, and when no missing position can change it any more."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from governance.rules.roll import Position, Positions, Roll
from governance.rules.rule import Base, Comparison, Rule, Tie


class Outcome(StrEnum):
    """What a vote came to."""

    CARRIED = "carried"
    NOT_CARRIED = "not_carried"


@dataclass(frozen=True, slots=True)
class Tally:
    """A count in weights, with every number that the outcome rests on."""

    yes: int
    no: int
    abstain: int
    recused: int
    absent: int
    vacant: int
    base: int
    threshold: str
    """`p/q` of the base, exact: what the votes for are compared with."""
    quorum_base: int
    quorum_needed: str
    participation: int
    quorum_met: bool
    majority_met: bool
    chair_decided: bool
    outcome: Outcome

    @property
    def is_carried(self) -> bool:
        return self.outcome is Outcome.CARRIED

    def to_json(self) -> dict[str, Any]:
        """Return every number; two programs can compare them one by one."""
        return asdict(self) | {"outcome": self.outcome.value}


def tally(rule: Rule, roll: Roll, positions: Positions) -> Tally:
    """Count. Positions of seats that are not on the roll or are vacant are a mistake of the caller."""
    yes, no, abstain, recused = (_weight(roll, positions, position) for position in Position)
    heard = yes + no + abstain + recused
    if set(positions) - {seat.number for seat in roll.filled}:
        raise ValueError("A position of a seat that can't vote.")
    leaves = recused if rule.recused_leave else 0
    bases = {
        Base.YES_NO: yes + no,
        Base.CAST: yes + no + abstain,
        Base.PRESENT: heard - leaves,
        Base.FILLED_SEATS: roll.filled_weight - leaves,
        Base.ALL_SEATS: roll.all_weight - leaves,
    }
    base, quorum_base = bases[rule.base], bases[rule.quorum_base]
    participation = heard - leaves - (0 if rule.abstain_in_quorum else abstain)
    threshold, needed = rule.fraction * base, rule.quorum_fraction * quorum_base
    quorum_met = participation >= needed
    passed = yes > threshold if rule.comparison is Comparison.MORE else yes >= threshold
    chair_decided = (
        rule.tie is Tie.CHAIR and yes == no and yes > 0 and _chair_is_for(roll, positions)
    )
    against = {number for number, position in positions.items() if position is Position.AGAINST}
    majority_met = yes > 0 and (passed or chair_decided)
    if rule.is_lazy:
        majority_met = len(against) < rule.objections
    if against.intersection(rule.veto):
        majority_met = False
    return Tally(
        yes=yes, no=no, abstain=abstain, recused=recused,
        absent=roll.filled_weight - heard, vacant=roll.all_weight - roll.filled_weight,
        base=base, threshold=f"{threshold.numerator}/{threshold.denominator}",
        quorum_base=quorum_base, quorum_needed=f"{needed.numerator}/{needed.denominator}",
        participation=participation, quorum_met=quorum_met, majority_met=majority_met,
        chair_decided=chair_decided,
        outcome=Outcome.CARRIED if quorum_met and majority_met else Outcome.NOT_CARRIED,
    )  # fmt: skip


def early_outcome(
    rule: Rule, roll: Roll, positions: Positions, elapsed: timedelta
) -> Outcome | None:
    """Return the outcome once it stands whatever the seats not heard from do; None while it is open.

    Three completions decide. All outstanding seats for is the best there is: it raises the votes for by as much as any
    base can grow. At worst they are all against (the smallest share) or all absent (the smallest turnout); every other
    completion has a share and a turnout at least as high. The tests compare this with all completions.
    """
    if not rule.early or elapsed < rule.min_open:
        return None
    outstanding = roll.outstanding(positions)
    if not _completed(rule, roll, positions, Position.FOR, outstanding).is_carried:
        return Outcome.NOT_CARRIED
    at_worst = (
        tally(rule, roll, positions),
        _completed(rule, roll, positions, Position.AGAINST, outstanding),
    )
    return Outcome.CARRIED if all(count.is_carried for count in at_worst) else None


def _completed(
    rule: Rule, roll: Roll, positions: Positions, position: Position, outstanding: Any
) -> Tally:
    return tally(rule, roll, {**positions, **{seat.number: position for seat in outstanding}})


def _weight(roll: Roll, positions: Positions, position: Position) -> int:
    return sum(seat.weight for seat in roll.seats if positions.get(seat.number) is position)


def _chair_is_for(roll: Roll, positions: Positions) -> bool:
    chair = next((seat for seat in roll.seats if seat.chair), None)
    return chair is not None and positions.get(chair.number) is Position.FOR
