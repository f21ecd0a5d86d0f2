"""Who may do what with an entry. Rights come from leading a project, or acting for an organisation that runs it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from alliance.viewer import Viewer
from governance.models import Body, Office, Seat
from governance.policies import is_officer
from members.models import Affiliation, Organisation
from projects.models import Event, Participation, Project, ProjectLead, StageApplication
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


def may_hold(viewer: Viewer, body: Body | None, projects: Collection[Project], on: date) -> bool:
    """Say whether a viewer may announce events of a body and of projects: its officers, their editors, and staff.

    An officer may name the projects of their own group. An event of neither body nor project is for staff.
    """
    if viewer.person_id is None:
        return False
    if viewer.is_staff:
        return True
    if body is not None and not is_officer(viewer, body, on):
        return False
    ours = [row for row in projects if body is None or row.working_group_id != body.pk]
    return (body is not None or bool(projects)) and all(may_edit(viewer, row, on) for row in ours)


def may_change_event(viewer: Viewer, event: Event, on: date) -> bool:
    """Say whether a viewer may change or cancel an event: officers of its body, without one its projects' editors."""
    if viewer.is_staff or event.body is None:
        return may_hold(viewer, event.body, list(event.projects.all()), on)
    return is_officer(viewer, event.body, on)


def may_change_series(viewer: Viewer, events: Collection[Event], on: date) -> bool:
    """Say whether a viewer may change a series: whoever may change each of its dates."""
    seen: dict[object, Event] = {}
    for event in events:
        key = event.body_id or tuple(sorted(event.projects.values_list("pk", flat=True)))
        seen.setdefault(key, event)
    return bool(seen) and all(may_change_event(viewer, event, on) for event in seen.values())


def holding_bodies(viewer: Viewer, on: date, events: Collection[Event] = ()) -> QuerySet[Body]:
    """Return the bodies that a viewer may announce events of, and those that hold these events."""
    if viewer.is_staff:
        return Body.objects.all()
    offices = Office.objects.current(on).filter(person=viewer.person_id or 0)
    held = Q(pk__in=[event.body_id for event in events])
    return Body.objects.filter(Q(pk__in=offices.values("body")) | held)


def holding_projects(viewer: Viewer, on: date, events: Collection[Event] = ()) -> QuerySet[Project]:
    """Return the projects that a viewer may announce events of, and those that these events name."""
    if viewer.is_staff:
        return Project.objects.order_by("name")
    person = viewer.person_id or 0
    offices = Office.objects.current(on).filter(person=person)
    mine = Project.objects.editable_by(person, on, RUNNING, ROLES)
    wanted = Q(pk__in=mine.values("pk")) | Q(working_group__in=offices.values("body"))
    held = Q(events__in=events) if events else Q(pk__in=[])
    return Project.objects.filter(wanted | held).distinct().order_by("name")


def may_announce(viewer: Viewer, on: date) -> bool:
    """Say whether there is a body or project that a viewer may announce events of."""
    if viewer.person_id is None:
        return False
    return viewer.is_staff or (
        holding_bodies(viewer, on).exists() or holding_projects(viewer, on).exists()
    )
