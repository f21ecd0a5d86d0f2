"""The directory by country, as linked data, and as a wall on other sites."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.members import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def _members(db: None) -> None:
    for name, country in (("Alpha", "FR"), ("Beta", "FR"), ("Gamma", "JP"), ("Delta", "")):
        row = OrganisationFactory(slug=name.lower(), name=name, short_name=name, country=country)
        MembershipFactory(organisation=row)
    hidden = OrganisationFactory(slug="secret", name="Secret", is_listed=False)
    MembershipFactory(organisation=hidden)
    unconfirmed = OrganisationFactory(slug="maybe", name="Maybe", country="DE")
    MembershipFactory(organisation=unconfirmed, confirmed=False)


@pytest.mark.usefixtures("_members")
def test_countries_are_counted_and_drawn(client: Client) -> None:
    page = client.get("/fr/members/countries/").content.decode()
    assert page.index("France") < page.index("Japon") < page.index("non connu")
    assert '<rect class="f-acc" width="300"' in page
    assert '<rect class="f-acc" width="150"' in page
    assert "Allemagne" not in page


@pytest.mark.usefixtures("_members")
def test_linked_data_are_what_the_directory_shows(client: Client) -> None:
    answer = client.get("/en/members.jsonld?country=FR")
    assert answer["Content-Type"] == "application/ld+json"
    body = answer.json()
    assert [item["item"]["name"] for item in body["itemListElement"]] == ["Alpha", "Beta"]
    (role,) = body["itemListElement"][0]["item"]["memberOf"]
    assert role["startDate"] == "2023-12-05"
    every = client.get("/en/members.jsonld").json()["itemListElement"]
    assert "Secret" not in [item["item"]["name"] for item in every]


@pytest.mark.usefixtures("_members")
@pytest.mark.parametrize(("language", "words"), [("en", "Members of"), ("fr", "Membres de")])
def test_the_wall_may_be_framed_and_nothing_else_may(
    client: Client, cast: Cast, language: str, words: str
) -> None:
    answer = client.get(f"/embed/members/{language}/")
    text = answer.content.decode()
    assert words in text
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert "<script" not in text
    assert not answer.cookies
    assert "Secret" not in text
    assert "Maybe" not in text
    setup = client.get(f"/{language}/members/wall/")
    assert f"/embed/members/{language}/" in setup.content.decode()
    assert "frame-ancestors 'none'" in setup["Content-Security-Policy"]
