"""Stage three: what was fetched becomes part of an entry (manifests) or a copy (catalogues)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from alliance.pages import purge
from projects.actions.entries import ProjectSheet, record_project
from projects.errors import EntryRefused
from projects.harvest import catalogues
from projects.harvest.clients import read_object
from projects.harvest.report import HarvestFailed
from projects.manifests import Entry, Reading, read_manifest
from projects.manifests.checking import is_address, without_html
from projects.manifests.entry import of_language
from projects.models import CatalogueCopy, HarvestObject, Project, ProjectLicence, Source
from projects.portal_identity import portal_id
from projects.rules.repositories import BadAddress, key_of, normalised
from projects.snapshot import differences, snapshot

SUMMARY, TEXT, HOMEPAGE, LICENCE = Source.Part.values
TERMS = ("tier", "stage", "activity", "focus_areas", "organisations", "working_group")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed: nothing, or field → [before, after]."""

    changes: dict[str, list[Any]]
    is_new: bool = False


def import_manifest(source: Source, reading: Reading, seen_in: str) -> Imported:
    """Bring a project's entry to what its manifest says, for the parts that the manifest speaks for."""
    entry, project = reading.entry, source.project
    assert entry is not None
    assert project is not None
    _check_subject(project, entry, reading)
    before = snapshot(project)
    try:
        after = record_project(
            sheet=_sheet(source, project, entry, seen_in), note=f"{source.name}: {seen_in}"
        )
    except EntryRefused as refusal:
        raise HarvestFailed(
            refusal.code, refusal.message, findings=reading.findings, form=reading.form
        ) from refusal
    return Imported(differences(before, snapshot(Project.objects.get(pk=after.pk))))


def _check_subject(project: Project, entry: Entry, reading: Reading) -> None:
    """Refuse a manifest of another project: a repository, former addresses included, must be the project's own."""
    if not entry.repository:
        return
    try:
        key = key_of(normalised(entry.repository))
    except BadAddress:
        return
    known = set(project.repositories.values_list("key", flat=True))
    known |= set(
        project.repositories.filter(aliases__isnull=False).values_list("aliases__key", flat=True)
    )
    if known and key not in known:
        raise HarvestFailed(
            "another-project", entry.repository, findings=reading.findings, form=reading.form
        )


def _sheet(source: Source, project: Project, entry: Entry, seen_in: str) -> ProjectSheet:
    parts, facts = set(source.speaks_for), dict[str, Any]()
    for language in ("en", "fr"):
        summary = of_language(entry.summaries, language)
        text = of_language(entry.texts, language)
        if SUMMARY in parts and summary:
            facts[f"summary_{language}"] = summary[:150]
        if TEXT in parts and text:
            facts[f"text_{language}"] = text
    if HOMEPAGE in parts and entry.homepage and len(entry.homepage) <= 300:
        facts["homepage"] = entry.homepage
    repositories: Sequence[str] | None = None
    if entry.repository and not project.repositories.exists():
        repositories = [entry.repository]
    return ProjectSheet(
        slug=project.slug,
        facts=facts,
        licences=_licences(project, entry, seen_in) if LICENCE in parts else None,
        repositories=repositories,
    )


def _licences(project: Project, entry: Entry, seen_in: str) -> list[tuple[str, str, str]] | None:
    """Set the code's licence; those of documents and data stay as they are."""
    if not entry.licence or "LicenseRef-" in entry.licence:
        return None
    code = ProjectLicence.Covers.CODE.value
    kept = [
        (row.covers, row.expression, row.source) for row in project.licences.exclude(covers=code)
    ]
    return [(code, entry.licence, seen_in[:300]), *kept]


def copy_of(
    source: Source, raw: bytes, url: str, now: datetime
) -> tuple[Entry, dict[str, Any], tuple[Any, ...]]:
    """Read an object of a catalogue: the entry, the terms of its portal, and remarks."""
    if source.kind == Source.Kind.PORTAL:
        return _portal_entry(source, read_object(raw), now.date())
    content = json.loads(raw)
    if source.kind == Source.Kind.CKAN:
        return catalogues.ckan_entry(content, url), {}, ()
    if source.kind == Source.Kind.DCAT:
        return catalogues.dcat_entry(content, url), {}, ()
    return _plain_entry(content), {}, ()


def _portal_entry(
    source: Source, document: dict[str, Any], today: date
) -> tuple[Entry, dict[str, Any], tuple[Any, ...]]:
    """Read a sister portal's entry: a codemeta.json with the portal's own terms beside it."""
    if document.get("origin") != source.origin or source.origin == portal_id():
        raise HarvestFailed("not-own", str(document.get("origin"))[:200])
    manifest = json.dumps(document.get("manifest"), ensure_ascii=False).encode()
    reading = read_manifest(manifest, form="codemeta", today=today)
    if reading.entry is None:
        raise HarvestFailed("not-usable", findings=reading.findings, form="codemeta")
    told = document.get("terms")
    terms = (
        {key: _plain(told[key]) for key in TERMS if key in told} if isinstance(told, dict) else {}
    )
    terms["url"] = _address(document.get("url"))
    summaries = _texts(told.get("summaries")) if isinstance(told, dict) else {}
    return _with_summaries(reading.entry, summaries), terms, reading.findings


def _with_summaries(entry: Entry, summaries: dict[str, str]) -> Entry:
    return replace(entry, summaries=summaries) if summaries else entry


def _plain(value: Any) -> Any:
    """Keep short texts and lists of them."""
    if isinstance(value, str):
        return without_html(value[:400])[:200]
    return (
        [_plain(one) for one in value[:50] if isinstance(one, str)]
        if isinstance(value, list)
        else None
    )


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    known = {tag for tag, _name in settings.LANGUAGES}
    return {
        tag: _plain(value[tag])[:150]
        for tag in known
        if isinstance(value.get(tag), str) and value[tag]
    }


def _address(value: Any) -> str:
    is_fine = (
        isinstance(value, str) and len(value) <= 500 and value.startswith(("http://", "https://"))
    )
    return value if is_fine else ""


def _plain_entry(content: dict[str, Any]) -> Entry:
    """Read an entry that the portal itself made of a landscape's item."""
    return Entry(
        name=content["name"],
        repository=content.get("repository", ""),
        homepage=content.get("homepage", ""),
        summaries=content.get("summaries", {}),
        texts=content.get("texts", {}),
        keywords=tuple(content.get("keywords", ())),
        status_word=content.get("status_word", ""),
    )


def store_copy(
    source: Source, found: HarvestObject, entry: Entry, terms: dict[str, Any], digest: str, updated: str, now: datetime
) -> Imported:  # fmt: skip
    """Make or renew the copy. An identifier that came through another source first stays with that one."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("store_copy must run inside a transaction.")
    held = CatalogueCopy.objects.select_for_update().filter(identifier=found.identifier).first()
    if held is not None and held.source_id != source.pk and held.state == CatalogueCopy.State.LIVE:
        raise HarvestFailed("held-elsewhere", str(held.source_id))
    if not entry.name:
        raise HarvestFailed("not-usable", "name")
    said = entry.as_json()
    fields = {
        "source": source, "origin": source.origin or source.url[:300], "name": entry.name[:200], "entry": said,
        "url": (terms.get("url") or entry.homepage or entry.repository or found.url)[:500],
        "terms": {key: value for key, value in terms.items() if key != "url" and value},
        "repository_key": _key(entry.repository), "digest": digest, "state": CatalogueCopy.State.LIVE,
        "remote_updated": updated[:40], "taken_at": now, "seen_at": now,
    }  # fmt: skip
    if held is None:
        CatalogueCopy.objects.create(identifier=found.identifier, state_since=now, **fields)
        purge("sources", f"source:{source.slug}")
        return Imported({}, is_new=True)
    changes = differences(held.entry, said)
    if held.state != CatalogueCopy.State.LIVE:
        held.state_since = now
    for name, value in fields.items():
        setattr(held, name, value)
    held.save()
    purge("sources", f"source:{source.slug}")
    return Imported(changes)


def _key(repository: str) -> str:
    try:
        return key_of(normalised(repository)) if is_address(repository) else ""
    except BadAddress:
        return ""
