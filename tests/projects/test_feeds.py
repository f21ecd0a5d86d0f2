"""Atom and iCalendar: what readers' programs get."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from django.test import Client

from projects import actions
from projects.actions import EventSheet
from tests.factories.projects import EventFactory, ProjectFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def _entries(client: Client, path: str) -> list[ElementTree.Element]:
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")


def _calendar(client: Client, path: str) -> icalendar.Calendar:
    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content)


def _event(**facts: Any) -> str:
    plain = {
        "title_en": "Open hour",
        "title_fr": "Heure ouverte",
        "kind": "meetup",
        "mode": "online",
    }
    actions.record_event(
        sheet=EventSheet(slug="hour", facts=plain | {"starts_on": date(2026, 7, 14)} | facts)
    )
    return "/events/hour.ics"


def test_days_without_hours_end_the_day_after(client: Client) -> None:
    (row,) = _calendar(client, _event(ends_on=date(2026, 7, 16))).walk("VEVENT")
    assert row["DTSTART"].dt == date(2026, 7, 14)
    assert row["DTEND"].dt == date(2026, 7, 17)  # exclusive
    assert row["DTSTART"].params["VALUE"] == "DATE"


def test_hours_carry_the_zone_of_the_venue(client: Client) -> None:
    path = _event(starts_time=time(15), ends_time=time(16, 30), time_zone="Europe/Paris")
    found = _calendar(client, path)
    (row,) = found.walk("VEVENT")
    assert row["DTSTART"].params["TZID"] == "Europe/Paris"
    assert row["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 7, 14, 15)
    assert row["DTEND"].dt.replace(tzinfo=None) == datetime(2026, 7, 14, 16, 30)
    (zone,) = found.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Paris"
    assert {"STANDARD", "DAYLIGHT"} <= {part.name for part in zone.subcomponents}


def test_a_change_raises_the_sequence_and_a_cancelled_event_says_so(client: Client) -> None:
    _event()
    (row,) = _calendar(client, _event(state="cancelled")).walk("VEVENT")
    assert (row["SEQUENCE"], row["STATUS"]) == (1, "CANCELLED")


def test_text_is_escaped_and_lines_are_folded(client: Client) -> None:
    path = _event(title_en="A; B, C\nBEGIN:VALARM", text_en="é" * 200)
    raw = client.get(path).content
    assert b"\r\nBEGIN:VALARM" not in raw
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    (row,) = _calendar(client, path).walk("VEVENT")
    assert str(row["SUMMARY"]) == "A; B, C\nBEGIN:VALARM"


def test_calendars_are_narrowed_and_speak_french(client: Client) -> None:
    project = ProjectFactory(slug="suite")
    EventFactory(title_en="Elsewhere")
    _event()
    from projects.models import Event

    Event.objects.get(slug="hour").projects.add(project)
    (row,) = _calendar(client, "/projects/suite.ics?lang=fr").walk("VEVENT")
    assert str(row["SUMMARY"]) == "Heure ouverte"
    assert len(_calendar(client, "/events.ics").walk("VEVENT")) == 2
    assert len(_calendar(client, "/events.ics?project=suite").walk("VEVENT")) == 1
    assert len(_entries(client, "/events.atom?mode=online")) == 1


@pytest.mark.parametrize(
    "path",
    ["/projects.atom", "/events.atom", "/events.ics", "/projects/secret.ics", "/events/secret.ics"],
)
def test_what_is_not_listed_is_in_no_feed(client: Client, path: str) -> None:
    ProjectFactory(slug="secret", name="Secret project", is_listed=False)
    EventFactory(slug="secret", title_en="Secret gathering", is_listed=False)
    answer = client.get(path)
    assert answer.status_code == (404 if "secret" in path else 200)
    if answer.status_code == 200:
        assert "Secret" not in answer.content.decode()
