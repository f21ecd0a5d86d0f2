"""Parts of an entry that have rows of their own, written and removed by those who run the project, with history."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from projects import policies
from projects.actions.entries import checked_repository
from projects.errors import EntryRefused, NotAllowed
from projects.models import (
    Adopter,
    Audit,
    Deliverable,
    HealthFigure,
    Participation,
    Project,
    ProjectChange,
    ProjectLead,
    Repository,
    RepositoryAlias,
)
from projects.rules.repositories import key_of
from projects.snapshot import differences, snapshot

MODELS: dict[str, Any] = {
    "deliverables": Deliverable,
    "adopters": Adopter,
    "audits": Audit,
    "participants": Participation,
    "leads": ProjectLead,
    "aliases": RepositoryAlias,
    "exemptions": HealthFigure,
}
ENDED = frozenset({"participants", "leads"})
"""What ends on a day and is never removed: who took part, took part."""


def rows_of(project: Project, kind: str) -> Any:
    """Return a project's rows of a kind."""
    rows = MODELS[kind].objects
    if kind == "aliases":
        return rows.filter(repository__project=project)
    if kind == "exemptions":
        return rows.filter(project=project).exclude(exemption="")
    return rows.filter(project=project)


@transaction.atomic
def write_part(
    *, viewer: Viewer, project: Project, kind: str, facts: dict[str, Any], pk: int | None = None
) -> Any:
    """Add a part or change one; the entry's history keeps what was before."""
    locked, before = _begin(viewer, project)
    row = rows_of(locked, kind).get(pk=pk) if pk else MODELS[kind]()
    if kind != "aliases":
        row.project = locked
    for name, value in facts.items():
        setattr(row, name, value)
    _PREPARED.get(kind, _as_it_is)(row, viewer)
    try:
        row.full_clean()
    except ValidationError as error:
        raise EntryRefused(_said(error), code="part-invalid") from error
    row.save()
    _finish(viewer, locked, before)
    return row


@transaction.atomic
def remove_part(*, viewer: Viewer, project: Project, kind: str, pk: int) -> None:
    """Take a part out of the entry; its history still tells of it."""
    locked, before = _begin(viewer, project)
    if kind in ENDED:
        raise EntryRefused(
            _("This can't be removed. Write the day on which it ended."), code="part-ends"
        )
    rows_of(locked, kind).get(pk=pk).delete()
    _finish(viewer, locked, before)


def _begin(viewer: Viewer, project: Project) -> tuple[Project, dict[str, Any]]:
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if not policies.may_edit(viewer, locked, database_now().date()):
        raise NotAllowed(
            _(
                "Only the project’s leads and representatives of organisations that run it may do this."
            )
        )
    return locked, snapshot(locked)


def _finish(viewer: Viewer, project: Project, before: dict[str, Any]) -> None:
    changed = differences(before, snapshot(Project.objects.get(pk=project.pk)))
    if not changed:
        return
    ProjectChange.objects.create(
        project=project, kind=ProjectChange.Kind.AMENDED, actor_id=viewer.person_id, fields=changed,
        organisation=policies.organisation_for(viewer, project, database_now().date()),
    )  # fmt: skip
    project.save(update_fields=["updated_at"])
    purge("projects", "organisations", f"project:{project.slug}")


def _said(error: ValidationError) -> str:
    """Say what is wrong; a broken constraint has only a name, which tells a reader nothing."""
    if set(error.message_dict) == {"__all__"}:
        return _("This is there already, or its days are in the wrong order.")
    return " ".join(message for messages in error.message_dict.values() for message in messages)


def _as_it_is(row: Any, viewer: Viewer) -> None:
    """Nothing more to say."""


def _participant(row: Participation, viewer: Viewer) -> None:
    """An organisation of the directory is named by its own people; others only by name."""
    if row.organisation is None:
        return
    row.name = row.organisation.name
    if row.pk is None and not policies.may_speak_for(
        viewer, row.organisation, database_now().date()
    ):
        raise NotAllowed(
            _("Only representatives of an organisation of the directory can enter it here.")
        )


def _alias(row: RepositoryAlias, viewer: Viewer) -> None:
    """A former address in its one spelling, which no repository has today."""
    row.url = checked_repository(row.url)
    row.key = key_of(row.url)
    if Repository.objects.filter(key=row.key).exists():
        raise EntryRefused(
            _("“%(url)s” is the address of a repository today.") % {"url": row.url},
            code="alias-taken",
        )


def _exemption(row: HealthFigure, viewer: Viewer) -> None:
    row.value, row.on = "", database_now().date()
    row.source = "declared by those who run the project"


_PREPARED: dict[str, Any] = {
    "participants": _participant,
    "aliases": _alias,
    "exemptions": _exemption,
}
