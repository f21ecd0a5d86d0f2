"""Sources, logs and copies through the API."""

from __future__ import annotations

import pytest
from django.test import Client

from projects.models import CatalogueCopy, Source
from tests.cast import Cast
from tests.factories.projects import ProjectFactory, SourceFactory
from tests.projects.test_source_pages import copy, source

__all__ = ["copy", "source"]


def test_sources(client: Client, source: Source) -> None:
    """Sources of listed projects are public, without what only their owners see."""
    hidden = SourceFactory(project=ProjectFactory(is_listed=False))
    found = client.get("/api/v1/sources/").json()["results"]
    assert [one["slug"] for one in found] == [source.slug]
    assert (found[0]["project"], found[0]["health"]) == (source.project.slug, "faulty")
    assert "registered_by" not in found[0]
    assert client.get(f"/api/v1/sources/{hidden.slug}/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("rep_a", 200), ("staff", 200), ("rep_b", 404)])
def test_log(client: Client, source: Source, cast: Cast, who: str, status: int) -> None:
    """The log is for those who look after the source, with line, rule and link."""
    client.force_login(getattr(cast, who))
    response = client.get(f"/api/v1/sources/{source.slug}/log/")
    assert response.status_code == status
    if status == 200:
        newest = response.json()[0]
        assert newest["outcome"] == "imported-with-errors"
        finding = newest["findings"][0]
        assert (finding["line"], finding["rule"]) == (18, "bad-licence")
        assert finding["reference"].startswith("https://spdx.org/")


def test_log_wants_sign_in(client: Client, source: Source) -> None:
    """Nobody in particular reads no log and asks for nothing."""
    assert client.get(f"/api/v1/sources/{source.slug}/log/").status_code in (401, 403)
    assert client.post(f"/api/v1/sources/{source.slug}/check/").status_code in (401, 403)


def test_check(client: Client, source: Source, cast: Cast) -> None:
    """An owner asks for a harvest; a paused source says so."""
    client.force_login(cast.rep_a)
    assert client.post(f"/api/v1/sources/{source.slug}/check/").status_code == 202
    Source.objects.update(state="paused")
    response = client.post(f"/api/v1/sources/{source.slug}/check/")
    assert (response.status_code, response.json()["code"]) == (422, "source-paused")


def test_copies(client: Client, copy: CatalogueCopy) -> None:
    """Copies name their origin; what is gone isn't given."""
    found = client.get("/api/v1/copies/").json()["results"]
    assert [(one["name"], one["origin"]) for one in found] == [
        ("Copied thing", "https://sister.example.org/")
    ]
    CatalogueCopy.objects.update(state="gone")
    assert client.get("/api/v1/copies/").json()["results"] == []


def test_admin_pages(client: Client, source: Source, copy: CatalogueCopy, cast: Cast) -> None:
    """Staff see sources, harvests and copies; the buttons call the actions; a curation is laid over a copy."""
    client.force_login(cast.staff)
    for name in ("source", "harvestattempt", "harvestobject", "harvestnotice", "cataloguecopy"):
        assert client.get(f"/staff/projects/{name}/").status_code == 200, name
    said = {"action": "pause", "_selected_action": [source.pk]}
    assert client.post("/staff/projects/source/", said).status_code == 302
    source.refresh_from_db()
    assert source.state == "paused"
    page = f"/staff/projects/cataloguecopy/{copy.pk}/change/"
    assert client.get(page).status_code == 200
    said = {
        "curation-TOTAL_FORMS": "1", "curation-INITIAL_FORMS": "0", "curation-0-note_en": "Ours too",
        "curation-0-note_fr": "", "curation-0-is_hidden": "on", "curation-0-same_as": "",
    }  # fmt: skip
    assert client.post(page, said).status_code == 302
    assert (copy.curation.note_en, copy.curation.is_hidden, copy.curation.by) == (
        "Ours too",
        True,
        cast.staff,
    )
