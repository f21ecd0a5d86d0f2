"""Forget a person: what they did for their organisations stays, who they were does not."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from alliance.pages import purge
from members.actions.leaving import let_go
from members.actions.sessions import end_sessions
from members.models import Affiliation, MembersEvent, Person
from members.models.people import ERASED_DOMAIN
from members.personal_data import OFFICIAL, relations, rows_of


@transaction.atomic
def erase_person(*, person: Person, now: datetime) -> None:
    """End roles, sessions and keys, delete what is only about the person, and give the row a pseudonym.

    The last administrator of a member stays until there is another.
    """
    row = Person.objects.select_for_update().get(pk=person.pk)
    roles = Affiliation.objects.of(row.pk).filter(until=None)
    organisations = {role.organisation_id: role.organisation for role in roles}
    for organisation in organisations.values():
        let_go(person=row, organisation=organisation, now=now, actor_id=row.pk)
        MembersEvent.objects.create(
            organisation=organisation, kind="person-erased", details={"person": row.pk}
        )
        purge(f"organisation:{organisation.slug}")
    end_sessions(person=row)
    for relation in relations():
        if (
            relation.on_delete is models.CASCADE
            and relation.related_model._meta.label not in OFFICIAL
        ):
            rows_of(relation, row).delete()
    row.email = f"erased-{row.pk}@{ERASED_DOMAIN}"
    row.full_name, row.time_zone, row.last_login = "", "UTC", None
    row.is_active = row.is_staff = row.is_superuser = row.is_public = False
    row.set_unusable_password()
    row.save()
    row.groups.clear()
    row.user_permissions.clear()
