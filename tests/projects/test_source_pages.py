"""Pages about sources: what everybody sees, what owners see, what nobody else sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.manifests import read_manifest
from projects.models import CatalogueCopy, HarvestAttempt, ProjectLead, Source
from tests.cast import SINCE, Cast
from tests.factories.projects import (
    CatalogueFactory,
    ParticipationFactory,
    ProjectFactory,
    SourceFactory,
)
from tests.projects.test_manifests_quirks import TODAY

FINDING = {
    "level": "error",
    "rule": "bad-licence",
    "path": "legal/license",
    "line": 18,
    "column": 3,
    "values": {"value": "Apache 2"},
}


@pytest.fixture
def source(cast: Cast) -> Source:
    """A manifest of a project that org-a leads, with one failed and one good harvest."""
    project = ProjectFactory(name="Tides")
    ParticipationFactory(project=project, organisation=cast.org_a, name="org-a")
    source = SourceFactory(project=project, health="faulty", registered_by=cast.rep_a)
    for token, outcome, findings in ((1, "imported", []), (2, "imported-with-errors", [FINDING])):
        HarvestAttempt.objects.create(
            source=source, lease_token=token, started_at=source.created_at, finished_at=source.created_at,
            outcome=outcome, findings=findings, form="publiccode", changes={"summary_en": ["Old", "New"]},
        )  # fmt: skip
    return source


@pytest.fixture
def copy(cast: Cast) -> CatalogueCopy:
    source = CatalogueFactory(name="Sister")
    return CatalogueCopy.objects.create(
        source=source, identifier="urn:uuid:1c9b2c0e-0000-4000-8000-000000000000", origin="https://sister.example.org/",
        url="https://sister.example.org/x", name="Copied thing", digest="sha256:0", taken_at=source.created_at,
        seen_at=source.created_at,
        entry={"name": "Copied thing", "summaries": {"en": "In short", "fr": "En bref"}, "texts": {"en": "<b>x</b>"}},
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_log_says_line_rule_and_link(
    client: Client, source: Source, cast: Cast, language: str
) -> None:
    """The owner reads what failed, where, by which rule, and what changed."""
    client.force_login(cast.rep_a)
    response = client.get(f"/{language}/projects/harvest/{source.slug}/")
    text = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "Apache 2" in text
    assert ">18<" in text
    assert f"/{language}/projects/sources/rules/#bad-licence" in text
    assert "https://spdx.org/licenses/" in text
    assert "imported-with-errors" in text


@pytest.mark.parametrize("who", ["rep_b", "outsider", "engineer_a"])
def test_log_is_the_owners(client: Client, source: Source, cast: Cast, who: str) -> None:
    """Others find nothing, not even that there is something; nobody is sent to sign in first."""
    client.force_login(getattr(cast, who))
    for method, path in (
        ("get", ""),
        ("post", "check/"),
        ("post", "withdraw/"),
        ("post", "parts/"),
    ):
        response = getattr(client, method)(f"/en/projects/harvest/{source.slug}/{path}")
        assert response.status_code == 404, path
    source.refresh_from_db()
    assert source.state == "active"


def test_log_wants_sign_in(client: Client, source: Source) -> None:
    """Without a session the sign-in page comes first."""
    response = client.get(f"/en/projects/harvest/{source.slug}/")
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_register(client: Client, cast: Cast) -> None:
    """A lead's representative registers an address; a page of a forge becomes the file itself."""
    project = ProjectFactory()
    ParticipationFactory(project=project, organisation=cast.org_a, name="org-a")
    client.force_login(cast.rep_a)
    page = "/en/projects/harvest/register/"
    said = {
        "project": project.pk,
        "url": "https://github.com/a/b/blob/main/publiccode.yml",
        "speaks_for": ["summary"],
    }
    response = client.post(page, said)
    assert response.status_code == 302
    found = Source.objects.get()
    assert found.url == "https://raw.githubusercontent.com/a/b/main/publiccode.yml"
    assert (found.speaks_for, found.registered_by) == (["summary"], cast.rep_a)
    response = client.post(page, said)
    assert response.status_code == 422
    assert "registered already" in response.content.decode()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://127.0.0.1/publiccode.yml", "private network"),
        ("http://code.example.org/publiccode.yml", "https://"),
        ("https://code.example.org/README.md", "publiccode.yml, codemeta.json"),
        ("not an address", "web address"),
    ],
)
def test_register_refuses(client: Client, cast: Cast, url: str, words: str) -> None:
    """A wrong address is refused with what to do."""
    project = ProjectFactory()
    ParticipationFactory(project=project, organisation=cast.org_a, name="org-a")
    client.force_login(cast.rep_a)
    response = client.post("/en/projects/harvest/register/", {"project": project.pk, "url": url})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Source.objects.exists()


def test_register_is_for_leads(client: Client, cast: Cast) -> None:
    """Who contributes only, or to nothing, can't register for a project."""
    project = ProjectFactory()
    ParticipationFactory(project=project, organisation=cast.org_b, name="org-b", role="contributor")
    own = ProjectFactory()
    ParticipationFactory(project=own, organisation=cast.org_b, name="org-b")
    client.force_login(cast.rep_b)
    url = "https://code.example.org/publiccode.yml"
    response = client.post("/en/projects/harvest/register/", {"project": project.pk, "url": url})
    assert response.status_code == 422
    client.force_login(cast.outsider)
    assert client.get("/en/projects/harvest/register/").status_code == 404
    assert client.get("/en/projects/harvest/catalogue/").status_code == 404
    assert not Source.objects.exists()


def test_project_lead(client: Client, source: Source, cast: Cast) -> None:
    """A person who leads the project looks after its manifest, whatever their organisation."""
    ProjectLead.objects.create(project=source.project, person=cast.outsider, since=SINCE)
    client.force_login(cast.outsider)
    assert client.get(f"/en/projects/harvest/{source.slug}/").status_code == 200


def test_buttons(client: Client, source: Source, cast: Cast) -> None:
    """Check, pause, resume, withdraw and the choice of parts work without a script."""
    client.force_login(cast.rep_a)
    base = f"/en/projects/harvest/{source.slug}/"
    steps = {"check": "active", "pause": "paused", "resume": "active", "withdraw": "withdrawn"}
    for verb, state in steps.items():
        assert client.post(f"{base}{verb}/").status_code == 302
        source.refresh_from_db()
        assert source.state == state
    assert client.post(f"{base}explode/").status_code == 404
    assert client.post(f"{base}parts/", {"speaks_for": ["licence"]}).status_code == 302
    source.refresh_from_db()
    assert source.speaks_for == ["licence"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_public_pages(client: Client, copy: CatalogueCopy, language: str) -> None:
    """Copies are shown as such, in the reader's language, linked to their origin, closed to search engines."""
    for path in (
        "sources/",
        f"sources/{copy.source.slug}/",
        f"sources/{copy.source.slug}/{copy.pk}/",
        "sources/rules/",
    ):
        response = client.get(f"/{language}/projects/{path}")
        assert response.status_code == 200, path
        assert "Set-Cookie" not in response.headers
    text = client.get(
        f"/{language}/projects/sources/{copy.source.slug}/{copy.pk}/"
    ).content.decode()
    assert {"en": "In short", "fr": "En bref"}[language] in text
    assert 'content="noindex"' in text
    assert 'rel="canonical" href="https://sister.example.org/x"' in text


@pytest.mark.parametrize("how", ["hidden", "gone", "withdrawn"])
def test_hidden_copies(client: Client, copy: CatalogueCopy, how: str) -> None:
    """What curation hides, what its source deleted, and what a withdrawn source brought has no page."""
    from projects import actions

    if how == "hidden":
        actions.curate_copy(copy=copy, actor=None, is_hidden=True)
    elif how == "gone":
        CatalogueCopy.objects.update(state="gone")
    else:
        actions.withdraw_source(source=copy.source)
    assert client.get(f"/en/projects/sources/{copy.source.slug}/{copy.pk}/").status_code == 404
    assert "Copied thing" not in client.get("/en/projects/sources/").content.decode()


def test_project_page_names_its_manifest(client: Client, source: Source) -> None:
    """A project's page says what speaks for it, and offers its files."""
    text = client.get(f"/en/projects/{source.project.slug}/").content.decode()
    assert "Read, with errors" in text
    assert f"/projects/{source.project.slug}/publiccode.yml" in text
    assert 'type="application/ld+json"' in text


@pytest.mark.parametrize("form", ["publiccode", "codemeta"])
def test_maker(client: Client, db: None, form: str) -> None:
    """The form gives a file that passes the validator, without storing anything."""
    page = "/en/projects/sources/manifest/"
    said: dict[str, Any] = {
        "form": form, "name": "Tides", "repository": "git@code.example.org:harbour/tides.git", "licence": "apache-2.0",
        "summary_fr": "Des marées", "features_fr": "- Saisir\r\n- Imprimer\r\n", "platforms": ["web"],
        "maintenance": "community", "contact": "Ada Example", "languages": "fr", "download": "1",
    }  # fmt: skip
    response = client.post(page, said)
    assert response.status_code == 200
    name = {"publiccode": "publiccode.yml", "codemeta": "codemeta.json"}[form]
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    reading = read_manifest(response.content, name=name, today=TODAY)
    assert reading.is_valid
    assert reading.entry is not None
    assert reading.entry.repository == "https://code.example.org/harbour/tides"
    assert reading.entry.licence == "Apache-2.0"
    del said["download"]
    text = client.post(page, said | {"show": "1"}).content.decode()
    assert "Tides" in text


def test_maker_refuses(client: Client, db: None) -> None:
    """What can't stand in a manifest is refused at its field."""
    page = "/en/projects/sources/manifest/"
    said = {
        "form": "publiccode",
        "name": "Tides",
        "repository": "tides",
        "licence": "Apache 2",
        "maintenance": "none",
    }
    response = client.post(page, said)
    assert response.status_code == 422
    assert "no address of a repository" in response.content.decode()


def test_maker_begins_with_the_catalogue(client: Client, db: None) -> None:
    """For a project of the catalogue the fields are filled; an unlisted one can't be looked at this way."""
    project = ProjectFactory(name="Tides of the north")
    assert (
        "Tides of the north"
        in client.get(f"/en/projects/sources/manifest/?project={project.slug}").content.decode()
    )
    hidden = ProjectFactory(is_listed=False)
    assert client.get(f"/en/projects/sources/manifest/?project={hidden.slug}").status_code == 404


def test_dashboard_panel(client: Client, source: Source, cast: Cast) -> None:
    """Who looks after a manifest sees on the dashboard that it needs mending."""
    client.force_login(cast.rep_a)
    text = client.get(reverse("members:dashboard")).content.decode()
    assert f"/en/projects/harvest/{source.slug}/" in text
