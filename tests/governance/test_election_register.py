"""Results of elections in the register, its search, its feed, and what systems of members are told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from governance import actions
from governance.models import Election
from members import webhooks
from tests.factories.elections import opened, overdue_election, rank
from tests.factories.governance import Chamber, make_chamber

pytestmark = pytest.mark.django_db
REGISTER = "/en/governance/decisions/"


def counted(chamber: Chamber) -> Election:
    """Elect Bo to one seat."""
    election = opened(chamber, "Ada Bo", seats=1)
    for seat in (1, 2, 3):
        rank(election, chamber, seat, "Bo Ada")
    actions.settle_election(election_id=overdue_election(election).pk)
    return Election.objects.get(pk=election.pk)


def test_the_register_shows_and_finds_results(chamber: Chamber, client: Client) -> None:
    election, other = counted(chamber), make_chamber(2)
    assert election.number is not None
    for found in ("", f"?q={election.number}", "?q=COUNCIL", "?q=bo", f"?body={chamber.body.slug}"):
        assert election.number in client.get(REGISTER + found).content.decode(), found
    for missed in ("?q=nowhere", f"?body={other.body.slug}", "?outcome=carried"):
        page = client.get(REGISTER + missed).content.decode()
        assert election.number not in page, missed
        assert "No decision matches" in page


def test_the_feed_holds_them_beside_decisions(chamber: Chamber, client: Client) -> None:
    election = counted(chamber)
    vote = chamber.call()
    chamber.cast_all(vote, "fff")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    feed = client.get("/decisions.atom").content.decode()
    first, second = feed.index(decision.number), feed.index(str(election.number))
    assert first < second, "the latest goes first"
    assert f"urn:alliance:election:{election.number}" in feed
    assert "Elected: Bo." in feed
    assert "Élection de Bo." in client.get("/decisions.atom?lang=fr").content.decode()


def test_systems_are_told_of_opening_and_result(
    chamber: Chamber, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str, dict[str, Any]]] = []
    monkeypatch.setattr(webhooks, "emit", lambda *said: told.append(said))
    election = counted(chamber)
    assert [kind for kind, *_rest in told] == ["election.opened", "election.counted"]
    _kind, address, said = told[-1]
    assert address == f"/api/v1/elections/{election.pk}/"
    assert said["number"] == election.number
    assert "Bo" not in str(said), "names stay out of events"
