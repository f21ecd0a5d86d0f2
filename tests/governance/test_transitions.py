"""Proposals move as the rules' table says, and the database refuses every other move."""

from __future__ import annotations

import pytest
from django.db import Error, transaction

from alliance.viewer import ANONYMOUS
from governance import actions
from governance.actions import Draft
from governance.effects import EffectRefused
from governance.errors import AlreadySeconded, CallRefused, NotAllowed, WrongState
from governance.models import Body, GovernanceEvent, Proposal, Revision, Second, Vote
from governance.rules import PROPOSAL_MOVES, VOTE_MOVES, ProposalState, Right, VoteState, may_move
from tests.factories.governance import Chamber, make_chamber
from tests.governance.conftest import Watched

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("old", list(ProposalState))
@pytest.mark.parametrize("new", list(ProposalState))
def test_the_database_knows_the_table(
    chamber: Chamber, old: ProposalState, new: ProposalState
) -> None:
    proposal = chamber.discussed()
    made = Proposal.objects.create(
        body=chamber.body, seat=chamber.seat(2), title_en="x", state=old.value,
        state_since=proposal.state_since, opened_at=proposal.opened_at,
    )  # fmt: skip
    move = Proposal.objects.filter(pk=made.pk)
    if new == old or new in PROPOSAL_MOVES[old]:
        assert move.update(state=new.value) == 1
    else:
        with pytest.raises(Error), transaction.atomic():
            move.update(state=new.value)


def test_rights_are_needed_one_by_one() -> None:
    for old, targets in PROPOSAL_MOVES.items():
        for new, needed in targets.items():
            assert may_move(old, new, frozenset({needed}))
            assert not may_move(old, new, frozenset(Right) - {needed})
    assert set(VOTE_MOVES[VoteState.CLOSED]) == set()


def test_a_proposal_on_its_way(chamber: Chamber) -> None:
    draft = chamber.propose()
    assert (draft.state, draft.opened_at) == ("draft", None)
    opened = actions.open_discussion(viewer=chamber.viewer(2), proposal=draft)
    assert opened.state == "discussion"
    assert opened.opened_at is not None
    seconded = actions.second(viewer=chamber.viewer(3), proposal=opened, seat=chamber.seat(3))
    assert seconded.state == "seconded"
    vote = chamber.call(seconded)
    assert Proposal.objects.get().state == "called"
    assert vote.frozen_roll.filled_weight == 5
    kinds = list(GovernanceEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["proposed", "discussion-opened", "seconded", "vote-opened"]


def test_as_many_seconds_as_the_body_asks_for(db: None) -> None:
    chamber = make_chamber(4, seconds_needed=2)
    proposal = chamber.discussed()
    with pytest.raises(AlreadySeconded) as refusal:
        actions.second(viewer=chamber.viewer(2), proposal=proposal, seat=chamber.seat(2))
    assert refusal.value.code == "own-proposal"
    actions.second(viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3))
    with pytest.raises(AlreadySeconded):
        actions.second(viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3))
    assert Proposal.objects.get().state == "discussion"
    actions.second(viewer=chamber.viewer(4), proposal=proposal, seat=chamber.seat(4))
    assert Proposal.objects.get().state == "seconded"
    assert Second.objects.count() == 2


def test_a_seat_of_another_body_does_not_second(chamber: Chamber) -> None:
    other = make_chamber(2)
    proposal = chamber.discussed()
    with pytest.raises(NotAllowed):
        actions.second(viewer=other.viewer(1), proposal=proposal, seat=other.seat(1))
    with pytest.raises(NotAllowed):
        actions.second(viewer=chamber.viewer(4), proposal=proposal, seat=chamber.seat(3))


def test_only_the_holder_proposes(chamber: Chamber) -> None:
    draft = Draft(title_en="x", text_en="x")
    for viewer in (ANONYMOUS, chamber.viewer(3)):
        with pytest.raises(NotAllowed):
            actions.propose(viewer=viewer, seat=chamber.seat(2), draft=draft)


def test_revisions_are_kept_and_an_unchanged_text_adds_none(chamber: Chamber) -> None:
    proposal = chamber.propose(title_en="First", text_en="one")
    same = actions.revise(
        viewer=chamber.viewer(2), proposal=proposal, draft=Draft(title_en="First", text_en="one")
    )
    assert same.number == 1
    actions.revise(
        viewer=chamber.viewer(2), proposal=proposal, draft=Draft(title_en="Second", text_en="two")
    )
    proposal.refresh_from_db()
    assert proposal.title_en == "Second"
    texts = list(Revision.objects.order_by("number").values_list("text_en", flat=True))
    assert texts == ["one", "two"]
    with pytest.raises(WrongState):
        actions.revise(
            viewer=chamber.viewer(3), proposal=proposal, draft=Draft(title_en="x", text_en="x")
        )


def test_a_seconded_text_does_not_change(chamber: Chamber) -> None:
    proposal = chamber.seconded()
    with pytest.raises(WrongState):
        actions.revise(
            viewer=chamber.viewer(2), proposal=proposal, draft=Draft(title_en="x", text_en="x")
        )


def test_withdrawing_and_lapsing(chamber: Chamber) -> None:
    proposal = chamber.discussed()
    with pytest.raises(WrongState):
        actions.withdraw(viewer=chamber.viewer(3), proposal=proposal)
    assert actions.withdraw(viewer=chamber.viewer(2), proposal=proposal).state == "withdrawn"
    left = chamber.discussed()
    with pytest.raises(WrongState):
        actions.lapse(viewer=chamber.viewer(2), proposal=left)
    assert actions.lapse(viewer=chamber.chair, proposal=left).state == "lapsed"
    with pytest.raises(WrongState):
        actions.withdraw(viewer=chamber.viewer(2), proposal=left)


def test_an_effect_is_asked_when_it_is_proposed(chamber: Chamber, watched: Watched) -> None:
    with pytest.raises(EffectRefused) as refusal:
        chamber.propose(effect_kind="test.unheard-of", effect_params={"a": 1})
    assert refusal.value.code == "effect-unknown"
    with pytest.raises(EffectRefused) as refusal:
        chamber.propose(effect_kind="test.watched", effect_params={"do": "never"})
    assert refusal.value.code == "never"
    with pytest.raises(EffectRefused) as refusal:
        chamber.propose(effect_params={"do": "work"})
    assert refusal.value.code == "effect-missing"
    with pytest.raises(EffectRefused) as refusal:
        chamber.propose(effect_kind="test.watched", effect_params={"do": "x" * 4000})
    assert refusal.value.code == "effect-too-long"


def test_only_officers_call_and_only_what_is_seconded(chamber: Chamber) -> None:
    proposal = chamber.seconded()
    with pytest.raises(NotAllowed):
        actions.call_vote(
            viewer=chamber.viewer(2), proposal=proposal, closes_at=proposal.state_since
        )
    discussed = chamber.discussed()
    with pytest.raises(WrongState):
        chamber.call(discussed)
    with pytest.raises(CallRefused) as refusal:
        chamber.call(proposal, closes_at=proposal.state_since)
    assert refusal.value.code == "deadline-past"
    assert Vote.objects.count() == 0


def test_nobody_to_vote(db: None) -> None:
    chamber = make_chamber(3)
    proposal = chamber.seconded()
    for seat in chamber.body.seats.all():
        seat.appointments.update(until="2026-01-02")
    with pytest.raises(CallRefused) as refusal:
        chamber.call(proposal)
    assert refusal.value.code == "roll-empty"


def test_cancelled_votes_are_called_again(chamber: Chamber) -> None:
    vote = chamber.call()
    with pytest.raises(CallRefused) as refusal:
        actions.cancel_vote(viewer=chamber.chair, vote_id=vote.pk, reason=" ")
    assert refusal.value.code == "reason-needed"
    with pytest.raises(NotAllowed):
        actions.cancel_vote(viewer=chamber.viewer(3), vote_id=vote.pk, reason="A slip.")
    actions.cancel_vote(viewer=chamber.chair, vote_id=vote.pk, reason="The text had a slip.")
    proposal = Proposal.objects.get()
    assert proposal.state == "seconded"
    assert actions.close_vote(vote_id=vote.pk) is None
    again = chamber.call(proposal)
    assert again.is_open
    with pytest.raises(WrongState):
        actions.cancel_vote(viewer=chamber.chair, vote_id=vote.pk, reason="Once more.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rule", {}),
        ("rule_digest", "x"),
        ("roll", []),
        ("text_digest", "x"),
        ("closes_at", "2030-01-01T00:00Z"),
        ("opens_at", "2020-01-01T00:00Z"),
    ],
)
def test_what_is_frozen_stays_frozen(chamber: Chamber, field: str, value: object) -> None:
    vote = chamber.call()
    with pytest.raises(Error), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(**{field: value})
    with pytest.raises(Error), transaction.atomic():
        vote.delete()


def test_history_is_append_only(chamber: Chamber) -> None:
    chamber.cast(chamber.call(), 3)
    for rows in (Revision.objects.all(), Second.objects.all(), GovernanceEvent.objects.all()):
        with pytest.raises(Error), transaction.atomic():
            rows.delete()
        with pytest.raises(Error), transaction.atomic():
            rows.update(id=0)


def test_two_holders_at_a_time_are_refused(chamber: Chamber) -> None:
    seat = chamber.seat(1)
    with pytest.raises(Error), transaction.atomic():
        seat.appointments.create(person=chamber.person(2), since="2026-06-01")
    with pytest.raises(Error), transaction.atomic():
        chamber.body.offices.create(person=chamber.person(2), role="chair", since="2026-06-01")
    with pytest.raises(Error), transaction.atomic():
        Body.objects.filter(pk=chamber.body.pk).update(code="small letters")
