"""The catalogue through the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.factories.projects import EventFactory, ParticipationFactory, ProjectFactory

pytestmark = [pytest.mark.usefixtures("facts"), pytest.mark.django_db]
LIST = "/api/v1/projects/"


def _slugs(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return [row["slug"] for row in answer.json()["results"]]


def test_a_project_carries_its_facts_with_sources(client: Client) -> None:
    body = client.get(f"{LIST}tapestry/").json()
    assert (body["tier"], body["stage"], body["activity"]) == ("managed", None, "unknown")
    assert [row["expression"] for row in body["licences"]] == [
        "Apache-2.0",
        "CC-BY-4.0",
        "CDLA-Permissive-2.0",
    ]
    assert body["repositories"][0]["url"] == "https://github.com/The-AI-Alliance/tapestry"
    assert {
        "organisation": "aitomatic",
        "name": "Aitomatic",
        "role": "lead",
        "since": None,
        "until": None,
    } in body["participations"]
    assert body["track"][0]["on"] == "2026-04"
    assert body["source"].startswith("github:")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?area=advocacy", ["aaai-25-workshop"]),
        ("?makes=course", ["academic-resources"]),
        ("?q=geospatial", ["terratorch"]),
        ("?organisation=enkrypt-ai", ["secure-mcp-gateway"]),
        ("?stage=sandbox", []),
    ],
)
def test_filters_are_those_of_the_page(client: Client, query: str, expected: list[str]) -> None:
    assert _slugs(client, f"{LIST}{query}") == expected


def test_events_focus_areas_and_stages(client: Client) -> None:
    assert _slugs(client, "/api/v1/events/?country=VN") == ["2025-ai-semiconductor-conference"]
    assert _slugs(client, "/api/v1/events/?after=2026-05-01&before=2026-05-31") == [
        "2026-project-tapestry-founding-workshop"
    ]
    assert len(_slugs(client, "/api/v1/focus-areas/")) == 15
    assert _slugs(client, "/api/v1/stages/") == ["sandbox", "incubating", "graduated", "archived"]


def test_an_unknown_tier_is_a_problem_that_names_the_field(client: Client) -> None:
    answer = client.get(f"{LIST}?tier=core")
    assert answer.status_code == 400
    assert "tier" in answer.json()["errors"]


def test_an_unlisted_project_is_for_its_participants_and_staff(client: Client, cast: Cast) -> None:
    project = ProjectFactory(slug="secret", is_listed=False)
    ParticipationFactory(project=project, organisation=cast.org_a)
    for person, sees in [
        (None, False),
        (cast.outsider, False),
        (cast.rep_b, False),
        (cast.rep_a, True),
        (cast.staff, True),
    ]:
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(f"{LIST}secret/").status_code == (200 if sees else 404)
        assert ("secret" in _slugs(client, LIST)) is sees


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_through_it(client: Client, cast: Cast, method: str) -> None:
    ProjectFactory(slug="suite")
    client.force_login(cast.staff)
    answer = getattr(client, method)(f"{LIST}suite/", {}, content_type="application/json")
    assert answer.status_code == 405


@pytest.mark.parametrize("path", [LIST, "/api/v1/events/"])
def test_as_many_queries_for_fifty_as_for_five(client: Client, path: str) -> None:
    counts = []
    for batch in (5, 45):
        ParticipationFactory.create_batch(batch)
        EventFactory.create_batch(batch)
        with CaptureQueriesContext(connection) as queries:
            assert len(_slugs(client, f"{path}?page_size=100")) >= batch
        counts.append(len(queries))
    assert counts[0] == counts[1]
