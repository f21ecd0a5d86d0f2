"""Silence is consent, and an objection with a reason turns it into a vote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from governance import actions
from governance.actions import Draft
from governance.errors import BallotRefused, CallRefused
from governance.models import Proposal, Vote
from governance.rules import PRESETS
from governance.wording import rule_sentence
from tests.factories.governance import Chamber, overdue

pytestmark = pytest.mark.django_db
LAZY = PRESETS["lazy-consensus"]


def test_silence_carries_at_the_deadline(chamber: Chamber, client: Client) -> None:
    vote = chamber.call(rule=LAZY)
    assert vote.kind == "lazy"
    assert actions.close_vote(vote_id=vote.pk) is None
    overdue(vote)
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    assert decision.outcome == "carried"
    assert "0 seats object." in client.get(decision.get_absolute_url()).content.decode()


def test_an_objection_turns_it_into_a_vote(chamber: Chamber, client: Client) -> None:
    vote = chamber.call(rule=LAZY)
    with pytest.raises(BallotRefused) as refusal:
        chamber.cast(vote, 3, "against")
    assert refusal.value.code == "reason-needed"
    chamber.cast(vote, 3, "against", "It costs too much.")
    assert actions.close_vote(vote_id=vote.pk) is None
    assert actions.close_vote(vote_id=vote.pk) is None
    vote.refresh_from_db()
    assert vote.state == "cancelled"
    followed = Vote.objects.get(follows=vote)
    assert followed.is_open
    assert followed.rule["name"] == chamber.body.rule.name
    assert followed.closes_at - followed.opens_at == vote.closes_at - vote.opens_at
    assert Proposal.objects.get().state == "called"
    assert (
        "turned a lazy consensus into this vote"
        in client.get(followed.get_absolute_url()).content.decode()
    )
    assert followed.get_absolute_url() in client.get(vote.get_absolute_url()).content.decode()
    chamber.cast_all(followed, "fff")
    assert actions.close_vote(vote_id=followed.pk) is not None


def test_as_many_objections_as_the_rule_says(chamber: Chamber) -> None:
    vote = chamber.call(rule=replace(LAZY, objections=2))
    chamber.cast(vote, 3, "against", "No.")
    assert actions.close_vote(vote_id=vote.pk) is None
    vote.refresh_from_db()
    assert vote.is_open
    chamber.cast(vote, 3, "for")  # the objection is taken back
    chamber.cast(vote, 4, "against", "No.")
    overdue(vote)
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    assert decision.outcome == "carried"


def test_a_body_that_is_lazy_itself_falls_back_to_a_majority(chamber: Chamber) -> None:
    chamber.body.default_rule = LAZY.to_json()
    chamber.body.save()
    vote = chamber.call()
    chamber.cast(vote, 3, "against", "No.")
    actions.close_vote(vote_id=vote.pk)
    assert Vote.objects.get(follows=vote).rule["name"] == "simple-majority"


def test_several_texts_are_not_put_to_silence(chamber: Chamber) -> None:
    proposal = chamber.seconded()
    actions.put_amendment(
        viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3), why="Better.",
        draft=Draft(title_en="x", text_en="y"),
    )  # fmt: skip
    with pytest.raises(CallRefused) as refusal:
        chamber.call(proposal, rule=LAZY)
    assert refusal.value.code == "lazy-amendments"


def test_it_is_said_in_a_sentence() -> None:
    assert "unless 1 seat objects" in rule_sentence(LAZY)
    assert "unless 2 seats object" in rule_sentence(replace(LAZY, objections=2))
