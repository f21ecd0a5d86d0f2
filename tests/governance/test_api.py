"""The API: everything public to read, voting and proposing by session and by key, problems that say what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.clock import database_now
from governance import actions
from governance.models import Ballot, Proposal
from members.actions import create_api_key
from members.models import Affiliation
from members.viewers import viewer_of_person
from tests.factories.governance import SINCE, Chamber, make_chamber, overdue

pytestmark = pytest.mark.django_db
BALLOT = {"seat": 2, "position": "for", "idempotency_key": "from-a-test-0001"}


def key_of(chamber: Chamber, number: int, *scopes: str) -> dict[str, str]:
    """Return the header of a key of a seat's organisation."""
    person, organisation = chamber.person(number), chamber.seat(number).organisation
    assert organisation is not None
    Affiliation.objects.create(
        person=person, organisation=organisation, role="representative", since=SINCE
    )
    _key, token = create_api_key(
        viewer=viewer_of_person(person), organisation=organisation, name="CI", scopes=list(scopes),
        expires_at=None, now=database_now(),
    )  # fmt: skip
    return {"Authorization": f"Bearer {token}"}


def post(client: Client, path: str, body: dict[str, Any], **more: Any) -> Any:
    return client.post(path, body, content_type="application/json", **more)


def test_a_key_casts_and_gets_a_receipt(chamber: Chamber, client: Client) -> None:
    vote = chamber.call()
    headers = key_of(chamber, 2, "vote")
    path = f"/api/v1/votes/{vote.pk}/ballots/"
    first = post(client, path, BALLOT, headers=headers)
    again = post(client, path, BALLOT, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["position"] == "for"
    assert len(first.json()["nonce"]) == 32
    assert Ballot.objects.get().caster is None
    other = post(client, path, BALLOT | {"position": "against"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-conflict")


def test_a_session_casts(chamber: Chamber, client: Client) -> None:
    vote = chamber.call()
    client.force_login(chamber.person(2))
    assert post(client, f"/api/v1/votes/{vote.pk}/ballots/", BALLOT).status_code == 201
    assert Ballot.objects.get().caster == chamber.person(2)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"position": "perhaps"}, 400, "invalid"),
        ({"seat": 0}, 400, "invalid"),
        ({"idempotency_key": "short"}, 400, "invalid"),
        ({"position": "recused"}, 422, "reason-needed"),
        ({"seat": 3}, 403, "not-allowed"),
        ({"seat": 77}, 403, "not-on-roll"),
    ],
)
def test_bad_ballots_are_problems(
    chamber: Chamber, client: Client, change: dict[str, Any], status: int, code: str
) -> None:
    vote = chamber.call()
    answer = post(
        client, f"/api/v1/votes/{vote.pk}/ballots/", BALLOT | change, headers=key_of(chamber, 2, "vote")
    )  # fmt: skip
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["title"]
    assert not Ballot.objects.exists()


def test_too_late_is_a_problem_of_its_own(chamber: Chamber, client: Client) -> None:
    vote = overdue(chamber.call())
    answer = post(
        client, f"/api/v1/votes/{vote.pk}/ballots/", BALLOT, headers=key_of(chamber, 2, "vote")
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "vote-closed")


def test_a_key_without_the_scope_and_nobody_at_all(chamber: Chamber, client: Client) -> None:
    vote = chamber.call()
    path = f"/api/v1/votes/{vote.pk}/ballots/"
    assert post(client, path, BALLOT).status_code == 401
    refused = post(client, path, BALLOT, headers=key_of(chamber, 2, "read", "propose"))
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert refused.json()["code"] == "insufficient_scope"
    assert refused["WWW-Authenticate"] == (
        'Bearer realm="portal", error="insufficient_scope", scope="vote"'
    )
    assert post(client, "/api/v1/votes/99999/ballots/", BALLOT).status_code in (401, 404)
    assert not Ballot.objects.exists()


def test_proposing_by_key(chamber: Chamber, client: Client) -> None:
    headers = key_of(chamber, 2, "propose")
    body = {"body": chamber.body.slug, "title_en": "By a program", "text_en": "Yes.", "open": True}
    answer = post(client, "/api/v1/proposals/", body, headers=headers)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["seat"], len(made["revisions"])) == ("discussion", 2, 1)
    assert Proposal.objects.get().author is None
    refused = post(
        client, "/api/v1/proposals/", body | {"effect_kind": "no.such", "effect_params": {"a": 1}},
        headers=headers,
    )  # fmt: skip
    assert (refused.status_code, refused.json()["code"]) == (422, "effect-unknown")
    wrong = post(client, "/api/v1/proposals/", body | {"seat": 3}, headers=headers)
    assert wrong.status_code == 403
    assert post(client, "/api/v1/proposals/", {"body": "none"}, headers=headers).status_code == 400


def test_reading_is_open(chamber: Chamber, client: Client) -> None:
    vote = chamber.call()
    chamber.cast_all(vote, "fffa")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    body = client.get(f"/api/v1/bodies/{chamber.body.slug}/").json()
    assert body["seats"][0]["holder"] == "Holder 1 of " + chamber.body.code
    assert "more than half" in body["rule_sentence"]
    one = client.get(f"/api/v1/decisions/{decision.number}/").json()
    assert (one["outcome"], one["tally"]["yes"]) == ("carried", 3)
    found = client.get(f"/api/v1/decisions/?body={chamber.body.slug}&q=figures").json()["results"]
    assert [row["number"] for row in found] == [decision.number]
    assert client.get("/api/v1/decisions/?q=unheard-of").json()["results"] == []
    votes = client.get(f"/api/v1/votes/?body={chamber.body.slug}&state=closed").json()["results"]
    assert votes[0]["decision"] == decision.number
    detail = client.get(f"/api/v1/votes/{vote.pk}/").json()
    assert [row["position"] for row in detail["positions"]] == ["for", "for", "for", "against"]
    missing = client.get("/api/v1/decisions/NOPE-2026-001/")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["bodies", "proposals", "votes", "decisions"])
def test_a_list_costs_the_same_for_one_and_for_twenty(client: Client, path: str) -> None:
    def make(number: int) -> None:
        for _ in range(number):
            chamber = make_chamber(3)
            chamber.cast_all(vote := chamber.call(), "ff")
            overdue(vote)
            actions.close_vote(vote_id=vote.pk)

    make(1)
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(f"/api/v1/{path}/").json()["results"]) == 1
    make(19)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(f"/api/v1/{path}/").json()["results"]) == 20
    assert len(many) == len(few)
