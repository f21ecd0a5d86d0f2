"""Minutes through the API: drafts by officers for their body alone, put to approval, public once approved."""

from __future__ import annotations

import pytest
from django.test import Client

from governance import actions
from governance.models import Minutes, Proposal
from tests.factories.governance import Chamber, in_session, make_chamber
from tests.governance.test_api import key_of, post
from tests.governance.test_api_acts import by

pytestmark = pytest.mark.django_db
TEXT = {"text_en": "We met.", "text_fr": "Nous nous sommes réunis."}


def path_of(chamber: Chamber) -> str:
    held = in_session(chamber, "ppp")
    closed = actions.close_meeting(viewer=chamber.chair, meeting=held)
    return f"/api/v1/meetings/{closed.pk}/minutes/"


def test_officers_write_and_the_body_alone_reads_the_draft(
    chamber: Chamber, client: Client
) -> None:
    path = path_of(chamber)
    assert post(client, path, TEXT).status_code == 401
    assert post(by(chamber, 2), path, TEXT).status_code == 403
    key = post(client, path, TEXT, headers=key_of(chamber, 4, "propose"))
    assert (key.status_code, key.json()["code"]) == (403, "people-only")
    assert post(by(chamber, 1), path, {}).json()["code"] == "minutes-empty"
    written = post(by(chamber, 1), path, TEXT)
    assert (written.status_code, written.json()["number"], written.json()["state"]) == (
        201,
        1,
        "draft",
    )
    again = post(by(chamber, 1), path, TEXT)
    assert again.json()["number"] == 1, "an unchanged text adds no version"
    assert [row["text_fr"] for row in by(chamber, 3).get(path).json()] == [TEXT["text_fr"]]
    for stranger in (client, by(make_chamber(2), 1)):
        assert stranger.get(path).json() == []
    assert client.get("/api/v1/meetings/99999/minutes/").status_code == 404


def test_a_seat_puts_them_to_approval_and_the_decision_publishes_them(
    chamber: Chamber, client: Client
) -> None:
    path = path_of(chamber)
    assert post(by(chamber, 2), f"{path}put/", {}).json()["code"] == "minutes-missing"
    post(by(chamber, 1), path, TEXT)
    assert post(by(make_chamber(2), 2), f"{path}put/", {}).json()["code"] == "not-allowed"
    proposed = post(by(chamber, 2), f"{path}put/", {})
    assert (proposed.status_code, proposed.json()["state"]) == (201, "discussion")
    assert post(by(chamber, 2), f"{path}put/", {}).json()["code"] == "minutes-put"
    assert post(by(chamber, 1), path, {"text_en": "Other."}).json()["code"] == "minutes-put"
    proposal = Proposal.objects.get()
    actions.second(viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3))
    vote = chamber.call(Proposal.objects.get())
    chamber.cast_all(vote, "fff")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    shown = client.get(path).json()
    assert [(row["state"], row["decision_number"]) for row in shown] == [
        ("approved", decision.number)
    ]
    assert Minutes.objects.get().is_approved
