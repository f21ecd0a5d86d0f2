"""Milestones: written by those who run a project; a date that moves stays visible."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from projects import policies
from projects.errors import EntryRefused, NotAllowed
from projects.models import Milestone, MilestoneMove, Project


@transaction.atomic
def write_milestone(
    *,
    viewer: Viewer,
    project: Project,
    facts: dict[str, Any],
    milestone: Milestone | None = None,
    reason: str = "",
) -> Milestone:
    """Add or change a milestone. Moving its day needs a reason."""
    if not policies.may_edit(viewer, project, database_now().date()):
        raise NotAllowed(
            _(
                "Only the project’s leads and representatives of organisations that run it may do this."
            )
        )
    check_days(facts)
    if milestone is None:
        row = Milestone.objects.create(project=project, **facts)
    else:
        row = Milestone.objects.select_for_update().get(pk=milestone.pk, project=project)
        if row.due_on != facts["due_on"]:
            _note_move(row, facts, reason, viewer)
        for name, value in facts.items():
            setattr(row, name, value)
        row.save()
    purge("projects", f"project:{project.slug}")
    return row


def check_days(facts: dict[str, Any]) -> None:
    """Refuse days that contradict each other or the state."""
    reached = facts["state"] == Milestone.State.REACHED
    if reached != bool(facts["reached_on"]):
        raise EntryRefused(
            _("A milestone that is reached has a day on which it was, and no other has one."),
            code="milestone-days",
        )
    if facts["starts_on"] and facts["starts_on"] > facts["due_on"]:
        raise EntryRefused(_("The milestone would be due before it begins."), code="milestone-days")


def _note_move(row: Milestone, facts: dict[str, Any], reason: str, viewer: Viewer) -> None:
    if not reason.strip():
        raise EntryRefused(_("Say why the date moved."), code="milestone-reason")
    MilestoneMove.objects.create(
        milestone=row,
        was_due_on=row.due_on,
        due_on=facts["due_on"],
        reason=reason,
        actor_id=viewer.person_id,
    )
