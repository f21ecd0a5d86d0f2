"""Meetings: called with notice, opened with a roll, attended seat by seat, ended for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client

from alliance.clock import database_now
from governance import actions
from governance.actions import Item, MeetingSheet
from governance.body_page import body_attendance
from governance.errors import MeetingRefused, NotAllowed, WrongState
from governance.models import AgendaItem, Attendance, Meeting, Notice
from governance.rules import PRESETS
from governance.rules.meetings import Attendance as Attends
from governance.rules.meetings import AttendanceError, Presence, attendance_of, quorum
from tests.factories.governance import Chamber, in_session, make_chamber, make_meeting
from tests.governance.rolls import roll_of

pytestmark = pytest.mark.django_db
MAJORITY = PRESETS["simple-majority"]


def refused(code: str) -> pytest.RaisesExc[MeetingRefused]:
    return pytest.RaisesExc(MeetingRefused, check=lambda error: error.code == code)


def test_quorum_is_exact_and_weighed() -> None:
    roll = roll_of(5, vacant=2)
    assert not quorum(MAJORITY, roll, [1, 2]).is_met
    assert quorum(MAJORITY, roll, [1, 2, 3]).is_met
    assert quorum(MAJORITY, roll, [1, 2, 3]).needed == Fraction(5, 2)
    assert quorum(MAJORITY, roll, [1, 2, 3]).whole == 3
    of_all = replace(MAJORITY, quorum_base="all_seats")
    assert not quorum(of_all, roll, [1, 2, 3]).is_met
    assert quorum(of_all, roll, [1, 2, 3, 4, 6]).attending == 4, "a vacant seat does not attend"
    assert quorum(PRESETS["absolute-majority"], roll, []).is_met


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([Attends(1, Presence.PRESENT), Attends(1, Presence.ABSENT)], "seat-twice"),
        ([Attends(4, Presence.PRESENT)], "seat-vacant"),
        ([Attends(1, Presence.PROXY, 2)], "proxy-not-there"),
        ([Attends(1, Presence.PROXY, 2), Attends(2, Presence.EXCUSED)], "proxy-not-there"),
        ([Attends(1, Presence.PROXY, 2), Attends(2, Presence.PROXY, 1)], "proxy-not-there"),
        ([Attends(1, Presence.PROXY)], "proxy-not-there"),
        ([Attends(1, Presence.PRESENT, 2), Attends(2, Presence.PRESENT)], "proxy-needless"),
    ],
)
def test_attendance_that_cannot_be(rows: list[Attends], code: str) -> None:
    with pytest.raises(AttendanceError) as error:
        attendance_of(roll_of(3, vacant=1), rows)
    assert error.value.code == code


def test_who_is_not_named_is_absent() -> None:
    found = attendance_of(roll_of(3, vacant=1), [Attends(2, Presence.REMOTE)])
    assert [row.presence.value for row in found.values()] == ["absent", "remote", "absent"]


def test_calling_tells_the_body_and_takes_up_its_proposals(chamber: Chamber) -> None:
    seconded, _draft = chamber.seconded(), chamber.propose()
    meeting = make_meeting(chamber, place="Paris", join_url="https://meet.example/x")
    assert [item.proposal for item in meeting.agenda.all()] == [seconded]
    letters = Notice.objects.filter(kind="meeting-called")
    assert letters.count() == 5
    assert "https://meet.example/x" in letters[0].text
    actions.send_letters()
    assert len(mail.outbox) == 5
    moved = actions.move_meeting(
        viewer=chamber.chair, meeting=meeting,
        sheet=MeetingSheet(
            title_en="Moved", starts_at=meeting.starts_at + timedelta(days=1),
            ends_at=meeting.ends_at + timedelta(days=1),
        ),
    )  # fmt: skip
    assert (moved.sequence, moved.title_en) == (1, "Moved")
    actions.cancel_meeting(viewer=chamber.chair, meeting=meeting, reason="The hall is shut.")
    assert Notice.objects.filter(kind="meeting-changed").count() == 10


def test_bad_times_are_refused(chamber: Chamber) -> None:
    now, hour = database_now(), timedelta(hours=1)
    with refused("meeting-past"):
        make_meeting(chamber, starts_at=now - hour)
    with refused("notice-too-short"):
        make_meeting(chamber, starts_at=now + timedelta(days=6))
    with refused("meeting-length"):
        make_meeting(chamber, starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=8))
    with refused("time-zone"):
        make_meeting(chamber, time_zone="Europe/Atlantis")
    chamber.body.notice_days = 0
    chamber.body.save()
    assert make_meeting(chamber, starts_at=now + hour).state == "scheduled"


def test_only_officers_run_meetings(chamber: Chamber) -> None:
    meeting = make_meeting(chamber)
    sheet = MeetingSheet(title_en="x", starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    member = chamber.viewer(2)
    for act in (
        lambda: actions.schedule_meeting(viewer=member, body=chamber.body, sheet=sheet),
        lambda: actions.move_meeting(viewer=member, meeting=meeting, sheet=sheet),
        lambda: actions.cancel_meeting(viewer=member, meeting=meeting, reason="x"),
        lambda: actions.open_meeting(viewer=member, meeting=meeting),
        lambda: actions.close_meeting(viewer=member, meeting=meeting),
        lambda: actions.set_agenda(viewer=member, meeting=meeting, items=[]),
        lambda: actions.record_attendance(viewer=member, meeting=meeting, rows=[]),
        lambda: actions.write_minutes(viewer=member, meeting=meeting, text_en="x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_agenda_in_order(chamber: Chamber) -> None:
    meeting, other = make_meeting(chamber), make_chamber(2)
    proposal = chamber.discussed()
    words = Item(title_en="Any other business")
    actions.set_agenda(viewer=chamber.chair, meeting=meeting, items=[words, Item(proposal=proposal.pk)])  # fmt: skip
    assert [str(item) for item in meeting.agenda.in_order()] == [
        "1. Any other business",
        "2. Publish figures",
    ]
    for items, code in (
        ([Item(proposal=proposal.pk)] * 2, "item-twice"),
        ([Item(proposal=other.discussed().pk)], "item-unknown"),
        ([Item(proposal=chamber.propose().pk)], "item-unknown"),
        ([Item()], "item-empty"),
    ):
        with refused(code):
            actions.set_agenda(viewer=chamber.chair, meeting=meeting, items=items)
    actions.withdraw(viewer=chamber.viewer(2), proposal=proposal)
    actions.set_agenda(viewer=chamber.chair, meeting=meeting, items=[Item(proposal=proposal.pk)])
    assert meeting.agenda.count() == 1, "what stands there may stay"


def test_from_opening_to_the_end(chamber: Chamber) -> None:
    meeting = make_meeting(chamber)
    with refused("too-early"):
        actions.open_meeting(viewer=chamber.chair, meeting=meeting)
    with pytest.raises(WrongState):
        actions.record_attendance(viewer=chamber.chair, meeting=meeting, rows=[])
    meeting = in_session(chamber)
    with refused("attendance-missing"):
        actions.close_meeting(viewer=chamber.chair, meeting=meeting)
    rows = [Attends(1, Presence.PRESENT), Attends(2, Presence.PROXY, 1)]
    with refused("proxy-not-given"):
        actions.record_attendance(viewer=chamber.chair, meeting=meeting, rows=rows)
    today = database_now().date()
    actions.give_proxy(
        viewer=chamber.viewer(2), seat=chamber.seat(2), to=chamber.person(1), since=today, until=today
    )  # fmt: skip
    actions.record_attendance(viewer=chamber.chair, meeting=meeting, rows=rows)
    said = list(meeting.attendance.values_list("seat__number", "presence"))
    assert said == [(1, "present"), (2, "proxy"), (3, "absent"), (4, "absent"), (5, "absent")]
    meeting = actions.close_meeting(viewer=chamber.chair, meeting=meeting)
    assert meeting.is_held
    for act in (
        lambda: actions.record_attendance(viewer=chamber.chair, meeting=meeting, rows=rows),
        lambda: actions.open_meeting(viewer=chamber.chair, meeting=meeting),
        lambda: actions.cancel_meeting(viewer=chamber.chair, meeting=meeting, reason="x"),
        lambda: actions.set_agenda(viewer=chamber.chair, meeting=meeting, items=[]),
    ):
        with pytest.raises(WrongState):
            act()


@pytest.mark.parametrize(
    "change",
    [
        lambda meeting, seat: Attendance.objects.filter(meeting=meeting).update(presence="present"),
        lambda meeting, seat: Attendance.objects.filter(meeting=meeting).delete(),
        lambda meeting, seat: Meeting.objects.filter(pk=meeting.pk).update(title_en="Another"),
        lambda meeting, seat: Meeting.objects.filter(pk=meeting.pk).delete(),
        lambda meeting, seat: AgendaItem.objects.create(meeting=meeting, position=9, title_en="x"),
    ],
)
def test_the_database_keeps_what_is_over(chamber: Chamber, change: object) -> None:
    meeting = in_session(chamber, "ppp")
    actions.close_meeting(viewer=chamber.chair, meeting=meeting)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(meeting, chamber.seat(1))  # type: ignore[operator]


def test_attendance_is_counted_by_seat(chamber: Chamber, client: Client) -> None:
    for letters in ("ppe", "p-r"):
        held = in_session(chamber, letters)
        actions.close_meeting(viewer=chamber.chair, meeting=held)
    in_session(chamber, "ppp", title_en="Still going on")
    shares = body_attendance(chamber.body)
    assert [shares[number].heard for number in (1, 2, 3, 4)] == [2, 1, 1, 0]
    assert {share.called for share in shares.values()} == {2}
    page = client.get(chamber.body.get_absolute_url()).content.decode()
    assert 'aria-label="1 of 2"' in page
