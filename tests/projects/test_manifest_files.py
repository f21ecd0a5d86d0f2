"""Projects as publiccode.yml, codemeta.json, schema.org and DCAT-AP, and as an index for sister portals."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.test import Client

from projects import actions, index
from projects.actions import ProjectSheet
from projects.harvest.catalogues import dcat_entry, dcat_objects
from projects.models import HarvestObject, Project
from projects.portal_identity import entry_id
from tests.factories.projects import (
    CatalogueFactory,
    ParticipationFactory,
    ProjectFactory,
    SourceFactory,
)
from tests.projects.test_manifests_quirks import FIXTURES


def body_of(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    assert "Set-Cookie" not in response.headers
    assert response["Cache-Control"].startswith("public")
    return bytes(response.content)


@pytest.mark.django_db
def test_unlisted_projects_have_no_files(client: Client) -> None:
    """What isn't public has no address here either."""
    row = ProjectFactory(is_listed=False)
    for address in (
        f"/projects/{row.slug}/publiccode.yml",
        f"/projects/{row.slug}/codemeta.json",
        f"/projects/{row.slug}.dcat.jsonld",
        f"/projects/{row.slug}.schema.jsonld",
        f"/federation/v1/projects/{row.uid}.json",
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.django_db
def test_own_manifest_goes_out_again(client: Client) -> None:
    """What a project's manifest says and the catalogue has no place for isn't lost on the way out."""
    raw = (FIXTURES / "publiccode/plain.yml").read_bytes()
    source = SourceFactory()
    HarvestObject.objects.create(
        source=source, identifier="manifest", form="publiccode", raw=raw, good_at=source.created_at,
        seen_at=source.created_at,
    )  # fmt: skip
    text = body_of(client, f"/projects/{source.project.slug}/publiccode.yml").decode()
    assert "softwareType: standalone/web" in text
    assert "name: Ada Example" in text
    assert "Enter measured levels" in text


@pytest.mark.django_db
def test_dcat_catalogue_reads_back(client: Client) -> None:
    """The portal's own reader finds every entry, in both languages, in what the portal writes."""
    row = ProjectFactory(name="Tides", summary_en="About tides.", summary_fr="Des marées.")
    ProjectFactory(artefact_kinds=["dataset"], name="Levels")
    ParticipationFactory(project=row, name="Harbour Office")
    document = json.loads(body_of(client, "/projects.dcat.jsonld"))
    found = list(dcat_objects(document, lambda identifier, url, node, updated: (identifier, node)))
    assert {identifier for identifier, _node in found} >= {entry_id(row.uid)}
    entry = dcat_entry(dict(found)[entry_id(row.uid)], "x")
    assert (entry.name, entry.summaries) == ("Tides", {"en": "About tides.", "fr": "Des marées."})
    assert entry.organisation is not None
    assert entry.organisation.name == "Harbour Office"
    assert [node["@type"] for _id, node in found if node["dct:title"][0]["@value"] == "Levels"] == [
        ["dcat:Dataset"]
    ]
    assert client.get("/projects.dcat.jsonld?page=99").status_code == 404
    assert client.get("/projects.dcat.jsonld?page=x").status_code == 400


@pytest.mark.django_db
def test_index(client: Client) -> None:
    """Each entry has a minted identifier, an address, a hash that is of the entry's bytes, and its origin."""
    row = ProjectFactory()
    ProjectFactory(is_listed=False)
    ProjectFactory(is_demo=True)
    page = json.loads(body_of(client, "/.well-known/alliance-catalogue.json"))
    (item,) = page["items"]
    assert (item["id"], item["deleted"], item["origin"]) == (
        entry_id(row.uid),
        False,
        page["portal"]["id"],
    )
    raw = body_of(client, f"/federation/v1/projects/{row.uid}.json")
    assert item["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    assert page["next"] is None


@pytest.mark.django_db
def test_index_is_conditional_and_changes_with_any_entry(client: Client) -> None:
    """The first page's tag stands for the whole: a change on a later page changes it."""
    first = client.get("/.well-known/alliance-catalogue.json")
    again = client.get(
        "/.well-known/alliance-catalogue.json", headers={"if-none-match": first["ETag"]}
    )
    assert again.status_code == 304
    for _number in range(3):
        ProjectFactory()
    before = index.page(0, limit=2)
    last = Project.objects.order_by("pk").last()
    assert last is not None
    actions.record_project(sheet=ProjectSheet(slug=last.slug, facts={"summary_en": "New words"}))
    after = index.page(0, limit=2)
    assert before["items"] == after["items"]
    assert before["digest"] != after["digest"]


@pytest.mark.django_db
def test_index_has_pages(client: Client) -> None:
    """Every entry stands on exactly one page."""
    rows = [ProjectFactory() for _number in range(5)]
    seen: list[str] = []
    after = 0
    while True:
        page = index.page(after, limit=2)
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = int(page["next"].rpartition("=")[2])
    assert seen == [entry_id(row.uid) for row in rows]


@pytest.mark.django_db
def test_tombstone(client: Client) -> None:
    """What was listed and no longer is stays as a tombstone without a word about it; what never was isn't named."""
    row = ProjectFactory()
    never = ProjectFactory(is_listed=False)
    actions.record_project(sheet=ProjectSheet(slug=row.slug, facts={"is_listed": False}))
    (item,) = index.page(0)["items"]
    assert item["id"] == entry_id(row.uid)
    assert (item["deleted"], set(item)) == (True, {"id", "origin", "deleted", "updated"})
    assert entry_id(never.uid) not in str(index.page(0))
    actions.record_project(sheet=ProjectSheet(slug=row.slug, facts={"is_listed": True}))
    assert [item["deleted"] for item in index.page(0)["items"]] == [False]


@pytest.mark.django_db
def test_copies_are_never_given_on(client: Client) -> None:
    """The index, the catalogue and the files name own entries only."""
    from projects.models import CatalogueCopy

    source = CatalogueFactory()
    CatalogueCopy.objects.create(
        source=source, identifier="urn:uuid:0c9b2c0e-0000-4000-8000-000000000000", origin="https://sister.example.org/",
        url="https://sister.example.org/x", name="Copied thing", entry={"name": "Copied thing"}, digest="sha256:0",
        taken_at=source.created_at, seen_at=source.created_at,
    )  # fmt: skip
    for address in ("/.well-known/alliance-catalogue.json", "/projects.dcat.jsonld"):
        assert b"Copied thing" not in body_of(client, address)


@pytest.mark.django_db
def test_queries_do_not_grow(django_assert_num_queries: Any) -> None:
    """A page of the index asks as much for one entry as for twenty."""
    ProjectFactory()
    with django_assert_num_queries(8):
        index.page(0)
    for _number in range(19):
        ParticipationFactory()
    with django_assert_num_queries(8):
        index.page(0)
