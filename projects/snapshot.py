"""An entry as plain values, and what differs between two of them: the material of its history."""

from __future__ import annotations

from typing import Any

from projects.models import Project

COLUMNS = (
    "name", "tier", "activity", "activity_on", "activity_source", "summary_en", "summary_fr", "text_en", "text_fr",
    "stated_en", "stated_fr", "homepage", "started", "source", "is_listed", "last_commit_seen_on",
)  # fmt: skip


def snapshot(project: Project) -> dict[str, Any]:
    """Return everything an entry says, as JSON can hold it; lists are sorted."""
    plain: dict[str, Any] = {name: _plain(getattr(project, name)) for name in COLUMNS}
    plain["stage"] = project.stage.slug if project.stage else ""
    plain["working_group"] = project.working_group.slug if project.working_group else ""
    plain["artefact_kinds"] = sorted(project.artefact_kinds)
    plain["areas"] = sorted(project.focus_areas.values_list("slug", flat=True))
    plain["licences"] = [f"{row.covers}: {row.expression}" for row in project.licences.all()]
    plain["repositories"] = list(project.repositories.values_list("url", flat=True))
    plain["participants"] = sorted(
        f"{row.shown_name} ({row.role})"
        for row in project.participations.filter(until=None).select_related("organisation")
    )
    return plain | _parts(project)


def _parts(project: Project) -> dict[str, Any]:
    """Return what has rows of its own, one line each."""
    plain: dict[str, Any] = {}
    plain["deliverables"] = [
        f"{row.title_en} {row.version} {row.delivered_on or row.due_on or ''} {row.url}".strip()
        for row in project.deliverables.all()
    ]
    plain["adopters"] = [
        f"{row.name} {row.url}".strip() + f" ({row.source})" for row in project.adopters.all()
    ]
    plain["audits"] = [
        f"{row.on} {row.kind}, {row.auditor} {row.url}".strip() for row in project.audits.all()
    ]
    plain["leads"] = sorted(
        str(row.person) for row in project.leads.filter(until=None).select_related("person")
    )
    plain["aliases"] = list(
        project.repositories.exclude(aliases=None).values_list("aliases__url", flat=True)
    )
    plain["exemptions"] = [f"{row.name}: {row.exemption}" for row in project.figures.exempt()]
    return plain


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the fields that differ, each with its value before and after."""
    names = [*after, *(name for name in before if name not in after)]
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
