"""Who attends a meeting, seat by seat, as its officers enter it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance.actions.meetings import check_officer, check_state, lock_meeting, note_meeting
from governance.errors import MeetingRefused
from governance.models import Appointment, Attendance, Ballot, Meeting, Proxy, Seat
from governance.rules.meetings import (
    ATTENDING,
    AttendanceError,
    MeetingState,
    Presence,
    attendance_of,
)
from governance.rules.meetings import Attendance as Attends


@transaction.atomic
def record_attendance(*, viewer: Viewer, meeting: Meeting, rows: Sequence[Attends]) -> Meeting:
    """Keep how every filled seat attends; who is not named is absent. It may be entered again until the end."""
    meeting = lock_meeting(meeting.pk)
    now = database_now()
    check_officer(viewer, meeting.body, now)
    check_state(meeting, MeetingState.OPEN)
    try:
        found = attendance_of(meeting.frozen_roll, rows)
    except AttendanceError as error:
        raise refusal(error) from error
    seats = {seat.number: seat for seat in meeting.body.seats.all()}
    for row in found.values():
        if row.presence is Presence.PROXY and row.through is not None:
            _check_proxy(seats[row.seat], seats[row.through], now.date())
    _check_heard(meeting, {row.seat for row in found.values() if row.presence in ATTENDING})
    for number, row in found.items():
        Attendance.objects.update_or_create(
            meeting=meeting, seat=seats[number],
            defaults={"presence": row.presence.value, "through": seats.get(row.through or 0)},
        )  # fmt: skip
    note_meeting("attendance-entered", meeting, viewer, now)
    return meeting


def attending(meeting: Meeting) -> set[int]:
    """Return the numbers of the seats that attend, by proxy too."""
    rows = meeting.attendance.filter(presence__in=[word.value for word in ATTENDING])
    return set(rows.values_list("seat__number", flat=True))


def refusal(error: AttendanceError) -> MeetingRefused:
    """Say to the reader what can't be so."""
    words = {
        "seat-twice": _("Seat %(seat)d is entered twice. Enter each seat once."),
        "seat-vacant": _("Seat %(seat)d was vacant when the meeting was opened: nobody attends for it."),
        "seat-not-there": _("Seat %(seat)d does not attend. Enter its attendance first, or leave it out."),
        "proxy-not-there": _("Seat %(seat)d is there by proxy: choose another seat that is present or remote."),
        "proxy-needless": _("Seat %(seat)d names a proxy but is not there by proxy."),
    }  # fmt: skip
    return MeetingRefused(words[error.code] % {"seat": error.seat}, code=error.code)


def _check_proxy(seat: Seat, through: Seat, on: date) -> None:
    """A seat is there by proxy only if its holder has given one to whoever acts for it."""
    holders = Appointment.objects.current(on).filter(seat=through).values("person")
    if not Proxy.objects.in_force(on).filter(seat=seat, person__in=holders).exists():
        raise MeetingRefused(
            _("Seat %(seat)d has given the holder of seat %(through)d no proxy for this day.")
            % {"seat": seat.number, "through": through.number},
            code="proxy-not-given",
        )


def _check_heard(meeting: Meeting, there: set[int]) -> None:
    """Who answered in a roll call of this meeting did attend it."""
    heard = Ballot.objects.filter(vote__meeting=meeting).values_list("seat__number", flat=True)
    gone = sorted(set(heard) - there)
    if gone:
        raise MeetingRefused(
            _("Seat %(seat)d has answered in a roll call of this meeting: it attended.")
            % {"seat": gone[0]},
            code="seat-heard",
        )
