"""The facts about projects, focus areas and events that the portal ships, with their sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from members import facts
from members.errors import FactsError
from projects import actions
from projects.actions import EventSheet, ProjectSheet
from projects.models import (
    ArtefactKind,
    Criterion,
    Event,
    LearningResource,
    Participation,
    Project,
    ProjectLicence,
    TrackEntry,
)
from projects.rules.dates import is_partial_date

FACTS = Path(__file__).parent / "facts"
CRITERIA_NOTE: dict[str, Any] = {
    "note_en": "The portal’s default, after the rules of CNCF and LF AI & Data. The Alliance has published "
    "none of its own.",
    "note_fr": "Valeurs par défaut du portail, d’après les règles de la CNCF et de LF AI & Data. L’Alliance n’en a pas "
    "publié.",
}
LICENCE_FILES = "licence files at the root of the repository"
SERIES = {
    "office-hours-2025": {
        "title_en": "Office hours, 2025",
        "title_fr": "Permanences, 2025",
    }
}


def partial_date(value: str) -> str:
    """A year, a month or a day, or nothing."""
    if value and not is_partial_date(value):
        raise ValueError(
            _(
                "“%(value)s” is neither a year, a month nor a day. Write 2026, 2026-04 or 2026-04-07."
            )
            % {"value": value}
        )
    return value


def several(read: facts.Reader) -> facts.Reader:
    """Words separated by blanks, each read by another reader."""
    return lambda value: [read(word) for word in value.split()]


def licences(value: str) -> list[tuple[str, str]]:
    """`code: Apache-2.0; data: CC0-1.0`."""
    covers = facts.one_of(ProjectLicence.Covers.values)
    pairs = [part.partition(":") for part in value.split(";") if part.strip()]
    return [(covers(name.strip()), expression.strip()) for name, _colon, expression in pairs]


def named_with_slug(value: str) -> list[tuple[str, str]]:
    """`IBM Research = ibm; Ecma TC56`: names as written, with the organisation where the directory has it."""
    pairs = [part.partition("=") for part in value.split(";") if part.strip()]
    return [(slug.strip(), name.strip()) for name, _equals, slug in pairs]


FILES: dict[str, dict[str, facts.Reader]] = {
    "taxonomies": {
        "slug": facts.slug, "name_en": facts.required, "name_fr": facts.required,
        "since": facts.needed(partial_date), "until": partial_date, "source": facts.required,
    },
    "focus_areas": {
        "taxonomy": facts.slug, "code": facts.required, "slug": facts.slug, "name_en": facts.required,
        "name_fr": facts.required, "page": facts.text, "source": facts.required,
    },
    "stages": {
        "slug": facts.slug, "name_en": facts.required, "name_fr": facts.required, "meaning_en": facts.required,
        "meaning_fr": facts.required, "position": facts.needed(facts.number), "is_end": facts.yes_no,
    },
    "criteria": {
        "slug": facts.required, "stage": facts.slug, "is_required": facts.yes_no,
        "hint": facts.one_of(Criterion.Hint.values), "hint_least": facts.needed(facts.number),
        "text_en": facts.required, "text_fr": facts.required,
    },
    "projects": {
        "slug": facts.slug, "name": facts.required, "tier": facts.one_of(Project.Tier.values),
        "summary_en": facts.required, "summary_fr": facts.required,
        "artefact_kinds": several(facts.one_of(ArtefactKind.values)), "areas": several(facts.slug),
        "repository": facts.text, "homepage": facts.text, "licences": licences, "leads": named_with_slug,
        "stated_en": facts.text, "stated_fr": facts.text, "last_commit_seen_on": facts.day,
        "confirmed": facts.yes_no, "source": facts.required,
    },
    "track": {
        "slug": facts.slug, "on": facts.needed(partial_date), "kind": facts.one_of(TrackEntry.Kind.values),
        "text_en": facts.text, "text_fr": facts.text, "source": facts.required,
    },
    "learning": {
        "slug": facts.slug, "title_en": facts.required, "title_fr": facts.required, "summary_en": facts.required,
        "summary_fr": facts.required, "url": facts.required, "kind": facts.one_of(LearningResource.Kind.values),
        "level": facts.text, "languages": several(facts.required), "licence": facts.text, "project": facts.text,
        "areas": several(facts.slug), "source": facts.required,
    },
    "events": {
        "slug": facts.slug, "starts_on": facts.needed(facts.day), "ends_on": facts.day, "title_en": facts.required,
        "title_fr": facts.required, "kind": facts.one_of(Event.Kind.values), "place": facts.text,
        "country": facts.country, "mode": facts.one_of(Event.Mode.values), "projects": several(facts.slug),
        "series": facts.text, "confirmed": facts.yes_no, "source": facts.required,
    },
}  # fmt: skip


def seed(folder: Path = FACTS) -> None:
    """Load the facts, all or nothing; every fault of every file is named before the first row is written."""
    faults: list[str] = []
    found = {
        name: _checked(folder / f"{name}.csv", columns, faults) for name, columns in FILES.items()
    }
    if faults:
        raise FactsError("\n".join(faults), faults=faults)
    with transaction.atomic():
        taxonomies = {row["slug"]: actions.record_taxonomy(**row) for row in found["taxonomies"]}
        for row in found["focus_areas"]:
            actions.record_area(**{**row, "taxonomy": taxonomies[row["taxonomy"]]})
        for row in found["stages"]:
            actions.record_stage(**row)
        actions.publish_criteria(
            number=1, criteria=[_criterion(row) for row in found["criteria"]], **CRITERIA_NOTE
        )
        for row in found["projects"]:
            track = [_step(step) for step in found["track"] if step["slug"] == row["slug"]]
            actions.record_project(sheet=_project(row, track))
        for row in found["learning"]:
            project = Project.objects.filter(slug=row["project"]).first()
            actions.record_learning(**{**row, "project": project})
        series = {slug: actions.record_series(slug=slug, **named) for slug, named in SERIES.items()}
        for row in found["events"]:
            actions.record_event(sheet=_event(row, series))


def _checked(
    path: Path, columns: dict[str, facts.Reader], faults: list[str]
) -> list[dict[str, Any]]:
    try:
        rows = facts.rows(path, columns)
    except FactsError as error:
        faults += error.params.get("faults", [error.message])
        return []
    once = ("slug", "on") if "on" in columns else ("slug",)
    faults += [f"{path.name}: {fault}" for fault in facts.repeated(rows, *once)]
    return rows


_PROJECT_COLUMNS = (
    "name", "tier", "summary_en", "summary_fr", "artefact_kinds", "homepage", "stated_en", "stated_fr",
    "last_commit_seen_on", "source",
)  # fmt: skip
_EVENT_COLUMNS = (
    "starts_on", "ends_on", "title_en", "title_fr", "kind", "place", "country", "mode", "source",
)  # fmt: skip


def _criterion(row: dict[str, Any]) -> dict[str, Any]:
    return {("code" if name == "slug" else name): value for name, value in row.items()}


def _step(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "slug"}


def _project(row: dict[str, Any], track: list[dict[str, Any]]) -> ProjectSheet:
    """An unconfirmed entry is kept for staff, unlisted, until somebody has checked it."""
    return ProjectSheet(
        slug=row["slug"],
        facts={name: row[name] for name in _PROJECT_COLUMNS} | {"is_listed": row["confirmed"]},
        areas=row["areas"],
        licences=[(covers, expression, LICENCE_FILES) for covers, expression in row["licences"]],
        repositories=[row["repository"]] if row["repository"] else [],
        participants=[(slug, name, Participation.Role.LEAD) for slug, name in row["leads"]],
        track=track,
    )


def _event(row: dict[str, Any], series: dict[str, Any]) -> EventSheet:
    facts_of = {name: row[name] for name in _EVENT_COLUMNS}
    facts_of |= {"series": series.get(row["series"]), "is_listed": row["confirmed"]}
    return EventSheet(slug=row["slug"], facts=facts_of, projects=row["projects"])
