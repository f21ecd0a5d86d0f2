"""Ballots sent around a deadline through the API: counted with a receipt or told to be late, never in between."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from alliance.clock import database_now
from bench.measures.votes import ambiguous
from bench.voting import Answer, Shot, shot_of, tokens_of
from governance import actions
from governance.models import Ballot
from governance.rules import PRESETS
from tests.factories.governance import make_chamber, overdue

SEATS, SHOTS = 6, 8


@pytest.mark.django_db(transaction=True)
def test_every_ballot_around_a_deadline_is_counted_or_told_to_be_late() -> None:
    """Six seats fire and fire again around the end while somebody closes; what they hear is what the record holds."""
    chamber = make_chamber(SEATS)
    tokens, proposal, chance = tokens_of(chamber), chamber.seconded(), random.Random(7)
    rule = replace(PRESETS["simple-majority"], early=False)
    vote = chamber.call(proposal, rule=rule, closes_at=database_now() + timedelta(seconds=1))
    deadline = time.monotonic() + (vote.closes_at - database_now()).total_seconds()

    def fire(seat: int) -> list[Answer]:
        client, answers = Client(), []
        moments = sorted(deadline + chance.uniform(-0.5, 0.1) for _ in range(SHOTS))
        for moment in moments:
            time.sleep(max(0.0, moment - time.monotonic()))
            answers.append(_cast(client, vote.pk, shot_of(seat, tokens[seat - 1], "for")))
        connection.close()
        return answers

    def close() -> None:
        while actions.close_vote(vote_id=vote.pk) is None:
            time.sleep(0.005)
        connection.close()

    with ThreadPoolExecutor(SEATS + 1) as pool:
        closer = pool.submit(close)
        answers = [answer for part in pool.map(fire, range(1, SEATS + 1)) for answer in part]
        closer.result(60)
    assert len(answers) == SEATS * SHOTS
    odd = [answer for answer in answers if not (answer.is_counted or answer.is_late)]
    assert not odd
    assert ambiguous(vote, answers) == 0
    assert Ballot.objects.count() == sum(answer.is_counted for answer in answers)


@pytest.mark.django_db(transaction=True)
def test_a_ballot_lost_after_its_receipt_would_be_found_ambiguous() -> None:
    """The measure itself must be able to fail."""
    chamber = make_chamber(2)
    vote = chamber.call(rule=replace(PRESETS["simple-majority"], early=False))
    token = tokens_of(chamber)[1]
    answer = _cast(Client(), vote.pk, shot_of(2, token, "for"))
    assert answer.is_counted
    lost = Answer(shot_of(2, token, "for"), answer.status, answer.said)
    actions.close_vote(vote_id=overdue(vote).pk)
    assert ambiguous(vote, [lost]) == 1
    assert ambiguous(vote, [Answer(answer.shot, 409, {"code": "vote-closed"})]) == 1


def _cast(client: Client, vote: int, shot: Shot) -> Answer:
    answer = client.post(
        f"/api/v1/votes/{vote}/ballots/", shot.body, content_type="application/json",
        headers={"Authorization": shot.headers["Authorization"]},
    )  # fmt: skip
    return Answer(shot, answer.status_code, answer.json())
