"""Who may do what with an organisation's entry and keys."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from alliance.viewer import Viewer
from members.errors import RoleRefused
from members.models import Affiliation


def organisations_with_managed_keys(viewer: Viewer, on: date) -> list[int]:
    """Return the organisations whose API keys this person may make and revoke."""
    if viewer.person_id is None:
        return []
    roles = Affiliation.objects.of(viewer.person_id).current(on).managing_keys()
    return list(roles.values_list("organisation_id", flat=True).distinct())


def may_manage_keys(viewer: Viewer, organisation_id: int, on: date) -> bool:
    """Administrators and representatives manage their organisation's keys."""
    return organisation_id in organisations_with_managed_keys(viewer, on)


def may_act_for(viewer: Viewer, organisation_id: int | None) -> bool:
    """People act for their organisations, API clients for theirs."""
    return organisation_id is not None and organisation_id in viewer.organisation_ids


def administers(viewer: Viewer, organisation_id: int, on: date) -> bool:
    """Administrators run their organisation's people, domains, sign-in and entry."""
    if viewer.person_id is None:
        return False
    roles = Affiliation.objects.of(viewer.person_id).current(on).administering()
    return roles.filter(organisation=organisation_id).exists()


def check_administers(viewer: Viewer, organisation_id: int, on: date) -> None:
    """Refuse whoever doesn't administer the organisation."""
    if not administers(viewer, organisation_id, on):
        raise RoleRefused(
            _("Only the organisation’s administrators do this."), code="not-administrator"
        )
