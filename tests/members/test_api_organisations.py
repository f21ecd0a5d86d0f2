"""The directory through the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import ApiKey
from members.seed import seed
from tests.cast import Cast
from tests.factories.members import MembershipFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/organisations/"


def _slugs(client: Client, query: str, **headers: str) -> list[str]:
    answer = client.get(f"{LIST}{query}", headers=headers)
    assert answer.status_code == 200, answer.content
    return [row["slug"] for row in answer.json()["results"]]


def test_an_organisation_carries_its_sources_and_flags(client: Client) -> None:
    seed()
    body = client.get(f"{LIST}epfl/").json()
    assert body["kind_confirmed"] is True
    assert body["domain_source"].startswith("github:Hipo/")
    (period,) = body["memberships"]
    assert period["kind"] == "founding"
    assert period["announced_on"] == "2023-12-05"
    assert period["confirmed"] is True
    assert period["source"].startswith("github:The-AI-Alliance/website")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=government", ["nasa", "nsf"]),
        ("?kind=government&kind=research&country=ch", ["cern"]),
        ("?membership=contributor-named&country=FR", ["pleias"]),
        ("?q=ecole%20poly", ["epfl"]),
    ],
)
def test_filters_are_those_of_the_page(client: Client, query: str, expected: list[str]) -> None:
    seed()
    assert sorted(_slugs(client, query)) == expected
    page = client.get(f"/en/members.json{query}").json()["organisations"]
    assert sorted(row["slug"] for row in page) == expected


def test_an_unknown_kind_is_a_problem_that_names_the_field(client: Client) -> None:
    answer = client.get(f"{LIST}?kind=nonsense")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "kind" in answer.json()["errors"]


def test_pages_by_cursor_reach_every_row_once(client: Client) -> None:
    MembershipFactory.create_batch(7)
    seen, url = [], f"{LIST}?page_size=3"
    while url:
        body = client.get(url).json()
        seen += [row["slug"] for row in body["results"]]
        url = body["next"]
    assert len(seen) == len(set(seen)) == 7


def test_what_is_not_listed_is_for_its_own_people_and_staff(
    client: Client, cast: Cast, make_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    cast.hidden.affiliations.create(person=cast.engineer_a, role="engineer", since="2026-01-01")
    _key, token = make_key()
    assert client.get(f"{LIST}hidden/").status_code == 404
    assert (
        client.get(f"{LIST}hidden/", headers={"Authorization": f"Bearer {token}"}).status_code
        == 404
    )
    for person, sees in [
        (cast.rep_a, False),
        (cast.outsider, False),
        (cast.engineer_a, True),
        (cast.staff, True),
    ]:
        client.force_login(person)
        assert client.get(f"{LIST}hidden/").status_code == (200 if sees else 404)
        assert ("hidden" in _slugs(client, "")) is sees


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_through_it(client: Client, cast: Cast, method: str) -> None:
    client.force_login(cast.staff)
    answer = getattr(client, method)(f"{LIST}org-a/", {}, content_type="application/json")
    assert answer.status_code == 405


def test_as_many_queries_for_fifty_as_for_five(client: Client) -> None:
    counts = []
    for batch in (5, 45):
        MembershipFactory.create_batch(batch)
        with CaptureQueriesContext(connection) as queries:
            assert len(_slugs(client, "?page_size=100")) >= batch
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 2
