"""Lists as files, the landscape and its frame, learning resources, clashes."""

from __future__ import annotations

import csv
import io
from datetime import date, time

import pytest
from django.test import Client

from projects import actions, calendar
from projects.actions import EventSheet
from search.actions import reindex
from tests.factories.projects import ProjectFactory

pytestmark = [pytest.mark.usefixtures("facts"), pytest.mark.django_db]


def _lines(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize(
    "query", ["", "?area=advocacy", "?makes=course&makes=policy", "?q=geospatial"]
)
def test_files_hold_what_the_list_shows(client: Client, query: str) -> None:
    slugs = [row["slug"] for row in _lines(client, f"/en/projects.csv{query}")]
    assert slugs == [
        row["slug"] for row in client.get(f"/en/projects.json{query}").json()["projects"]
    ]
    body = client.get(f"/fr/projects.jsonld{query}").json()
    assert len(body["itemListElement"]) == len(slugs)
    html = client.get(f"/en/projects/{query}").content.decode()
    assert all(f'href="/en/projects/{slug}/"' in html for slug in slugs)
    assert f"/en/projects.csv{query or '?'}".replace("&", "&amp;") in html


def test_json_ld_speaks_schema_org(client: Client) -> None:
    body = client.get("/en/projects.jsonld?q=terratorch").json()
    item = body["itemListElement"][0]["item"]
    assert body["@context"] == "https://schema.org"
    assert item["@type"] == "SoftwareSourceCode"
    assert item["license"] == ["https://spdx.org/licenses/Apache-2.0"]
    assert {text["@language"] for text in item["description"]} == {"en", "fr"}


def test_no_cell_is_a_formula(client: Client) -> None:
    ProjectFactory(slug="formula", name="=cmd|' /C calc'!A0")
    (row,) = (row for row in _lines(client, "/en/projects.csv") if row["slug"] == "formula")
    assert row["name"].startswith("'=")


def test_events_as_files(client: Client) -> None:
    assert len(_lines(client, "/en/events.csv?kind=summit")) == 2
    (item,) = client.get("/en/events.jsonld?mode=hybrid").json()["itemListElement"]
    assert item["item"]["startDate"] == "2026-06-24"
    assert item["item"]["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    one = client.get("/events/2025-ai-action-summit.jsonld").json()
    assert one["location"][0]["address"] == {
        "@type": "PostalAddress", "addressLocality": "Paris", "addressCountry": "FR",
    }  # fmt: skip
    assert client.get("/en/events.xml").status_code == 404


def test_the_landscape_places_every_project(client: Client) -> None:
    html = client.get("/en/projects/landscape/?taxonomy=six-areas").content.decode()
    table = html.split('class="tbl landscape"')[1].split("</table>")[0]
    assert table.count('<a class="tile') == 43
    assert "No stage published" in table
    assert "Sandbox" not in table  # no column that would be empty
    assert "tile--managed" in table


def test_the_frame_may_stand_on_other_sites_and_nothing_else_may(client: Client) -> None:
    frame = client.get("/embed/landscape?lang=fr&tier=supported&taxonomy=programmes")
    assert "frame-ancestors *" in frame["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame
    assert "tile--managed" not in frame.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    assert '<html lang="fr">' in frame.content.decode()
    page = client.get("/en/projects/landscape/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    setup = client.get("/en/projects/landscape/embed/?tier=supported").content.decode()
    assert "&lt;iframe src=" in setup
    assert "tier=supported" in setup


def test_learning_resources_say_what_is_known(client: Client) -> None:
    html = client.get("/en/projects/learning/").content.decode()
    assert "6 resources" in html
    assert "English" in html
    assert "not looked through yet" in html
    assert "1 resource" in client.get("/en/projects/learning/?kind=course").content.decode()
    assert "anglais" in client.get("/fr/projects/learning/?q=glossaire").content.decode()
    assert "Take a filter away" in client.get("/en/projects/learning/?q=zzzz").content.decode()
    reindex()  # the facts are more than a search brings up to date by itself
    assert (
        'href="/en/projects/learning/#glossary-of-ai"'
        in client.get("/en/search/?q=glossary").content.decode()
    )


def test_events_of_one_project_at_the_same_time_are_pointed_out(client: Client) -> None:
    facts = {
        "title_en": "First",
        "kind": "meeting",
        "mode": "online",
        "starts_on": date(2027, 3, 1),
        "starts_time": time(9),
    }
    first = actions.record_event(sheet=EventSheet(slug="first", facts=facts, projects=["docling"]))
    same = facts | {
        "title_en": "Second",
        "time_zone": "Europe/Paris",
        "starts_time": time(10, 30),
    }  # 9:30 UTC
    second = actions.record_event(sheet=EventSheet(slug="second", facts=same, projects=["docling"]))
    elsewhere = actions.record_event(
        sheet=EventSheet(slug="third", facts=same, projects=["unitxt"])
    )
    assert calendar.clashes_of(first) == [second]
    assert calendar.clashes_of(elsewhere) == []
    assert "At the same time" in client.get("/en/events/first/").content.decode()
