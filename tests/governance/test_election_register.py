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


def test_the_api_lists_them_together_and_pages_through(chamber: Chamber, client: Client) -> None:
    numbers = []
    for _time in range(2):
        numbers.append(str(counted(chamber).number))
        vote = chamber.call()
        chamber.cast_all(vote, "fff")
        decision = actions.close_vote(vote_id=vote.pk)
        assert decision is not None
        numbers.append(decision.number)
    path = "/api/v1/register/"
    rows = client.get(path).json()["results"]
    assert [row["number"] for row in rows] == numbers[::-1]
    assert [row["kind"] for row in rows] == ["decision", "election"] * 2
    assert (rows[0]["outcome"], rows[0]["winners"]) == ("carried", None)
    assert (rows[1]["outcome"], rows[1]["winners"]) == (None, ["Bo"])
    for row in rows:
        assert client.get(row["details"]).json()["number"] == row["number"]
    walked, url = [], f"{path}?page_size=1"
    while url:
        page = client.get(url).json()
        walked += [row["number"] for row in page["results"]]
        url, before = page["next"], page["previous"]
    assert walked == numbers[::-1]
    assert client.get(before).json()["results"][0]["number"] == numbers[1], "back a page"


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ("?kind=election", ["election"]), ("?kind=decision", ["decision"]), ("?q=council", ["election"]),
        ("?q=figures", ["decision"]), ("?q=nowhere", []), ("?body=none", []),
    ],
)  # fmt: skip
def test_the_api_list_by_kind_body_and_words(
    chamber: Chamber, client: Client, asked: str, kinds: list[str]
) -> None:
    counted(chamber)
    vote = chamber.call()
    chamber.cast_all(vote, "fff")
    actions.close_vote(vote_id=vote.pk)
    rows = client.get(f"/api/v1/register/{asked}").json()["results"]
    assert [row["kind"] for row in rows] == kinds


def test_the_api_list_refuses_another_kind_and_asks_the_database_as_often_for_many(
    chamber: Chamber, client: Client, django_assert_max_num_queries: Any
) -> None:
    refused = client.get("/api/v1/register/?kind=rumour")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    for _time in range(3):
        counted(chamber)
    with django_assert_max_num_queries(2):
        assert len(client.get("/api/v1/register/").json()["results"]) == 3
