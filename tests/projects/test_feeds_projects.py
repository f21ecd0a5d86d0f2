"""Projects as Atom."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client

pytestmark = [pytest.mark.usefixtures("facts"), pytest.mark.django_db]
ATOM = "{http://www.w3.org/2005/Atom}"


def _entries(client: Client, path: str) -> list[ElementTree.Element]:
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")


def test_the_feed_of_projects_is_narrowed_like_the_list(client: Client) -> None:
    assert len(_entries(client, "/projects.atom")) == 43
    (entry,) = _entries(client, "/projects.atom?area=advocacy&lang=fr")
    assert "conférence AAAI" in entry.findtext(f"{ATOM}summary", "")
    assert entry.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
    assert "/fr/projects/aaai-25-workshop/" in ElementTree.tostring(entry).decode()


def test_a_project_has_a_feed_of_its_changes(client: Client) -> None:
    (entry,) = _entries(client, "/projects/docling.atom")
    assert entry.findtext(f"{ATOM}title") == "Entered in the catalogue"
    assert client.get("/projects/nothing.atom").status_code == 404
