"""A veto given when a vote is called: on the page, through the API, in the count and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from alliance.clock import database_now
from governance import actions
from governance.errors import CallRefused
from governance.models import Vote
from governance.rules import PRESETS, Roll, RollSeat
from governance.rules.example import worked_example
from tests.factories.governance import Chamber, make_chamber
from tests.governance.test_api import key_of, post
from tests.governance.test_api_acts import by

SIMPLE = PRESETS["simple-majority"]


def test_an_example_shows_what_carries_without_a_veto() -> None:
    roll = Roll(tuple(RollSeat(number, filled=True) for number in range(1, 6)))
    assert worked_example(SIMPLE.with_vetoes([4, 5]), roll) == worked_example(SIMPLE, roll)


def test_vetoes_add_up_and_a_varied_rule_is_no_preset() -> None:
    rule = replace(SIMPLE, veto=(3,)).with_vetoes([5, 1, 3])
    assert rule.veto == (1, 3, 5)
    assert (SIMPLE.is_preset, rule.is_preset) == (True, False)


@pytest.mark.django_db
def test_an_officer_ticks_a_seat_and_its_vote_against_fails_the_motion(
    chamber: Chamber, client: Client
) -> None:
    proposal = chamber.seconded()
    client.force_login(chamber.person(1))
    manage = f"/en/governance/proposals/{proposal.pk}/manage/"
    assert 'name="veto"' in client.get(manage).content.decode()
    assert client.post(manage, {"rule": "own", "days": 3, "veto": [9]}).status_code == 422
    client.post(manage, {"rule": "simple-majority", "days": 3, "veto": [4, 2]})
    vote = Vote.objects.get()
    assert (vote.rule["name"], vote.rule["veto"]) == ("simple-majority", [2, 4])
    page = client.get(vote.get_absolute_url()).content.decode()
    assert "one of these seats fails the motion: 2, 4." in page
    assert "varied from the portal’s defaults" in page
    chamber.cast_all(vote, "fffa")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    assert decision.outcome == "not_carried"
    page = client.get(decision.get_absolute_url()).content.decode()
    assert "Seat 4 voted against and has a veto." in page


@pytest.mark.django_db
def test_the_bodys_own_vetoes_stay_beside_those_of_the_vote(client: Client) -> None:
    chamber = make_chamber(5, rule=replace(SIMPLE, veto=(1,)))
    proposal = chamber.seconded()
    client.force_login(chamber.person(1))
    client.post(
        f"/en/governance/proposals/{proposal.pk}/manage/", {"rule": "own", "days": 3, "veto": [3]}
    )
    assert Vote.objects.get().rule["veto"] == [1, 3]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "seats", "code"),
    [("lazy-consensus", [2], "veto-lazy"), ("two-thirds", [6], "veto-vacant"), ("two-thirds", [99], "veto-vacant")],
)  # fmt: skip
def test_where_a_veto_makes_no_sense_it_is_refused(rule: str, seats: list[int], code: str) -> None:
    chamber = make_chamber(5, vacant=1)
    with pytest.raises(CallRefused) as refusal:
        chamber.call(rule=PRESETS[rule].with_vetoes(seats))
    assert refusal.value.code == code


@pytest.mark.django_db
def test_a_body_whose_own_veto_belongs_to_a_vacant_seat_still_votes() -> None:
    chamber = make_chamber(5, vacant=1, rule=replace(SIMPLE, veto=(6,)))
    assert chamber.call(rule=chamber.body.rule.with_vetoes([2])).rule["veto"] == [2, 6]


@pytest.mark.django_db
def test_an_officer_calls_through_the_api(chamber: Chamber, client: Client) -> None:
    path = f"/api/v1/proposals/{chamber.seconded().pk}/call/"
    wanted = {"closes_at": (database_now() + timedelta(days=2)).isoformat(), "veto": [3]}
    assert post(client, path, wanted).status_code == 401
    key = post(client, path, wanted, headers=key_of(chamber, 4, "propose", "vote"))
    assert (key.status_code, key.json()["code"]) == (403, "people-only")
    assert post(by(chamber, 2), path, wanted).json()["code"] == "not-allowed"
    assert post(by(chamber, 1), path, {"veto": ["x"]}).status_code == 400
    assert post(by(chamber, 1), path, wanted | {"veto": [99]}).json()["code"] == "veto-vacant"
    called = post(by(chamber, 1), path, wanted | {"rule": "two-thirds"})
    assert called.status_code == 201
    assert (called.json()["rule"]["name"], called.json()["rule"]["veto"]) == ("two-thirds", [3])
    assert post(by(chamber, 1), path, wanted).json()["code"] == "wrong-state"
