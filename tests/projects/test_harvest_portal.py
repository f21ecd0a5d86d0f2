"""Harvesting a sister portal: copies of what it owns, deletions, pages, loops, and everything that may be wrong."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from projects import actions
from projects.harvest.clients import SourceClient
from projects.harvest.cycle import harvest
from projects.models import CatalogueCopy, HarvestAttempt, Source
from projects.portal_identity import entry_id
from tests.factories.projects import CatalogueFactory, ProjectFactory

SISTER = "https://sister.example.org/"


class Sister:
    """A portal whose index and entries a test writes."""

    def __init__(self, server: HTTPServer) -> None:
        self.base = f"http://127.0.0.1:{server.port}"
        self.origin = SISTER
        self.entries: dict[str, dict[str, Any]] = {}
        self.deleted: set[str] = set()
        self.foreign: set[str] = set()
        self.wrong_hash: set[str] = set()
        self.per_page = 2
        self.asked: list[str] = []
        server.expect_request("/index.json").respond_with_handler(self._index)
        server.expect_request("/entry").respond_with_handler(self._entry)

    def add(self, name: str, identifier: str = "", **terms: Any) -> str:
        identifier = identifier or uuid.uuid4().urn
        self.entries[identifier] = {
            "version": "1", "id": identifier, "origin": self.origin, "url": f"{SISTER}en/projects/{name}/",
            "manifest": {
                "@context": "https://w3id.org/codemeta/3.0", "@type": "SoftwareSourceCode", "name": name,
                "description": f"About {name}.", "codeRepository": f"https://code.example.org/sister/{name}",
                "license": "https://spdx.org/licenses/MIT", "author": "Somebody",
            },
            "terms": {"tier": "managed", "summaries": {"en": f"{name} in short", "fr": f"{name} en bref"}, **terms},
        }  # fmt: skip
        return identifier

    def _raw(self, identifier: str) -> bytes:
        return json.dumps(self.entries[identifier]).encode()

    def _index(self, request: Request) -> Response:
        self.asked.append(request.full_path)
        after = int(request.args.get("after", "0"))
        named = list(self.entries)[after : after + self.per_page]
        body = {
            "version": "1",
            "portal": {"id": self.origin},
            "digest": hashlib.sha256(repr((self.entries, self.deleted)).encode()).hexdigest(),
            "items": [self._item(one) for one in named],
            "next": f"/index.json?after={after + self.per_page}"
            if after + self.per_page < len(self.entries)
            else None,
        }
        response = Response(json.dumps(body), content_type="application/json")
        response.add_etag()
        return response.make_conditional(request)

    def _item(self, identifier: str) -> dict[str, Any]:
        origin = "https://third.example.org/" if identifier in self.foreign else self.origin
        if identifier in self.deleted:
            return {"id": identifier, "origin": origin, "deleted": True}
        digest = hashlib.sha256(self._raw(identifier)).hexdigest()
        digest = "0" * 64 if identifier in self.wrong_hash else digest
        return {
            "id": identifier, "origin": origin, "deleted": False, "entry": f"{self.base}/entry?id={identifier}",
            "hash": f"sha256:{digest}", "updated": "2026-11-24T10:00:00+00:00",
        }  # fmt: skip

    def _entry(self, request: Request) -> Response:
        self.asked.append(request.args["id"])
        return Response(self._raw(request.args["id"]), content_type="application/json")


@pytest.fixture
def sister(httpserver: HTTPServer, settings: Any) -> Iterator[Sister]:
    """A sister portal at an address that the portal may reach."""
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{httpserver.port}"]
    return Sister(httpserver)


@pytest.fixture
def source(sister: Sister, db: None) -> Source:
    return CatalogueFactory(url=f"{sister.base}/index.json")


def run(source: Source) -> HarvestAttempt:
    attempt = harvest(source_id=source.pk)
    assert attempt is not None
    source.refresh_from_db()
    return attempt


def live() -> list[str]:
    return list(CatalogueCopy.objects.filter(state="live").values_list("name", flat=True))


def test_copies(source: Source, sister: Sister) -> None:
    """All pages are read; each entry is a copy with its origin, its address there and its texts by language."""
    for name in ("alpha", "beta", "gamma", "delta", "epsilon"):
        sister.add(name)
    attempt = run(source)
    assert (attempt.outcome, attempt.gathered, attempt.imported) == ("imported", 5, 5)
    copy = CatalogueCopy.objects.get(name="alpha")
    assert (copy.origin, copy.url) == (SISTER, f"{SISTER}en/projects/alpha/")
    assert copy.text_of("summaries", "fr") == "alpha en bref"
    assert (copy.entry["licence"], copy.terms["tier"]) == ("MIT", "managed")
    assert copy.repository_key == "code.example.org/sister/alpha"


def test_nothing_new_costs_one_request(source: Source, sister: Sister) -> None:
    """The tag of the first page stands for the whole index."""
    for name in ("alpha", "beta", "gamma"):
        sister.add(name)
    run(source)
    sister.asked.clear()
    attempt = run(source)
    assert attempt.outcome == "unchanged"
    assert len(sister.asked) == 1


def test_only_what_changed_is_fetched(source: Source, sister: Sister) -> None:
    """An entry with the hash we hold isn't fetched again; a changed one renews its copy."""
    alpha, _beta = sister.add("alpha"), sister.add("beta")
    run(source)
    sister.asked.clear()
    sister.entries[alpha]["manifest"]["description"] = "New words."
    attempt = run(source)
    assert (attempt.imported, attempt.unchanged) == (1, 1)
    assert [one for one in sister.asked if one.startswith("urn:")] == [alpha]
    copy = CatalogueCopy.objects.get(name="alpha")
    assert copy.entry["summaries"]["en"] == "alpha in short"
    assert "alpha" in attempt.changes or attempt.changes == {}


def test_deletion(source: Source, sister: Sister) -> None:
    """A tombstone takes the copy away; the same entry may come back later."""
    alpha = sister.add("alpha")
    run(source)
    sister.deleted.add(alpha)
    attempt = run(source)
    assert (attempt.removed, live()) == (1, [])
    assert CatalogueCopy.objects.get().state == "gone"
    sister.deleted.clear()
    run(source)
    assert live() == ["alpha"]


def test_missing_goes_stale_first(source: Source, sister: Sister) -> None:
    """What the source no longer names is marked, not erased; it comes back by itself."""
    alpha = sister.add("alpha")
    sister.add("beta")
    run(source)
    kept = sister.entries.pop(alpha)
    run(source)
    assert CatalogueCopy.objects.get(name="alpha").state == "missing"
    sister.entries[alpha] = kept
    run(source)
    assert sorted(live()) == ["alpha", "beta"]


def test_copies_of_others_are_refused(source: Source, sister: Sister) -> None:
    """A portal may offer only what it owns; the refusal is on record, the rest is taken."""
    sister.add("alpha")
    sister.foreign.add(sister.add("beta"))
    attempt = run(source)
    assert (attempt.outcome, attempt.failed, live()) == ("partly", 1, ["alpha"])
    assert source.objects_found.get(state="failed").error == "not-own"
    assert source.health == "faulty"


def test_nobody_speaks_for_our_entries(source: Source, sister: Sister) -> None:
    """An identifier of the portal's own entry in another's index is refused."""
    ours = ProjectFactory()
    sister.add("stolen", identifier=entry_id(ours.uid))
    attempt = run(source)
    assert (attempt.failed, live()) == (1, [])


def test_loop_ends_here(source: Source, sister: Sister, settings: Any) -> None:
    """The portal never harvests itself, under whatever address."""
    sister.origin = f"{settings.SITE_ORIGIN}/"
    sister.add("alpha")
    attempt = run(source)
    assert (attempt.outcome, live()) == ("own-portal", [])


def test_one_origin_for_an_entry(source: Source, sister: Sister, httpserver: HTTPServer) -> None:
    """The same identifier through a second source makes no second copy."""
    shared = sister.add("alpha")
    run(source)
    other = CatalogueFactory(url=f"{sister.base}/index.json?second=1")
    attempt = run(other)
    assert (attempt.outcome, attempt.failed) == ("partly", 1)
    assert CatalogueCopy.objects.get(identifier=shared).source_id == source.pk


def test_changed_origin_is_noticed(source: Source, sister: Sister) -> None:
    """Another portal at the known address gets nowhere."""
    sister.add("alpha")
    run(source)
    sister.origin = "https://thief.example.org/"
    assert run(source).outcome == "origin-changed"
    assert live() == ["alpha"]


def test_wrong_hash(source: Source, sister: Sister) -> None:
    """Content that isn't what the index names is not taken, and is tried again."""
    alpha = sister.add("alpha")
    sister.wrong_hash.add(alpha)
    attempt = run(source)
    assert (attempt.failed, source.objects_found.get().error) == (1, "digest-differs")
    sister.wrong_hash.clear()
    run(source)
    assert live() == ["alpha"]


def test_hostile_texts(source: Source, sister: Sister) -> None:
    """Scripts in names, terms and summaries stay outside; addresses must be addresses."""
    alpha = sister.add(
        "alpha", tier="<script>x</script>managed", focus_areas=["a", {"b": 1}, "<b>c</b>"]
    )
    entry = sister.entries[alpha]
    entry["manifest"]["name"] = "<img src=x onerror=1>Alpha"
    entry["url"] = "javascript:alert(1)"
    entry["terms"]["summaries"]["en"] = "<script>1</script>Short"
    run(source)
    copy = CatalogueCopy.objects.get()
    assert (copy.name, copy.terms["tier"], copy.terms["focus_areas"]) == (
        "Alpha",
        "managed",
        ["a", "c"],
    )
    assert copy.url.startswith("https://code.example.org/")
    assert copy.entry["summaries"]["en"] == "Short"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"<html>", "not-json"),
        (b"[]", "not-json"),
        (b'{"version": "9", "portal": {"id": "https://x.example/"}, "items": []}', "index-version"),
        (b'{"version": "1", "portal": {}, "items": []}', "index-malformed"),
        (
            b'{"version": "1", "portal": {"id": "https://x.example/"}, "items": 1}',
            "index-malformed",
        ),
        (
            b'{"version": "1", "portal": {"id": "https://x.example/"}, "items": [{"id": 7}]}',
            "index-malformed",
        ),
        (
            b'{"version": "1", "portal": {"id": "https://x.example/"}, "items": [],'
            b' "next": "https://elsewhere.example/"}',
            "leaves-origin",
        ),
        (
            b'{"version": "1", "portal": {"id": "https://x.example/"}, "items": [], "next": "/broken"}',
            "too-many-pages",
        ),
    ],
)
def test_broken_index(
    db: None, httpserver: HTTPServer, settings: Any, body: bytes, outcome: str
) -> None:
    """What breaks the index's format is named, and nothing is taken."""
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{httpserver.port}"]
    httpserver.expect_request("/broken").respond_with_data(body, content_type="application/json")
    source = CatalogueFactory(url=f"http://127.0.0.1:{httpserver.port}/broken")
    assert run(source).outcome == outcome
    assert source.health == "failing"


def test_time_runs_out(source: Source, sister: Sister, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source larger than one harvest's time is taken in parts; the next goes on at once."""
    for name in ("alpha", "beta", "gamma"):
        sister.add(name)
    with monkeypatch.context() as clock:  # the harvest's time is over once an entry has come
        over = property(lambda _client: any(one.startswith("urn:") for one in sister.asked))
        clock.setattr(SourceClient, "is_out_of_time", over)
        run(source)
    assert len(live()) == 1
    assert source.next_harvest_at <= source.last_success_at if source.last_success_at else True
    run(source)
    assert sorted(live()) == ["alpha", "beta", "gamma"]


def test_curation_is_an_overlay(source: Source, sister: Sister) -> None:
    """The portal's own words lie over the copy and survive its renewal; hiding is the portal's choice."""
    alpha = sister.add("alpha")
    run(source)
    copy = CatalogueCopy.objects.get()
    actions.curate_copy(copy=copy, actor=None, note_en="Used by two members.", is_hidden=True)
    sister.entries[alpha]["manifest"]["license"] = "Apache-2.0"
    run(source)
    copy.refresh_from_db()
    assert copy.entry["licence"] == "Apache-2.0"
    assert (copy.curation.note_en, copy.curation.is_hidden) == ("Used by two members.", True)
