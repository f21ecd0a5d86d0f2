"""Deadlines for calendars: closes of votes and ends of terms."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
from django.test import Client

from alliance.clock import database_now
from governance import actions
from tests.factories.elections import announced, opened
from tests.factories.governance import Chamber, make_chamber

pytestmark = pytest.mark.django_db


def rows(client: Client, query: str = "") -> list[icalendar.Event]:
    answer = client.get(f"/deadlines.ics{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Cache-Control"].startswith("public")
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def test_closes_and_ends_of_terms(chamber: Chamber, client: Client) -> None:
    today = database_now().date()
    chamber.seat(3).appointments.update(until=today + timedelta(days=40))
    vote = chamber.call()
    closes, ends = rows(client)
    assert closes.decoded("dtstart") == vote.closes_at.replace(microsecond=0)
    assert closes["url"].endswith(f"/en/governance/votes/{vote.pk}/")
    assert ends.decoded("dtstart") == today + timedelta(days=40)
    assert ends.decoded("dtend") == today + timedelta(days=41)
    french = rows(client, "?lang=fr")[0]
    assert "/fr/governance/votes/" in french["url"]


def test_a_cancelled_vote_is_cancelled_there_too(chamber: Chamber, client: Client) -> None:
    vote = chamber.call()
    actions.cancel_vote(viewer=chamber.chair, vote_id=vote.pk, reason="A slip.")
    (row,) = rows(client)
    assert (row["status"], row["sequence"]) == ("CANCELLED", 1)


def test_one_body(chamber: Chamber, client: Client) -> None:
    chamber.call()
    other = make_chamber(3)
    assert rows(client, f"?body={other.body.slug}") == []
    assert len(rows(client, f"?body={chamber.body.slug}")) == 1
    assert client.get("/deadlines.ics?body=nobody").status_code == 404


def test_the_close_of_an_election(chamber: Chamber, client: Client) -> None:
    announced(chamber)
    assert rows(client) == [], "what has no close yet is in no calendar"
    election = opened(chamber, "Ada Bo")
    (row,) = rows(client)
    assert row.decoded("dtstart") == election.closes_at.replace(microsecond=0)  # type: ignore[union-attr]
    assert row["url"].endswith(f"/en/governance/elections/{election.pk}/")
    actions.cancel_election(viewer=chamber.chair, election_id=election.pk, reason="A slip.")
    assert rows(client)[0]["status"] == "CANCELLED"
