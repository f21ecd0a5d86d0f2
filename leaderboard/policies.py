"""Who may do what with an organisation's nodes."""

from __future__ import annotations

from datetime import date

from alliance.viewer import Viewer
from members.models import Affiliation, Organisation

MANAGING_ROLES = ("administrator", "engineer")
DISPUTING_ROLES = ("administrator", "engineer", "representative")


def managed_organisations(viewer: Viewer, on: date) -> list[int]:
    """Return the organisations whose nodes this person looks after."""
    if viewer.person_id is None:
        return []
    roles = Affiliation.objects.of(viewer.person_id).current(on)
    return list(
        roles.filter(role__in=MANAGING_ROLES).values_list("organisation_id", flat=True).distinct()
    )


def may_manage_nodes(viewer: Viewer, organisation: Organisation, on: date) -> bool:
    """Administrators and engineers manage their own organisation's nodes; operators all of them."""
    return viewer.is_staff or organisation.pk in managed_organisations(viewer, on)


def disputing_organisations(viewer: Viewer, on: date) -> list[int]:
    """Return the organisations for which this viewer may raise and answer disputes.

    People need a role; an API client acts for its organisation with the scope `propose`.
    """
    if viewer.person_id is None:
        scopes = viewer.scopes or frozenset()
        return sorted(viewer.organisation_ids) if "propose" in scopes else []
    roles = Affiliation.objects.of(viewer.person_id).current(on).filter(role__in=DISPUTING_ROLES)
    return list(roles.values_list("organisation_id", flat=True).distinct())


def may_dispute(viewer: Viewer, organisation_id: int, on: date) -> bool:
    """Say whether this viewer may raise, answer and withdraw disputes for an organisation."""
    return organisation_id in disputing_organisations(viewer, on)


def may_manage_relays(viewer: Viewer) -> bool:
    """Operators decide whose relay is pulled: that speaks for the whole portal, not for a member."""
    return viewer.is_staff
