"""One search over everything public: accents, kinds, near spellings, what stays hidden."""

from __future__ import annotations

import pytest
from django.test import Client

from alliance.search import SOURCES, search_everything
from tests.factories.projects import ProjectFactory

pytestmark = [pytest.mark.usefixtures("facts"), pytest.mark.django_db]


def _urls(found: object) -> list[str]:
    return [hit.url for group in found.groups for hit in group.hits]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wanted", "url"),
    [
        ("TERRATORCH", "/en/projects/terratorch/"),
        ("ecole polytechnique", "/en/members/epfl/"),
        ("semi-conducteurs", "/en/projects/semikong/"),
        ("confiance et surete", "/en/projects/?area=trust-and-safety"),
        ("hanoi", "/en/events/2025-ai-semiconductor-conference/"),
    ],
)
def test_accents_and_capitals_do_not_matter(wanted: str, url: str) -> None:
    found = search_everything(wanted)
    assert not found.is_near
    assert url in _urls(found)


@pytest.mark.parametrize(
    ("wanted", "url"),
    [
        ("doclnig", "/en/projects/docling/"),
        ("tapestrie", "/en/projects/tapestry/"),
        ("servicenwo", "/en/members/servicenow/"),
    ],
)
def test_a_slip_of_the_keyboard_is_forgiven_and_said(client: Client, wanted: str, url: str) -> None:
    found = search_everything(wanted)
    assert found.is_near
    assert url in _urls(found)
    html = client.get(f"/en/search/?q={wanted}").content.decode()
    assert "This comes near" in html


def test_one_kind_can_be_kept_and_unknown_ones_mean_all(client: Client) -> None:
    assert {group.kind for group in search_everything("docling", "projects").groups} == {"projects"}
    assert len(search_everything("docling", "nonsense").groups) > 1
    html = client.get("/en/search/?q=docling&kind=events").content.decode()
    assert '<option value="events" selected>' in html
    assert "/en/projects/docling/" not in html.split('id="results"')[1].split("<footer")[0]


def test_what_is_not_listed_is_not_found_near_either() -> None:
    ProjectFactory(slug="secret", name="Xylophonium", is_listed=False)
    assert not search_everything("xylophonium").groups
    assert not search_everything("xylophonimu").groups


@pytest.mark.parametrize(
    "wanted",
    ["%", "_", "\\", "'", "a" * 400, "\x00docling", "<script>alert(1)</script>", "🙂🙂🙂🙂"],
)
def test_no_text_breaks_it(client: Client, wanted: str) -> None:
    answer = client.get("/fr/search/", {"q": wanted})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_every_kind_has_columns_that_exist() -> None:
    for source in SOURCES:
        names = {field.name for field in source.manager.model._meta.get_fields()}
        assert set(source.columns) <= names
