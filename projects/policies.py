"""Who may do what with an entry. Rights come from leading a project, or acting for an organisation that runs it."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from alliance.viewer import Viewer
from governance.models import Body, Seat
from members.models import Affiliation, Organisation
from projects.models import Participation, Project, ProjectLead, StageApplication
from projects.rules.applications import EVIDENCE_MAY_CHANGE, State

RUNNING = (Participation.Role.LEAD, Participation.Role.MAINTAINER)
DECIDING = (Body.Kind.COMMITTEE, Body.Kind.BOARD)
ROLES = (Affiliation.Role.REPRESENTATIVE, Affiliation.Role.ADMINISTRATOR)


def may_edit(viewer: Viewer, project: Project, on: date) -> bool:
    """A lead of the project, or a representative of an organisation that leads or maintains it; people only."""
    if viewer.person_id is None:
        return False
    in_force = Q(until=None) | Q(until__gte=on)
    if ProjectLead.objects.filter(
        in_force, project=project, person=viewer.person_id, since__lte=on
    ).exists():
        return True
    return organisation_for(viewer, project, on) is not None


def organisation_for(viewer: Viewer, project: Project, on: date) -> Organisation | None:
    """Return the organisation for which a representative may act on a project, or none."""
    if viewer.person_id is None:
        return None
    running = Participation.objects.filter(
        Q(until=None) | Q(until__gte=on),
        project=project,
        role__in=RUNNING,
        organisation__isnull=False,
    ).values("organisation")
    role = (
        Affiliation.objects.of(viewer.person_id).current(on)
        .filter(role__in=ROLES, organisation__in=running).first()
    )  # fmt: skip
    return role.organisation if role else None


def organisations_spoken_for(viewer: Viewer, on: date) -> QuerySet[Organisation]:
    """Return the organisations that a viewer represents or administers."""
    roles = Affiliation.objects.of(viewer.person_id or 0).current(on).filter(role__in=ROLES)
    return Organisation.objects.filter(pk__in=roles.values("organisation"))


def may_speak_for(viewer: Viewer, organisation: Organisation, on: date) -> bool:
    """Say whether a viewer represents or administers an organisation."""
    return organisations_spoken_for(viewer, on).filter(pk=organisation.pk).exists()


def may_add_evidence(viewer: Viewer, application: StageApplication, on: date) -> bool:
    """Whoever may edit the project, until the application has been put to a body."""
    return State(application.state) in EVIDENCE_MAY_CHANGE and may_edit(
        viewer, application.project, on
    )


def deciding_seats(viewer: Viewer, on: date) -> QuerySet[Seat]:
    """Return the seats that a viewer holds in bodies that applications are put to."""
    held = Seat.objects.held_by(viewer, on).filter(body__kind__in=DECIDING)
    return held.select_related("body", "organisation")
