"""Taking a project into the catalogue by decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.pages import purge
from projects import announcing
from projects.errors import EntryRefused
from projects.models import Project, ProjectChange, TrackEntry


def adoptable(slug: str, tier: str) -> Project:
    """Return the project a decision would adopt, or refuse."""
    if tier not in Project.Tier.values:
        raise EntryRefused(
            _("There is no tier “%(tier)s”. Known: %(known)s.")
            % {"tier": tier, "known": ", ".join(Project.Tier.values)},
            code="tier-unknown",
        )
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise EntryRefused(
            _("There is no project “%(slug)s”.") % {"slug": slug}, code="project-unknown"
        )
    if project.is_listed and project.tier == tier:
        raise EntryRefused(
            _("The project “%(project)s” is in the catalogue with this tier.")
            % {"project": project},
            code="project-adopted",
        )
    return project


@transaction.atomic
def adopt_project(*, slug: str, tier: str, decision_number: str, decided_at: datetime) -> Project:
    """List a project and give it its tier; called by the decision's effect, inside its transaction."""
    project = Project.objects.select_for_update().get(pk=adoptable(slug, tier).pk)
    fields: dict[str, list[Any]] = {
        "tier": [project.tier, tier],
        "is_listed": [project.is_listed, True],
    }
    project.tier, project.is_listed = Project.Tier(tier), True
    project.save(update_fields=["tier", "is_listed", "updated_at"])
    TrackEntry.objects.create(
        project=project, on=decided_at.date().isoformat(), kind=TrackEntry.Kind.TIER, decision_number=decision_number,
        text_en=f"Adopted as {Project.Tier(tier).value}",
        text_fr="Adopté, projet géré" if tier == "managed" else "Adopté, projet soutenu",
    )  # fmt: skip
    ProjectChange.objects.create(
        project=project, kind=ProjectChange.Kind.ADOPTED, note=decision_number,
        fields={name: pair for name, pair in fields.items() if pair[0] != pair[1]},
    )  # fmt: skip
    was_listed = fields["is_listed"][0]
    announcing.tell(project, ["tier"], is_new=not was_listed)
    purge("projects", "organisations", f"project:{project.slug}")
    return project
