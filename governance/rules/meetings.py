"""Meetings: their states, who attends, whether the quorum is there, what a roll call in the room may hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from governance.rules.roll import Roll
from governance.rules.rule import Base, Rule
from governance.rules.states import Right

LONGEST: Final = timedelta(hours=24)
EARLIEST: Final = timedelta(minutes=30)
"""A meeting is opened at most so long before it was called for."""


class MeetingState(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Presence(StrEnum):
    """How a seat attended."""

    PRESENT = "present"
    REMOTE = "remote"
    PROXY = "proxy"
    """Its holder is away and somebody who attends acts for it."""
    EXCUSED = "excused"
    ABSENT = "absent"


MEETING_MOVES: Final[Mapping[MeetingState, Mapping[MeetingState, Right]]] = {
    MeetingState.SCHEDULED: {
        MeetingState.OPEN: Right.OFFICER,
        MeetingState.CANCELLED: Right.OFFICER,
    },
    MeetingState.OPEN: {MeetingState.CLOSED: Right.OFFICER},
    MeetingState.CLOSED: {},
    MeetingState.CANCELLED: {},
}
ATTENDING: Final = frozenset({Presence.PRESENT, Presence.REMOTE, Presence.PROXY})
IN_PERSON: Final = frozenset({Presence.PRESENT, Presence.REMOTE})


class AttendanceError(ValueError):
    """An attendance or a roll call can't be so; `code` says why, `seat` whose it is."""

    def __init__(self, code: str, seat: int) -> None:
        self.code, self.seat = code, seat
        super().__init__(f"{code}: seat {seat}")


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough seats attend, by the body's rule, in weights."""

    attending: int
    base: int
    needed: Fraction

    @property
    def is_met(self) -> bool:
        return self.attending >= self.needed

    @property
    def whole(self) -> int:
        """The smallest weight that is enough."""
        return -int(-self.needed // 1)


@dataclass(frozen=True, slots=True)
class Attendance:
    """How one seat attended; `through` is the seat whose holder acts for it."""

    seat: int
    presence: Presence
    through: int | None = None


def quorum(rule: Rule, roll: Roll, attending: Iterable[int]) -> Quorum:
    """Weigh the attending seats against the rule's quorum; a rule without one is met by anybody."""
    present = set(attending)
    weight = sum(seat.weight for seat in roll.filled if seat.number in present)
    base = roll.filled_weight if rule.quorum_base is Base.FILLED_SEATS else roll.all_weight
    return Quorum(weight, base, rule.quorum_fraction * base)


def attendance_of(roll: Roll, rows: Sequence[Attendance]) -> dict[int, Attendance]:
    """Return the attendance of every filled seat, those not named as absent; refuse what can't be."""
    filled = {seat.number for seat in roll.filled}
    found: dict[int, Attendance] = {}
    for row in rows:
        if row.seat in found:
            raise AttendanceError("seat-twice", row.seat)
        if row.seat not in filled:
            raise AttendanceError("seat-vacant", row.seat)
        found[row.seat] = row
    for row in found.values():
        through = found.get(row.through) if row.through else None
        if row.presence is Presence.PROXY and (
            through is None or through.presence not in IN_PERSON or through.seat == row.seat
        ):
            raise AttendanceError("proxy-not-there", row.seat)
        if row.presence is not Presence.PROXY and row.through is not None:
            raise AttendanceError("proxy-needless", row.seat)
    missing = sorted(filled - set(found))
    found |= {number: Attendance(number, Presence.ABSENT) for number in missing}
    return dict(sorted(found.items()))


def check_roll_call(seats: Iterable[int], attending: Iterable[int]) -> None:
    """Refuse a roll call in which a seat answers twice, or without attending."""
    there, heard = set(attending), set[int]()
    for seat in seats:
        if seat in heard:
            raise AttendanceError("seat-twice", seat)
        if seat not in there:
            raise AttendanceError("seat-not-there", seat)
        heard.add(seat)


def keeps_notice(called_at: datetime, starts_at: datetime, days: int) -> bool:
    """Say whether a meeting is called early enough: so many times 24 hours before it begins."""
    return starts_at - called_at >= timedelta(days=days)
