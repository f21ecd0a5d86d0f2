"""Minutes: versions, approved by a decision of the body, corrected by another version."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from alliance.viewer import ANONYMOUS
from governance import actions, effects
from governance.actions import Answer
from governance.actions.minutes import APPROVE
from governance.errors import DomainError
from governance.models import Decision, Meeting, Minutes, Proposal
from tests.factories.governance import Chamber, in_session, make_chamber, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(chamber: Chamber) -> Meeting:
    held = in_session(chamber, "ppp")
    return actions.close_meeting(viewer=chamber.chair, meeting=held)


def write(chamber: Chamber, meeting: Meeting, text: str = "We met.") -> Minutes:
    return actions.write_minutes(viewer=chamber.chair, meeting=meeting, text_en=text)


def put(chamber: Chamber, meeting: Meeting) -> Proposal:
    return actions.put_minutes(viewer=chamber.viewer(2), meeting=meeting, seat=chamber.seat(2))


def approve(chamber: Chamber, meeting: Meeting) -> Decision:
    proposal = put(chamber, meeting)
    actions.second(viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3))
    vote = chamber.call(Proposal.objects.get(pk=proposal.pk))
    chamber.cast_all(vote, "fff")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    return decision


def refuses(code: str, act: object) -> None:
    with pytest.raises(DomainError) as error:
        act()  # type: ignore[operator]
    assert error.value.code == code


def test_a_decision_approves_and_publishes_them(
    chamber: Chamber, meeting: Meeting, client: Client
) -> None:
    write(chamber, meeting, "We met and **decided**.")
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "The minutes are a draft" in page
    assert "We met and" not in page
    decision = approve(chamber, meeting)
    minutes = meeting.minutes.get()
    assert (minutes.state, minutes.decision_number) == ("approved", decision.number)
    assert decision.effects.get().state == "done"
    assert "We met and **decided**." in decision.text_en, "the decision's text binds the minutes"
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "We met and <strong>decided</strong>." in page
    assert decision.number in page


def test_a_correction_is_a_version_with_a_decision_of_its_own(
    chamber: Chamber, meeting: Meeting, client: Client
) -> None:
    write(chamber, meeting, "Four were there.")
    approve(chamber, meeting)
    second = write(chamber, meeting, "Three were there.")
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "Four were there." in page
    assert "Three were there." not in page
    decision = approve(chamber, meeting)
    second.refresh_from_db()
    assert (second.number, second.decision_number) == (2, decision.number)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "<del>Four</del><ins>Three</ins> were there." in page
    earlier = client.get(meeting.get_absolute_url() + "?version=1").content.decode()
    assert "Four were there." in earlier
    assert "<del>" not in earlier
    assert meeting.minutes.visible_to(ANONYMOUS).count() == 2


def test_it_can_be_approved_in_the_next_meeting(chamber: Chamber, meeting: Meeting) -> None:
    write(chamber, meeting)
    proposal = put(chamber, meeting)
    proposal = actions.second(viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3))
    later = in_session(chamber, "ppp", title_en="Next")
    answers = [Answer(seat=number, position="for") for number in (1, 2, 3)]
    actions.enter_roll_call(viewer=chamber.chair, meeting=later, proposal=proposal, answers=answers)
    assert meeting.minutes.get().is_approved


def test_what_minutes_need(chamber: Chamber) -> None:
    refuses("wrong-state", lambda: write(chamber, make_meeting(chamber)))
    held = in_session(chamber)
    refuses("attendance-missing", lambda: write(chamber, held))
    actions.record_attendance(viewer=chamber.chair, meeting=held, rows=[])
    refuses("minutes-missing", lambda: put(chamber, held))
    refuses("minutes-empty", lambda: write(chamber, held, "  "))
    refuses("minutes-too-long", lambda: write(chamber, held, "x" * 18_001))
    first = write(chamber, held)
    other = make_chamber(2)
    refuses(
        "not-allowed",
        lambda: actions.put_minutes(viewer=other.viewer(1), meeting=held, seat=other.seat(1)),
    )
    assert write(chamber, held) == first, "an unchanged text adds no version"
    put(chamber, held)
    refuses("minutes-put", lambda: write(chamber, held, "Another text."))
    refuses("minutes-put", lambda: put(chamber, held))


def test_an_older_version_or_another_bodys_is_refused(chamber: Chamber, meeting: Meeting) -> None:
    write(chamber, meeting)
    effect = effects.get(APPROVE)
    params = {"meeting": str(meeting.pk), "version": "1"}
    effect.check(params)
    write(chamber, meeting, "Better.")
    for wanted, code in (
        (params, "minutes-older"),
        ({"meeting": "x", "version": "1"}, "effect-params"),
        ({"meeting": str(meeting.pk), "version": "7"}, "minutes-unknown"),
    ):
        refuses(code, lambda wanted=wanted: effect.check(wanted))
    other = make_chamber(3)
    with pytest.raises(DomainError) as error:
        effect.apply(
            params=params | {"version": "2"}, decision_number=f"{other.body.code}-2026-001",
            decided_at=meeting.starts_at,
        )  # fmt: skip
    assert error.value.code == "minutes-elsewhere"


def test_the_database_keeps_approved_minutes(chamber: Chamber, meeting: Meeting) -> None:
    minutes = write(chamber, meeting)
    rows = Minutes.objects.filter(pk=minutes.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(text_en="Otherwise.")
    approve(chamber, meeting)
    for change in (lambda: rows.update(state="draft"), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_draft_is_seen_by_the_body_alone(
    chamber: Chamber, meeting: Meeting, client: Client
) -> None:
    write(chamber, meeting, "Only for us.")
    path = f"/en/governance/meetings/{meeting.pk}/desk/"
    client.force_login(chamber.person(3))
    assert "Only for us." in client.get(path).content.decode()
    client.force_login(make_chamber(1).person(1))
    assert client.get(path).status_code == 404
