"""Closing: by itself, exactly once, by whoever comes first; and the decision acts."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from celery.exceptions import OperationalError
from django.db import Error, connection, transaction
from django.test import Client

from alliance import doorbell
from governance import actions, tasks
from governance.actions.ballots import commitment
from governance.models import Ballot, Body, Decision, DecisionEffect, Proposal, Vote
from governance.rules import PRESETS
from tests.cast import Cast
from tests.factories.governance import Chamber, make_chamber, overdue
from tests.governance.conftest import Watched

pytestmark = pytest.mark.django_db
PATIENT = replace(PRESETS["simple-majority"], early=False)
DO = {"effect_kind": "test.watched"}


def test_a_settled_vote_rings_and_the_worker_closes_it(
    chamber: Chamber, bells: list[tuple[Any, ...]], django_capture_on_commit_callbacks: Any
) -> None:
    vote = chamber.call()
    with django_capture_on_commit_callbacks(execute=True):
        chamber.cast_all(vote, "ff")
    assert bells == []
    with django_capture_on_commit_callbacks(execute=True):
        chamber.cast(vote, 3)
    assert bells == [("governance.close_vote", vote.pk)]
    tasks.close_vote(vote.pk)
    tasks.close_vote(vote.pk)
    vote.refresh_from_db()
    assert (vote.state, vote.outcome, vote.ended_early) == ("closed", "carried", True)
    assert Decision.objects.get().number == f"{chamber.body.code}-{vote.opens_at.year}-001"
    assert Proposal.objects.get().state == "decided"


def test_a_vote_that_can_still_turn_stays_open(chamber: Chamber) -> None:
    vote = chamber.call()
    chamber.cast_all(vote, "ff")
    assert actions.close_vote(vote_id=vote.pk) is None
    assert actions.close_due_votes() == 0


def test_the_deadline_closes_it_without_a_quorum(chamber: Chamber) -> None:
    vote = overdue(chamber.call())
    assert actions.close_due_votes() == 1
    decision = Decision.objects.get()
    assert decision.outcome == "not_carried"
    assert decision.tally["quorum_met"] is False
    vote.refresh_from_db()
    assert not vote.ended_early


def test_a_decision_stands_on_the_pages_of_those_on_its_roll(
    chamber: Chamber, cast: Cast, client: Client
) -> None:
    vote = chamber.call()
    chamber.cast_all(vote, "fff")
    actions.close_vote(vote_id=vote.pk)
    number = Decision.objects.get().number
    mine = chamber.seat(1).organisation
    assert mine is not None
    for language, word in (("en", "the roll of 1 decision"), ("fr", "1 décision")):
        page = client.get(f"/{language}/members/{mine.slug}/").content.decode()
        section = page.split('id="its-decisions"')[1].split("</section>")[0]
        assert number in section
        assert word in section
    assert "its-decisions" not in client.get(f"/en/members/{cast.org_a.slug}/").content.decode()


def test_the_next_reader_closes_it_when_no_worker_is_alive(
    chamber: Chamber, client: Client
) -> None:
    vote = chamber.call(rule=PATIENT)
    chamber.cast_all(vote, "fff")
    overdue(vote)
    page = client.get(f"/en/governance/votes/{vote.pk}/").content.decode()
    assert Decision.objects.get().number in page
    assert (
        client.get(f"/api/v1/votes/{vote.pk}/").json()["decision"] == Decision.objects.get().number
    )


def test_a_lost_bell_is_found_by_the_sweep(
    chamber: Chamber, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """The broker is away when the last ballot settles the vote: nothing breaks, the sweep closes it."""
    monkeypatch.undo()
    down = OperationalError("the broker is away")

    def away(*args: object, **kwargs: object) -> None:
        raise down

    from transparency.tasks import sequence

    monkeypatch.setattr(tasks.close_vote, "apply_async", away)
    monkeypatch.setattr(sequence, "apply_async", away)
    vote = chamber.call()
    with django_capture_on_commit_callbacks(execute=True):
        chamber.cast_all(vote, "fff")
    assert doorbell.ring(tasks.close_vote, vote.pk) is None
    assert Vote.objects.get().is_open
    tasks.close_due_votes()
    assert not Vote.objects.get().is_open


def test_one_vote_that_breaks_does_not_keep_others_open(
    chamber: Chamber, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = overdue(chamber.call())
    second = overdue(chamber.call(chamber.seconded(seat=3)))
    from governance.actions import closing

    real = closing.close_vote

    def sometimes(*, vote_id: int) -> Decision | None:
        if vote_id == first.pk:
            raise RuntimeError("out of order")
        return real(vote_id=vote_id)

    monkeypatch.setattr(closing, "close_vote", sometimes)
    assert actions.close_due_votes() == 1
    second.refresh_from_db()
    assert not second.is_open


def test_numbers_have_no_gap_and_belong_to_a_body_and_year(chamber: Chamber) -> None:
    other = make_chamber(3)
    for made in (chamber, chamber, other):
        overdue(made.call(made.seconded()))
    actions.close_due_votes()
    year = Vote.objects.earliest("pk").opens_at.year
    numbers = set(Decision.objects.values_list("number", flat=True))
    code, second = chamber.body.code, other.body.code
    assert numbers == {f"{code}-{year}-001", f"{code}-{year}-002", f"{second}-{year}-001"}


def test_effects_are_done_in_the_closing(chamber: Chamber, watched: Watched) -> None:
    vote = chamber.call(chamber.seconded(**DO, effect_params={"do": "work"}))
    chamber.cast_all(vote, "fff")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    assert actions.close_vote(vote_id=vote.pk) == decision
    assert watched.done == [decision.number]
    assert DecisionEffect.objects.get().state == "done"


def test_a_motion_that_fails_does_nothing(chamber: Chamber, watched: Watched) -> None:
    vote = chamber.call(chamber.seconded(**DO, effect_params={"do": "work"}))
    chamber.cast_all(vote, "aaa")
    actions.close_vote(vote_id=vote.pk)
    assert watched.done == []
    assert DecisionEffect.objects.get().state == "none"


@pytest.mark.parametrize(
    ("what", "code", "reason"),
    [
        ("refuse", "gone", "Its object is gone, says en."),
        ("break", "effect-failed", "The effect failed for a technical reason; the operators have been told."),
    ],
)  # fmt: skip
def test_an_effect_that_cannot_be_done_is_recorded(
    chamber: Chamber, watched: Watched, what: str, code: str, reason: str, client: Client
) -> None:
    vote = chamber.call(chamber.seconded(**DO, effect_params={"do": what}))
    chamber.cast_all(vote, "fff")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    assert decision.outcome == "carried"
    effect = DecisionEffect.objects.get()
    assert (effect.state, effect.code, effect.reason_en) == ("refused", code, reason)
    assert reason in client.get(decision.get_absolute_url()).content.decode()
    if what == "refuse":
        assert effect.reason_fr == "Its object is gone, says fr."


def test_an_effect_whose_kind_has_gone_is_recorded(chamber: Chamber, watched: Watched) -> None:
    vote = chamber.call(chamber.seconded(**DO, effect_params={"do": "work"}))
    chamber.cast_all(vote, "fff")
    from governance import effects

    kept = effects._TYPES.pop(watched.kind)
    try:
        actions.close_vote(vote_id=vote.pk)
    finally:
        effects._TYPES[watched.kind] = kept
    effect = DecisionEffect.objects.get()
    assert (effect.state, effect.code) == ("refused", "effect-unknown")
    assert "test.watched" in effect.reason_en
    assert "test.watched" in effect.reason_fr


def test_a_lost_connection_in_an_effect_leaves_the_vote_to_be_closed_again(
    chamber: Chamber, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError as Lost

    vote = chamber.call(chamber.seconded(**DO, effect_params={"do": "work"}))
    chamber.cast_all(vote, "fff")

    def lost(**kwargs: object) -> None:
        raise Lost("the connection is gone")

    with monkeypatch.context() as patch:
        patch.setattr(watched, "apply", lost)
        with pytest.raises(Lost), transaction.atomic():
            actions.close_vote(vote_id=vote.pk)
    vote.refresh_from_db()
    assert vote.is_open
    assert actions.close_vote(vote_id=vote.pk)


def test_the_log_holds_enough_to_count_again(chamber: Chamber) -> None:
    vote = chamber.call()
    chamber.cast_all(vote, "fffar")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    record = json.loads(bytes(decision.entry.body))["body"]
    assert record["tally"] == decision.tally
    opened = {row["seat"]: row for row in record["positions"]}
    assert [opened[n]["position"] for n in range(1, 6)] == [
        "for", "for", "for", "against", "recused",
    ]  # fmt: skip
    for ballot in Ballot.objects.select_related("seat"):
        row = opened[ballot.seat.number]
        nonce = row.pop("nonce")
        sealed = commitment(row, nonce)
        assert json.loads(bytes(ballot.entry.body))["body"]["commitment"] == sealed


def test_decisions_are_append_only(chamber: Chamber) -> None:
    overdue(chamber.call())
    actions.close_due_votes()
    for write in (
        lambda: Decision.objects.all().delete(),
        lambda: Decision.objects.update(outcome="carried"),
        lambda: Vote.objects.update(state="open"),
        lambda: Vote.objects.update(state="cancelled"),
    ):
        with pytest.raises(Error), transaction.atomic():
            write()


@pytest.mark.django_db(transaction=True)
def test_ten_closers_make_one_decision() -> None:
    chamber = make_chamber(5)
    vote = chamber.call(rule=PATIENT)
    chamber.cast_all(vote, "ffa")
    overdue(vote)

    def close(_number: int) -> str:
        try:
            decision = actions.close_vote(vote_id=vote.pk)
            assert decision is not None
            return decision.number
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(close, range(10)))) == 1
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_votes_closed_at_once_share_no_number() -> None:
    chamber = make_chamber(3)
    votes = [overdue(chamber.call(chamber.seconded())) for _ in range(6)]

    def close(pk: int) -> None:
        try:
            actions.close_vote(vote_id=pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(close, [vote.pk for vote in votes]))
    assert sorted(Decision.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Body.objects.count() == 1
