"""The directory, an organisation's page and their exports."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.test import Client

from members import sections
from members.demo import demo
from members.models import Organisation
from members.seed import seed
from tests.cast import Cast
from tests.factories.members import HeadcountFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts() -> None:
    seed()


def _names(client: Client, query: str = "", language: str = "en") -> list[str]:
    rows = client.get(f"/{language}/members.json{query}").json()["organisations"]
    return sorted(row["slug"] for row in rows)


def test_members_stand_under_the_letter_of_their_folded_name(client: Client, facts: None) -> None:
    html = client.get("/en/members/").content.decode()
    assert "87 organisations, A to Z" in html
    letter_e = html.split('">E</h3>')[1].split("</ul>")[0]
    assert "École Polytechnique" in letter_e
    assert "ESADE" in letter_e


def test_named_contributors_are_not_counted_as_members(client: Client, facts: None) -> None:
    html = client.get("/en/members/").content.decode()
    index, apart = html.split('id="contributors"')
    assert "Pleias" not in index
    assert "Pleias" in apart
    page = client.get("/en/members/pleias/").content.decode()
    assert "Whether it is a member is not confirmed" in page
    assert "not confirmed</span>" in page


def test_each_count_has_its_day_and_source(client: Client, facts: None) -> None:
    counts = client.get("/en/members/").content.decode().split('id="counts"')[1]
    for words in (
        "April 2026",
        "more than 200",
        "Autumn 2024",
        "businessreport.com",
        "23",
        "5 December 2023",
    ):
        assert words in counts


def test_the_home_page_has_the_figures_with_source(client: Client, facts: None) -> None:
    html = client.get("/en/").content.decode()
    assert re.search(r'class="big">200<.*?April 2026\. .*?thealliance\.ai', html, re.S)
    assert "87 of them are listed here" in html
    assert re.search(r'class="big">57<', html)


BESIDE_THE_LIST = {"countries", "join", "wall"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=ecole+poly", ["epfl"]),
        ("?q=ÉCOLE+POLY", ["epfl"]),
        ("?q=ibm.com", ["ibm"]),
        ("?q=100%25", []),
        ("?kind=government", ["nasa", "nsf"]),
        ("?kind=government&kind=research&country=CH", ["cern"]),
        ("?country=ch&country=DE&kind=university", ["epfl", "eth", "tum"]),
        ("?membership=contributor-named&country=FR", ["pleias"]),
    ],
)
def test_filters_narrow_page_and_export_alike(
    client: Client, facts: None, query: str, expected: list[str]
) -> None:
    assert _names(client, query) == expected
    html = client.get(f"/en/members/{query}").content.decode()
    listed = html[html.index("<main") :]
    shown = set(re.findall(r'href="/en/members/([a-z0-9-]+)/">', listed)) - BESIDE_THE_LIST
    assert shown == set(expected)
    lines = csv.DictReader(io.StringIO(client.get(f"/en/members.csv{query}").content.decode()))
    assert sorted(line["slug"] for line in lines) == expected


@pytest.mark.parametrize(
    "query", ["?kind=nonsense", "?country=XX", "?q=%00", "?q=" + "x" * 500, "?country=' OR 1"]
)
def test_parameters_without_sense_are_left_out(client: Client, facts: None, query: str) -> None:
    answer = client.get(f"/en/members/{query}")
    assert answer.status_code == 200
    assert len(_names(client, query)) == 93


def test_what_is_chosen_stays_chosen(client: Client, facts: None) -> None:
    html = client.get("/en/members/?kind=university&country=PL&q=tech").content.decode()
    assert 'value="university" checked' in html
    assert 'value="PL" checked' in html
    assert 'value="tech"' in html
    assert '<details class="more" open>' in html
    assert "/en/members.csv?kind=university&amp;country=PL&amp;q=tech" in html


def test_nothing_found_says_what_to_do(client: Client, facts: None) -> None:
    assert "Take a filter away" in client.get("/en/members/?q=zzzz").content.decode()


def test_what_a_reader_typed_is_escaped(client: Client, facts: None) -> None:
    html = client.get("/en/members/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in html


def test_demonstration_organisations_stand_apart_and_say_so(client: Client, facts: None) -> None:
    demo()
    html = client.get("/en/members/").content.decode()
    assert "87 organisations, A to Z" in html
    assert html.index('id="demonstration"') < html.index("Demo Organisation A")
    page = client.get("/en/members/demo-a/").content.decode()
    assert "No such organisation exists" in page


def test_french_pages_are_french(client: Client, facts: None) -> None:
    html = client.get("/fr/members/").content.decode()
    for words in ("Membres", "Universités", "États-Unis", "Pays", "organisations, de A à Z"):
        assert words in html
    page = client.get("/fr/members/ibm/").content.decode()
    assert "Membre fondateur" in page
    assert "5 décembre 2023" in page
    assert "non confirmé" in page


def test_an_unknown_language_and_an_unknown_organisation_are_not_found(client: Client) -> None:
    assert client.get("/de/members/").status_code == 404
    assert client.get("/en/members/nobody/").status_code == 404


@pytest.mark.parametrize("path", ["/hidden/", ".json", ".csv", "/"])
def test_what_is_not_listed_is_nowhere(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.staff)  # public pages are the same for everyone, operators too
    answer = client.get(f"/en/members{path}")
    assert answer.status_code == (404 if path == "/hidden/" else 200)
    assert "Organisation hidden" not in answer.content.decode()


def test_other_rooms_add_sections(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "_SECTIONS", [])

    def only_for_a(request: HttpRequest, organisation: Organisation) -> dict[str, object] | None:
        return {"token": "from another room"} if organisation.slug == "org-a" else None

    sections.register_section("members/new_key.html", only_for_a)
    assert "from another room" in client.get("/en/members/org-a/").content.decode()
    assert "from another room" not in client.get("/en/members/org-b/").content.decode()


@pytest.mark.parametrize("path", ["/", "/?kind=research", ".json", ".csv"])
def test_as_many_queries_for_fifty_as_for_five(client: Client, path: str) -> None:
    HeadcountFactory()
    MembershipFactory.create_batch(5)
    few = _count(client, f"/en/members{path}")
    MembershipFactory.create_batch(45)
    assert _count(client, f"/en/members{path}") == few


def _count(client: Client, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.fixture(autouse=True)
def _sections_kept() -> Iterator[None]:
    kept = list(sections._SECTIONS)
    yield
    sections._SECTIONS[:] = kept


def test_a_name_is_no_formula_in_the_export(client: Client) -> None:
    MembershipFactory(organisation__name="=1+1", organisation__slug="formula")
    text = client.get("/en/members.csv").content.decode()
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["slug"], line["name"]) == ("formula", "'=1+1")
