"""What of this room can be found: projects, copies from elsewhere, events, learning resources, focus areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _c

from alliance.i18n import LANGUAGE_CODES, active_language
from alliance.viewer import ANONYMOUS
from projects.models import (
    CatalogueCopy,
    Event,
    FocusArea,
    LearningResource,
    Project,
    Stage,
)
from search.excerpts import plain
from search.sources import Described, FacetName, Source, Watch, joined, languages_of


def _areas(row: Any) -> tuple[str, ...]:
    return tuple(f"area:{area.slug}" for area in row.focus_areas.all())


def _project(row: Project) -> Described:
    stage = (f"stage:{row.stage.slug}",) if row.stage else ()
    return Described(
        title=row.name,
        text=joined(
            row.summary, plain(row.text), row.slug, row.artefact_names, (str(area) for area in row.focus_areas.all()),
            dict.fromkeys(part.shown_name for part in row.participations.all()),
            (repository.short_name for repository in row.repositories.all()),
            (alias.url for repository in row.repositories.all() for alias in repository.aliases.all()),
        ),
        note=" · ".join(str(part) for part in (row.get_tier_display(), row.stage) if part),
        languages=languages_of(row, "summary"),
        facets=(*_areas(row), *stage),
        updated=row.updated_at,
    )  # fmt: skip


def _projects() -> Any:
    rows = Project.objects.visible_to(ANONYMOUS).for_list()
    return rows.prefetch_related("repositories__aliases")


def _copy(row: CatalogueCopy) -> Described:
    language = active_language()
    summaries = row.entry.get("summaries") or {}
    tags = {tag.split("-")[0].lower() for tag in summaries}
    return Described(
        title=row.name,
        text=joined(row.text_of("summaries", language), plain(row.text_of("texts", language)), row.repository_key),
        note=str(row.source),
        languages=tuple(code for code in LANGUAGE_CODES if code in tags),
        updated=row.taken_at,
    )  # fmt: skip


def _event(row: Event) -> Described:
    day = date_format(row.starts_on, "DATE_FORMAT")
    areas = {slug for project in row.projects.all() for slug in _areas(project)}
    return Described(
        title=row.title,
        text=joined(
            plain(row.text), str(row.series or ""), (project.name for project in row.projects.all())
        ),
        note=" · ".join(part for part in (str(row.get_kind_display()), day, row.where) if part),
        languages=languages_of(row, "title"),
        facets=(*sorted(areas), f"year:{row.starts_on.year}"),
        updated=row.updated_at,
    )


def _learning(row: LearningResource) -> Described:
    offered_by = row.organisation or row.project
    return Described(
        title=row.title,
        text=joined(row.summary, str(offered_by or ""), (str(area) for area in row.focus_areas.all())),
        note=" · ".join(
            str(part) for part in (row.get_kind_display(), row.get_level_display(), ", ".join(row.languages)) if part
        ),
        languages=tuple(code for code in LANGUAGE_CODES if code in row.languages),
        facets=_areas(row),
        updated=row.updated_at,
    )  # fmt: skip


def _area(row: FocusArea) -> Described:
    return Described(title=row.name, text=row.code, note=row.search_note)


def _copies() -> Any:
    return CatalogueCopy.objects.visible_to(ANONYMOUS).not_long_missing(timezone.now())


SOURCES = (
    Source(
        "projects", _("Projects"), 10, _projects, _project,
        (
            Watch("projects_project"), Watch("projects_participation", "project_id"),
            Watch("projects_repository", "project_id"), Watch("projects_project_focus_areas", "project_id"),
            Watch("members_organisation", "organisation_id", ("name", "short_name", "is_listed")),
        ),
    ),
    Source(
        "copies", _("Projects elsewhere"), 15, _copies, _copy,
        (
            Watch("projects_cataloguecopy", fields=("name", "entry", "state", "source_id", "digest")),
            Watch("projects_curation", "copy_id"),
        ),
    ),
    Source(
        "events", _("Events"), 70,
        lambda: Event.objects.visible_to(ANONYMOUS).for_list().prefetch_related("projects__focus_areas"), _event,
        (Watch("projects_event"), Watch("projects_event_projects", "event_id")),
    ),
    Source(
        "learning", _("Learning resources"), 80,
        lambda: LearningResource.objects.visible_to(ANONYMOUS).for_list(), _learning,
        (
            Watch("projects_learningresource"),
            Watch("projects_learningresource_focus_areas", "learningresource_id"),
            Watch("members_organisation", "organisation_id", ("name", "short_name", "is_listed")),
        ),
    ),
    Source(
        "areas", _("Focus areas"), 90, lambda: FocusArea.objects.visible_to(ANONYMOUS), _area,
        (Watch("projects_focusarea"),),
    ),
)  # fmt: skip


def _area_names() -> Mapping[str, str]:
    return {area.slug: str(area) for area in FocusArea.objects.all()}


def _stage_names() -> Mapping[str, str]:
    return {stage.slug: str(stage) for stage in Stage.objects.all()}


FACETS = (
    FacetName("area", _("Focus area"), 10, _area_names),
    FacetName("stage", _c("of a project", "Stage"), 20, _stage_names),
)
