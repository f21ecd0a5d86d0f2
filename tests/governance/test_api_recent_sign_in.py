"""The API asks an old session for a recent sign-in where the pages do, and asks keys for none."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from governance.actions import give_proxy
from governance.models import Ballot, LatePosition, Proposal, Proxy, Second
from tests.factories.governance import Chamber, make_meeting
from tests.governance.test_api import BALLOT, key_of, post
from tests.governance.test_api_acts import TEXT, by

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(settings: Settings) -> None:
    """Take every sign-in for too old."""
    settings.STEP_UP_AGE = 0


def is_refused(answer: Any) -> bool:
    """Say whether the answer asks to sign in again, as a problem that says where."""
    return (
        (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        and answer.json()["code"] == "sign-in-again"
        and answer.json()["sign_in"].startswith("/")
    )


@pytest.mark.usefixtures("old")
def test_a_position_needs_a_recent_sign_in_and_a_key_none(chamber: Chamber, client: Client) -> None:
    vote = chamber.call()
    path = f"/api/v1/votes/{vote.pk}/ballots/"
    assert is_refused(post(by(chamber, 2), path, BALLOT))
    assert is_refused(post(by(chamber, 2), f"/api/v1/votes/{vote.pk}/late-positions/", BALLOT))
    assert not Ballot.objects.exists()
    assert not LatePosition.objects.exists()
    assert post(client, path, BALLOT, headers=key_of(chamber, 2, "vote")).status_code == 201


@pytest.mark.usefixtures("old")
def test_an_election_ballot_needs_one_whether_there_is_such_an_election(chamber: Chamber) -> None:
    paper = {"seat": 2, "content": {"1": 1}, "idempotency_key": "from-a-test-0001"}
    assert is_refused(post(by(chamber, 2), "/api/v1/elections/1/ballots/", paper))


@pytest.mark.usefixtures("old")
def test_a_draft_needs_none_and_bringing_it_on_its_way_does(chamber: Chamber) -> None:
    author, new = by(chamber, 2), TEXT | {"body": chamber.body.slug}
    assert is_refused(post(author, "/api/v1/proposals/", new | {"open": True}))
    assert not Proposal.objects.exists()
    made = post(author, "/api/v1/proposals/", new)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    path = f"/api/v1/proposals/{made.json()['id']}"
    assert post(author, f"{path}/revisions/", TEXT | {"title_en": "Other"}).status_code == 201
    for verb in ("open", "withdraw", "lapse", "second"):
        assert is_refused(post(author, f"{path}/{verb}/", {}))
    assert Proposal.objects.get().state == "draft"
    assert not Second.objects.exists()


@pytest.mark.usefixtures("old")
def test_a_proxy_weighs_as_much_as_a_vote_and_needs_one_too(chamber: Chamber) -> None:
    holder = by(chamber, 2)
    wanted = {"body": chamber.body.slug, "seat": 2, "to_seat": 3}
    assert is_refused(post(holder, "/api/v1/proxies/", wanted))
    page = "/en/governance/mine/"
    assert holder.get(page).status_code == 200
    asked = holder.post(page, {"seat": chamber.seat(2).pk, "to": chamber.seat(3).pk})
    assert (asked.status_code, "/accounts/" in asked["Location"]) == (302, True)
    assert not Proxy.objects.exists()
    given = give_proxy(
        viewer=chamber.viewer(2), seat=chamber.seat(2), to=chamber.person(3), vote=chamber.call()
    )
    assert is_refused(holder.delete(f"/api/v1/proxies/{given.pk}/"))
    holder.post(f"{page}proxies/{given.pk}/revoke/")
    assert Proxy.objects.get().revoked_at is None


@pytest.mark.usefixtures("old")
def test_a_roll_call_needs_one(chamber: Chamber) -> None:
    assert is_refused(post(by(chamber, 1), "/api/v1/meetings/1/roll-calls/", {}))
    assert is_refused(post(by(chamber, 1), "/api/v1/meetings/1/minutes/put/", {}))


@pytest.mark.usefixtures("old")
def test_a_meeting_opens_only_after_a_recent_sign_in(chamber: Chamber) -> None:
    meeting = make_meeting(chamber)
    asked = by(chamber, 1).post(f"/en/governance/meetings/{meeting.pk}/desk/act/open/")
    assert (asked.status_code, "/accounts/" in asked["Location"]) == (302, True)
    meeting.refresh_from_db()
    assert meeting.opened_at is None


def test_with_a_recent_sign_in_the_same_is_done(chamber: Chamber) -> None:
    made = post(
        by(chamber, 2), "/api/v1/proposals/", TEXT | {"body": chamber.body.slug, "open": True}
    )
    assert (made.status_code, made.json()["state"]) == (201, "discussion")
    vote = chamber.call()
    answer = post(by(chamber, 2), f"/api/v1/votes/{vote.pk}/ballots/", BALLOT)
    assert answer.status_code == 201
