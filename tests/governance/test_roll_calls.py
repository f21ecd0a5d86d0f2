"""Roll calls held in a meeting: entered by an officer, counted and decided like every other vote."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from governance import actions
from governance.actions import Answer
from governance.errors import BallotRefused, DomainError, NotAllowed
from governance.models import Decision, Meeting, Notice, Proposal, Vote
from governance.rules import PRESETS
from tests.factories.governance import Chamber, in_session
from tests.governance.test_verify_decisions import VERIFIER, leaves

pytestmark = pytest.mark.django_db


def answers(letters: str) -> list[Answer]:
    words = {"f": "for", "a": "against", "b": "abstain"}
    return [
        Answer(seat=number, position=words[letter])
        for number, letter in enumerate(letters, start=1) if letter != "-"
    ]  # fmt: skip


@pytest.fixture
def proposal(chamber: Chamber) -> Proposal:
    return chamber.seconded()


@pytest.fixture
def meeting(chamber: Chamber, proposal: Proposal) -> Meeting:
    return in_session(chamber, "pprp-")


def test_it_makes_the_same_decision(chamber: Chamber, meeting: Meeting, proposal: Proposal) -> None:
    told = Notice.objects.filter(kind="vote-opened").count()
    vote = actions.enter_roll_call(
        viewer=chamber.chair, meeting=meeting, proposal=proposal, answers=answers("ffab")
    )
    assert (vote.kind, vote.state, vote.outcome) == ("in-meeting", "closed", "carried")
    assert (vote.meeting, vote.ended_early) == (meeting, False)
    decision = Decision.objects.get()
    assert decision.number == f"{chamber.body.code}-{decision.year}-001"
    assert vote.entry is not None
    for entry in (vote.entry, decision.entry):
        assert json.loads(bytes(entry.body))["body"]["meeting"] == meeting.pk
    assert {ballot.acting for ballot in vote.ballots.all()} == {"meeting"}
    assert (decision.tally["yes"], decision.tally["no"], decision.tally["absent"]) == (2, 1, 1)
    proposal.refresh_from_db()
    assert proposal.state == "decided"
    assert Notice.objects.filter(kind="vote-opened").count() == told, "nobody is asked to vote"
    assert Notice.objects.filter(kind="decided").count() == 5


def test_anybody_counts_it_again(chamber: Chamber, meeting: Meeting, proposal: Proposal) -> None:
    actions.enter_roll_call(
        viewer=chamber.chair, meeting=meeting, proposal=proposal, answers=answers("faf")
    )
    (found,) = VERIFIER["verify"](leaves())
    assert found[2], found
    assert "carried, 2 to 1" in found[1]


def test_a_quorum_missed_in_the_room_decides_nothing(
    chamber: Chamber, meeting: Meeting, proposal: Proposal
) -> None:
    vote = actions.enter_roll_call(
        viewer=chamber.chair, meeting=meeting, proposal=proposal, answers=answers("ff")
    )
    assert vote.outcome == "not_carried"
    assert vote.decision.tally["quorum_met"] is False


def test_bad_entries_leave_nothing(chamber: Chamber, meeting: Meeting, proposal: Proposal) -> None:
    def enter(rows: list[Answer], **more: object) -> Vote:
        facts = {"viewer": chamber.chair, "meeting": meeting, "proposal": proposal} | more
        return actions.enter_roll_call(answers=rows, **facts)  # type: ignore[arg-type]

    lazy = PRESETS["lazy-consensus"]
    slow = replace(PRESETS["simple-majority"], min_open_minutes=60)
    cases: list[tuple[str, list[Answer], dict[str, object]]] = [
        ("seat-not-there", answers("ffa-f"), {}),
        ("seat-not-there", [Answer(seat=77, position="for")], {}),
        ("seat-twice", [*answers("fff"), Answer(seat=1, position="against")], {}),
        ("roll-call-empty", [], {}),
        ("position-unknown", [Answer(seat=1, position="maybe")], {}),
        ("reason-needed", [Answer(seat=1, position="recused")], {}),
        ("lazy-in-meeting", answers("fff"), {"rule": lazy}),
        ("deadline-too-soon", answers("fff"), {"rule": slow}),
        ("not-on-agenda", answers("fff"), {"proposal": chamber.seconded()}),
        ("wrong-state", answers("fff"), {"proposal": chamber.discussed()}),
    ]
    for code, rows, more in cases:
        with pytest.raises(DomainError) as error:
            enter(rows, **more)
        assert error.value.code == code
    with pytest.raises(NotAllowed):
        enter(answers("fff"), viewer=chamber.viewer(2))
    assert not Vote.objects.exists()
    actions.close_meeting(viewer=chamber.chair, meeting=meeting)
    with pytest.raises(DomainError) as error:
        enter(answers("fff"))
    assert error.value.code == "wrong-state"


def test_the_reason_of_a_recusal_is_kept(
    chamber: Chamber, meeting: Meeting, proposal: Proposal
) -> None:
    rows = [*answers("ff"), Answer(seat=3, position="recused", reason="My own project.")]
    vote = actions.enter_roll_call(
        viewer=chamber.chair, meeting=meeting, proposal=proposal, answers=rows
    )
    assert vote.ballots.get(seat__number=3).reason == "My own project."
    with pytest.raises(BallotRefused):
        actions.enter_roll_call(
            viewer=chamber.chair, meeting=in_session(chamber, "p", title_en="Second"),
            proposal=_on(chamber), answers=[Answer(seat=1, position="for", reason="x" * 501)],
        )  # fmt: skip


def _on(chamber: Chamber) -> Proposal:
    """Return a seconded proposal that stands on the agenda of the open meeting."""
    made = chamber.seconded()
    meeting = Meeting.objects.get(title_en="Second")
    actions.set_agenda(
        viewer=chamber.chair, meeting=meeting, items=[actions.Item(proposal=made.pk)]
    )
    return made


def test_who_answered_has_attended(chamber: Chamber, meeting: Meeting, proposal: Proposal) -> None:
    actions.enter_roll_call(
        viewer=chamber.chair, meeting=meeting, proposal=proposal, answers=answers("fff")
    )
    with pytest.raises(DomainError) as error:
        actions.record_attendance(viewer=chamber.chair, meeting=meeting, rows=[])
    assert error.value.code == "seat-heard"
    with pytest.raises(DomainError) as error:
        actions.set_agenda(viewer=chamber.chair, meeting=meeting, items=[])
    assert error.value.code == "item-held"
