"""Meetings: called with notice, moved, cancelled, opened with a roll, and ended; their agendas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import notices, policies
from governance.actions.votes import take_roll
from governance.errors import MeetingRefused, NotAllowed, WrongState
from governance.models import AgendaItem, Body, GovernanceEvent, Meeting, Proposal
from governance.rules.meetings import EARLIEST, LONGEST, MeetingState, keeps_notice


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSheet:
    """When and where a body meets."""

    title_en: str
    starts_at: datetime
    ends_at: datetime
    title_fr: str = ""
    time_zone: str = "UTC"
    place: str = ""
    join_url: str = ""

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One point of an agenda: a proposal by its number, or words."""

    proposal: int | None = None
    title_en: str = ""
    title_fr: str = ""


@transaction.atomic
def schedule_meeting(*, viewer: Viewer, body: Body, sheet: MeetingSheet) -> Meeting:
    """Call a meeting, as an officer; its agenda begins with the proposals under way, and the body is told."""
    body = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    now = database_now()
    check_officer(viewer, body, now)
    _check_sheet(body, sheet, now)
    meeting = Meeting.objects.create(
        body=body, called_by_id=viewer.person_id, called_at=now, changed_at=now, **sheet.columns()
    )
    proposals = body.proposals.under_way().order_by("opened_at", "pk")
    _write_agenda(meeting, [Item(proposal=row.pk) for row in proposals])
    note_meeting("meeting-called", meeting, viewer, now)
    notices.meeting_called(meeting, now)
    return meeting


@transaction.atomic
def move_meeting(*, viewer: Viewer, meeting: Meeting, sheet: MeetingSheet) -> Meeting:
    """Change when or where a meeting takes place; the notice counts anew if it comes sooner."""
    meeting = lock_meeting(meeting.pk)
    now = database_now()
    check_officer(viewer, meeting.body, now)
    check_state(meeting, MeetingState.SCHEDULED)
    _check_times(sheet, now)
    if sheet.starts_at != meeting.starts_at:
        _check_sheet(meeting.body, sheet, now)
    Meeting.objects.filter(pk=meeting.pk).update(
        sequence=meeting.sequence + 1, changed_at=now, **sheet.columns()
    )
    meeting.refresh_from_db()
    note_meeting("meeting-moved", meeting, viewer, now)
    notices.meeting_changed(meeting, now)
    return meeting


@transaction.atomic
def cancel_meeting(*, viewer: Viewer, meeting: Meeting, reason: str) -> Meeting:
    """Call a meeting off, with a reason that everybody reads."""
    meeting = lock_meeting(meeting.pk)
    now = database_now()
    check_officer(viewer, meeting.body, now)
    if not reason.strip():
        raise MeetingRefused(_("Say why the meeting is cancelled."), code="reason-needed")
    _move(
        meeting, MeetingState.CANCELLED, now,
        cancel_reason=reason.strip()[:300], sequence=meeting.sequence + 1,
    )  # fmt: skip
    note_meeting("meeting-cancelled", meeting, viewer, now)
    notices.meeting_changed(meeting, now)
    return meeting


@transaction.atomic
def open_meeting(*, viewer: Viewer, meeting: Meeting) -> Meeting:
    """Begin a meeting: its roll is taken, and from now on attendance and roll calls are entered."""
    meeting = lock_meeting(meeting.pk)
    now = database_now()
    check_officer(viewer, meeting.body, now)
    if now < meeting.starts_at - EARLIEST:
        raise MeetingRefused(
            _("The meeting can be opened from half an hour before it begins."), code="too-early"
        )
    roll = take_roll(meeting.body, now)
    if not roll.filled:
        raise MeetingRefused(
            _("No seat of this body is filled: nobody could attend."), code="roll-empty"
        )
    _move(meeting, MeetingState.OPEN, now, opened_at=now, roll=roll.to_json())
    note_meeting("meeting-opened", meeting, viewer, now)
    return meeting


@transaction.atomic
def close_meeting(*, viewer: Viewer, meeting: Meeting) -> Meeting:
    """End a meeting; its attendance stays as it is from now on."""
    meeting = lock_meeting(meeting.pk)
    now = database_now()
    check_officer(viewer, meeting.body, now)
    check_state(meeting, MeetingState.OPEN)
    if not meeting.attendance.exists():
        raise MeetingRefused(
            _("Enter first who attended: a meeting without attendance can’t be ended."),
            code="attendance-missing",
        )
    _move(meeting, MeetingState.CLOSED, now, closed_at=now)
    note_meeting("meeting-closed", meeting, viewer, now)
    return meeting


@transaction.atomic
def set_agenda(*, viewer: Viewer, meeting: Meeting, items: Sequence[Item]) -> Meeting:
    """Put the points of a meeting in their order; what a roll call has been held on stays."""
    meeting = lock_meeting(meeting.pk)
    now = database_now()
    check_officer(viewer, meeting.body, now)
    check_state(meeting, MeetingState.SCHEDULED, MeetingState.OPEN)
    _check_items(meeting, items)
    _write_agenda(meeting, items)
    note_meeting("agenda-set", meeting, viewer, now)
    return meeting


def lock_meeting(pk: int) -> Meeting:
    """Load a meeting and hold it until the end of the transaction."""
    rows = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body")
    return rows.get(pk=pk)


def check_officer(viewer: Viewer, body: Body, now: datetime) -> None:
    """Meetings are run by the officers of their body."""
    if not policies.is_officer(viewer, body, now.date()):
        raise NotAllowed(_("Only the officers of the body run its meetings."))


def check_state(meeting: Meeting, *wanted: MeetingState) -> None:
    """Refuse what the meeting is too early or too late for."""
    if meeting.state not in wanted:
        raise WrongState(
            _("This can’t be done with a meeting that is: %(state)s.")
            % {"state": meeting.get_state_display()},
        )


def note_meeting(
    kind: str, meeting: Meeting, viewer: Viewer, now: datetime, **details: Any
) -> None:
    """Write the event of an act and drop the pages that show the meeting."""
    GovernanceEvent.objects.create(
        kind=kind, body_id=meeting.body_id, at=now, actor_id=viewer.person_id,
        details={"meeting": meeting.pk, **details},
    )  # fmt: skip
    purge(f"meeting:{meeting.pk}", f"body:{meeting.body.slug}", "governance", "home")


def _move(meeting: Meeting, to: MeetingState, now: datetime, **changes: Any) -> None:
    old = {
        MeetingState.OPEN: MeetingState.SCHEDULED,
        MeetingState.CANCELLED: MeetingState.SCHEDULED,
        MeetingState.CLOSED: MeetingState.OPEN,
    }[to]
    check_state(meeting, old)
    Meeting.objects.filter(pk=meeting.pk, state=old.value).update(
        state=to.value, changed_at=now, **changes
    )
    meeting.refresh_from_db()


def _check_times(sheet: MeetingSheet, now: datetime) -> None:
    if sheet.time_zone not in available_timezones():
        raise MeetingRefused(
            _("There is no time zone “%(value)s”. Write one such as Europe/Paris.")
            % {"value": sheet.time_zone},
            code="time-zone",
        )
    if sheet.ends_at <= sheet.starts_at or sheet.ends_at - sheet.starts_at > LONGEST:
        raise MeetingRefused(
            _("A meeting ends after it begins, and within a day."), code="meeting-length"
        )
    if sheet.starts_at <= now:
        raise MeetingRefused(
            _("The meeting would begin in the past. Choose a later time."), code="meeting-past"
        )


def _check_sheet(body: Body, sheet: MeetingSheet, now: datetime) -> None:
    _check_times(sheet, now)
    if not keeps_notice(now, sheet.starts_at, body.notice_days):
        raise MeetingRefused(
            ngettext(
                "This body calls its meetings at least %(n)d day ahead. Choose a later time.",
                "This body calls its meetings at least %(n)d days ahead. Choose a later time.",
                body.notice_days,
            ) % {"n": body.notice_days},
            code="notice-too-short",
        )  # fmt: skip


def _check_items(meeting: Meeting, items: Sequence[Item]) -> None:
    numbers = [item.proposal for item in items if item.proposal is not None]
    if len(numbers) != len(set(numbers)):
        raise MeetingRefused(_("A proposal stands on an agenda once."), code="item-twice")
    standing = set(meeting.agenda.exclude(proposal=None).values_list("proposal", flat=True))
    known = set(
        Proposal.objects.filter(body=meeting.body_id, pk__in=numbers)
        .under_way()
        .values_list("pk", flat=True)
    )
    strange = sorted(set(numbers) - known - standing)
    if strange:
        raise MeetingRefused(
            _("Proposal %(number)d is not under way in this body.") % {"number": strange[0]},
            code="item-unknown",
        )
    held = set(meeting.votes.values_list("proposal", flat=True))
    if held - set(numbers):
        raise MeetingRefused(
            _("A roll call was held on proposal %(number)d: it stays on the agenda.")
            % {"number": min(held - set(numbers))},
            code="item-held",
        )
    if any(item.proposal is None and not (item.title_en or item.title_fr) for item in items):
        raise MeetingRefused(_("Each point of an agenda needs a title."), code="item-empty")


def _write_agenda(meeting: Meeting, items: Sequence[Item]) -> None:
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting, position=position, proposal_id=item.proposal,
            title_en="" if item.proposal else item.title_en[:160],
            title_fr="" if item.proposal else item.title_fr[:160],
        )
        for position, item in enumerate(items, start=1)
    )  # fmt: skip
