"""Stage one: what a source names. Each kind of source has a reader that yields the same thing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alliance.clock import database_now
from projects.harvest import catalogues
from projects.harvest.clients import SourceClient, next_page
from projects.harvest.report import HarvestFailed
from projects.manifests import read_manifest
from projects.models import Source
from projects.portal_identity import portal_id

INDEX_VERSION = "1"
CKAN_ROWS = 100
Kind = Source.Kind


@dataclass(frozen=True, slots=True)
class Named:
    """An object as its source names it. `content` is set where the catalogue holds the whole object."""

    identifier: str
    url: str
    digest: str = ""
    updated: str = ""
    is_gone: bool = False
    refused: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Gathering:
    """Everything a source names, and the tag to ask with next time. `objects` is None where nothing changed."""

    objects: list[Named] | None
    etag: str = ""
    origin: str = ""


def gather(source: Source, client: SourceClient) -> Gathering:
    """Read what the source names now."""
    if source.kind == Kind.MANIFEST:
        return Gathering([Named("manifest", source.url)])
    reader = {
        Kind.PORTAL: _portal, Kind.CKAN: _ckan, Kind.DCAT: _dcat, Kind.LANDSCAPE: _landscape,
    }[Kind(source.kind)]  # fmt: skip
    return reader(source, client)


def digest_of(raw: bytes) -> str:
    """Return how contents are compared."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _pages(
    source: Source, client: SourceClient, etag: str, link: str
) -> Iterator[tuple[dict[str, Any], str]]:
    """Go through all pages of a JSON document; a loop of pages ends at the limit."""
    address, seen = source.url, set[str]()
    while address:
        if address in seen or len(seen) >= client.limits.pages:
            raise HarvestFailed("too-many-pages", address[:300])
        seen.add(address)
        document, tag = client.document(address, etag=etag if len(seen) == 1 else "")
        if document is None:
            return
        yield document, tag
        address = next_page(source.url, _link(document, link))


def _link(document: dict[str, Any], path: str) -> object:
    found: Any = document
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found.get("@id") if isinstance(found, dict) else found


def _portal(source: Source, client: SourceClient) -> Gathering:
    """Read a sister portal's index. Only what it owns itself counts: copies of others are refused, loops end here."""
    objects: list[Named] = []
    origin, first_tag = "", ""
    for page, tag in _pages(source, client, source.etag, "next"):
        first_tag = first_tag or tag
        origin = _origin(source, page)
        items = page.get("items")
        if not isinstance(items, list):
            raise HarvestFailed("index-malformed", "items: must be a list")
        objects += (_item(item, source.url, origin, at) for at, item in enumerate(items))
        if len(objects) > client.limits.objects:
            raise HarvestFailed("too-many-objects", str(len(objects)))
    return Gathering(objects if origin else None, first_tag, origin)


def _origin(source: Source, page: dict[str, Any]) -> str:
    portal = page.get("portal")
    origin = portal.get("id") if isinstance(portal, dict) else None
    if page.get("version") != INDEX_VERSION:
        raise HarvestFailed("index-version", str(page.get("version"))[:80])
    if not isinstance(origin, str) or not origin.startswith("http") or len(origin) > 300:
        raise HarvestFailed("index-malformed", "portal.id: must be the portal's address")
    if origin == portal_id():
        raise HarvestFailed("own-portal", origin)
    if source.origin and source.origin != origin:
        raise HarvestFailed("origin-changed", f"{source.origin} → {origin}")
    return origin


def _item(item: Any, base: str, origin: str, at: int) -> Named:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str) or len(item["id"]) > 200:
        raise HarvestFailed("index-malformed", f"items[{at}].id: must be an identifier")
    identifier = item["id"]
    gone = item.get("deleted") is True
    updated = str(item.get("updated", ""))[:40]
    if item.get("origin") != origin:
        return Named(identifier, "", refused="not-own")
    if gone:
        return Named(identifier, "", updated=updated, is_gone=True)
    digest, entry = item.get("hash"), item.get("entry")
    if not isinstance(digest, str) or not digest.startswith("sha256:") or len(digest) != 71:
        raise HarvestFailed("index-malformed", f"items[{at}].hash: must be sha256:…")
    return Named(identifier, next_page(base, entry), digest=digest, updated=updated)


def _inline(identifier: str, url: str, content: dict[str, Any], updated: str = "") -> Named:
    raw = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()
    return Named(identifier[:300], url[:500], digest_of(raw), updated[:40], content=raw)


def _ckan(source: Source, client: SourceClient) -> Gathering:
    """Read all packages of a CKAN catalogue, page by page until its own count is reached."""
    base = source.url.rstrip("/")
    objects: list[Named] = []
    total = 1
    for page in range(client.limits.pages):
        start = page * CKAN_ROWS
        if start >= total:
            break
        address = f"{base}/api/3/action/package_search?rows={CKAN_ROWS}&start={start}&sort=id+asc"
        document, _tag = client.document(address)
        result = (document or {}).get("result")
        if not isinstance(result, dict) or not isinstance(result.get("results"), list):
            raise HarvestFailed("not-ckan", str((document or {}).get("error", ""))[:200])
        total = result["count"] if isinstance(result.get("count"), int) else 0
        objects += catalogues.ckan_objects(base, result["results"], _inline)
        if not result["results"]:
            break
    return Gathering(objects)


def _dcat(source: Source, client: SourceClient) -> Gathering:
    """Read a DCAT catalogue in JSON-LD with all its pages."""
    objects: list[Named] = []
    is_read = False
    for page, _tag in _pages(source, client, "", "hydra:view.hydra:next"):
        is_read = True
        objects += catalogues.dcat_objects(page, _inline)
    if is_read and not objects:
        raise HarvestFailed("not-dcat", "no dcat:dataset and no @graph with datasets")
    return Gathering(objects)


def _landscape(source: Source, client: SourceClient) -> Gathering:
    """Read a landscape file; each project in it is an object."""
    response = client.get(source.url, max_bytes=client.limits.page_bytes)
    today = database_now().date()
    reading = read_manifest(response.body, name=source.url, form="landscape", today=today)
    if not reading.is_usable:
        raise HarvestFailed("not-usable", findings=reading.findings, form="landscape")
    objects = [
        _inline(one.repository, one.homepage or one.repository, one.as_json())
        for one in reading.entries
    ]
    return Gathering(objects)
