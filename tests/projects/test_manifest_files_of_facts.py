"""Strict on output: the files of every project that the portal ships pass the portal's own validator."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from projects.manifests import read_manifest
from projects.models import Project
from projects.portal_identity import entry_id
from tests.projects.test_manifest_files import body_of
from tests.projects.test_manifests_quirks import TODAY


@pytest.mark.django_db
def test_every_project_passes_our_own_validator(facts: None, client: Client) -> None:
    """Strict on output: no file of any project of the catalogue has an error or a warning."""
    rows = list(Project.objects.filter(is_listed=True))
    assert len(rows) > 20
    for row in rows:
        raw = body_of(client, f"/projects/{row.slug}/publiccode.yml")
        reading = read_manifest(raw, name="publiccode.yml", today=TODAY)
        assert reading.findings == (), row.slug
        assert reading.entry is not None
        raw = body_of(client, f"/projects/{row.slug}/codemeta.json")
        reading = read_manifest(raw, name="codemeta.json", today=TODAY)
        assert {one.rule for one in reading.findings} <= {"advised"}, row.slug
        for suffix in ("schema.jsonld", "dcat.jsonld"):
            document = json.loads(body_of(client, f"/projects/{row.slug}.{suffix}"))
            assert document["@id"] == entry_id(row.uid)
