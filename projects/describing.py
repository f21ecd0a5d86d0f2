"""A project as manifests and catalogues of others describe it: rows of the catalogue to `manifests.Entry`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from projects.manifests import Entry, Party, read_manifest
from projects.models import HarvestObject, Project, Source
from projects.portal_identity import absolute, entry_id, portal_id
from projects.rules.dates import first_day

_KINDS = {
    "dataset": "dataset",
    "course": "course",
    "paper": "paper",
    "policy": "paper",
    "specification": "paper",
}


def entry_of(project: Project, *, today: date) -> Entry:
    """Return the entry: what the project's own manifest says, with the catalogue's facts above it."""
    own = _own_manifest(project, today)
    parts = [row for row in project.participations.all() if row.until is None]
    leads = tuple(_party(row) for row in parts if row.role == "lead")
    licences = {row.covers: row.expression for row in project.licences.all()}
    repositories = [row.url for row in project.repositories.all()]
    return replace(
        own,
        name=project.name,
        repository=repositories[0] if repositories else own.repository,
        homepage=project.homepage,
        summaries=_texts(project, "summary") or own.summaries,
        texts=_texts(project, "text") or own.texts,
        licence=licences.get("code") or licences.get("all") or next(iter(licences.values()), "") or own.licence,
        started=first_day(project.started) if len(project.started) == 10 else own.started,
        status="obsolete" if project.stage and project.stage.is_end else own.status,
        kind=_kind(project),
        keywords=tuple(dict.fromkeys((*own.keywords, *(area.name_en for area in project.focus_areas.all())))),
        organisation=leads[0] if leads else own.organisation,
        authors=leads or own.authors,
        funders=tuple(_party(row) for row in parts if row.role == "sponsor") or own.funders,
        identifiers=tuple(dict.fromkeys((entry_id(project.uid), *own.identifiers))),
    )  # fmt: skip


def entry_document(project: Project, *, today: date) -> dict[str, Any]:
    """Return the entry as sister portals read it: a codemeta.json, with the portal's own terms beside it."""
    from projects.manifests import codemeta

    entry = entry_of(project, today=today)
    return {
        "version": "1",
        "id": entry_id(project.uid),
        "origin": portal_id(),
        "url": absolute(f"/en/projects/{project.slug}/"),
        "manifest": codemeta.document(entry),
        "terms": {
            "summaries": dict(entry.summaries),
            "tier": project.tier,
            "stage": project.stage.slug if project.stage else "",
            "activity": project.activity,
            "focus_areas": sorted(area.slug for area in project.focus_areas.all()),
            "organisations": sorted(
                row.shown_name for row in project.participations.all() if row.until is None
            ),
            "working_group": project.working_group.slug if project.working_group else "",
        },
    }


def _own_manifest(project: Project, today: date) -> Entry:
    """Return what the last good copy of the project's manifest says, or an empty entry."""
    if not getattr(project, "has_manifest", True):
        return Entry(name=project.name)
    held = (
        HarvestObject.objects.filter(
            source__project=project, source__kind=Source.Kind.MANIFEST, raw__isnull=False
        )
        .exclude(source__state=Source.State.WITHDRAWN)
        .order_by("source_id")
        .select_related("source")
        .first()
    )
    if held is None or held.raw is None:
        return Entry(name=project.name)
    reading = read_manifest(bytes(held.raw), name=held.source.url, form=held.form, today=today)
    return reading.entry or Entry(name=project.name)


def _texts(project: Project, name: str) -> dict[str, str]:
    found = {language: getattr(project, f"{name}_{language}") for language in ("en", "fr")}
    return {language: text for language, text in found.items() if text}


def _party(row: Any) -> Party:
    organisation = row.organisation
    uri = (
        f"https://{organisation.website_domain}/"
        if organisation and organisation.website_domain and organisation.is_listed
        else ""
    )
    return Party(row.shown_name, uri)


def _kind(project: Project) -> str:
    kinds = [_KINDS.get(kind, "software") for kind in project.artefact_kinds]
    return "software" if not kinds or "software" in kinds else kinds[0]
