"""Who may do what with an organisation's nodes."""

from __future__ import annotations

from datetime import date

from alliance.viewer import Viewer
from members.models import Affiliation, Organisation

MANAGING_ROLES = ("administrator", "engineer")


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
