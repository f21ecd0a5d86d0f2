"""Give and end roles."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.pages import purge
from members.errors import RoleRefused
from members.models import Affiliation, MembersEvent, Organisation, Person


@transaction.atomic
def give_role(
    *,
    person: Person,
    organisation: Organisation,
    role: str,
    since: date,
    actor: Person | None = None,
) -> Affiliation:
    """Give a person a role from a day on; one who has it keeps it as it is."""
    held, made = Affiliation.objects.get_or_create(
        person=person, organisation=organisation, role=role, until=None, defaults={"since": since}
    )
    if made:
        _record_role("role-given", held, actor)
    return held


@transaction.atomic
def end_role(*, affiliation: Affiliation, until: date, actor: Person | None = None) -> None:
    """End a role; the day given is its last. A role that has ended stays as it was."""
    if until < affiliation.since:
        raise RoleRefused(_("A role can't end before it began. Choose a later day."))
    if Affiliation.objects.filter(pk=affiliation.pk, until=None).update(until=until):
        affiliation.until = until
        _record_role("role-ended", affiliation, actor)


def _record_role(kind: str, affiliation: Affiliation, actor: Person | None) -> None:
    details = {"person": affiliation.person_id, "role": affiliation.role}
    MembersEvent.objects.create(
        organisation_id=affiliation.organisation_id, kind=kind, actor=actor, details=details
    )


@transaction.atomic
def save_details(*, person: Person) -> None:
    """Keep what a person says about themself, and drop the pages that may name them."""
    person.save(update_fields=["full_name", "preferred_language", "is_public"])
    slugs = Affiliation.objects.of(person.pk).values_list("organisation__slug", flat=True)
    purge(*(f"organisation:{slug}" for slug in slugs))
