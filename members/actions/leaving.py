"""Let people go: roles, sessions, keys and seats, at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.viewer import Viewer
from members import policies
from members.actions.keys import end_keys
from members.actions.sessions import end_sessions
from members.errors import RoleRefused
from members.leaving import run_steps
from members.models import Affiliation, ApiKey, MembersEvent, Organisation, Person


@transaction.atomic
def change_role(
    *, viewer: Viewer, affiliation: Affiliation, role: str, now: datetime
) -> Affiliation:
    """Give another role instead of one that is held."""
    policies.check_administers(viewer, affiliation.organisation_id, now.date())
    if role not in Affiliation.Role.values:
        raise RoleRefused(_("Choose one of the roles."))
    if role == affiliation.role:
        return affiliation
    Organisation.objects.select_for_update().get(pk=affiliation.organisation_id)
    given, made = Affiliation.objects.get_or_create(
        person=affiliation.person, organisation_id=affiliation.organisation_id, role=role, until=None,
        defaults={"since": now.date()},
    )  # fmt: skip
    if made:
        _record(given, "role-given", viewer.person_id, {})
    _end(affiliation, now)
    _record(affiliation, "role-ended", viewer.person_id, {})
    return given


@transaction.atomic
def remove_person(
    *, viewer: Viewer, person: Person, organisation: Organisation, now: datetime
) -> None:
    """End every role of a person at an organisation now, with what hangs on them.

    Sessions end, API keys the person made are revoked, and rooms above free the seats. The last administrator stays:
    the database sees to it. Anybody else may leave by themself.
    """
    if viewer.person_id != person.pk:
        policies.check_administers(viewer, organisation.pk, now.date())
    let_go(person=person, organisation=organisation, now=now, actor_id=viewer.person_id)


@transaction.atomic
def let_go(
    *, person: Person, organisation: Organisation, now: datetime, actor_id: int | None = None
) -> None:
    """End everything a person may do for an organisation; whether that is allowed was asked before."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    roles = list(Affiliation.objects.filter(person=person, organisation=organisation, until=None))
    for affiliation in roles:
        _end(affiliation, now)
    keys = ApiKey.objects.filter(organisation=organisation, created_by=person)
    details = {
        "keys": end_keys(keys, now),
        "sessions": end_sessions(person=person),
        **run_steps(person.pk, organisation.pk, now.date()),
    }
    for affiliation in roles:
        _record(affiliation, "role-ended", actor_id, details)


def _end(affiliation: Affiliation, now: datetime) -> None:
    """End a role before today, so that it gives no right from this moment; one of today is taken back whole."""
    yesterday = now.date() - timedelta(days=1)
    try:
        with transaction.atomic():
            if affiliation.since > yesterday:
                Affiliation.objects.filter(pk=affiliation.pk).delete()
            else:
                Affiliation.objects.filter(pk=affiliation.pk).update(until=yesterday)
    except IntegrityError:
        raise RoleRefused(
            _("The last administrator stays. Make somebody else administrator first."),
            code="last-administrator",
        ) from None


def _record(
    affiliation: Affiliation, kind: str, actor_id: int | None, details: dict[str, int]
) -> None:
    MembersEvent.objects.create(
        organisation_id=affiliation.organisation_id, kind=kind, actor_id=actor_id,
        details={"person": affiliation.person_id, "role": affiliation.role, **details},
    )  # fmt: skip
