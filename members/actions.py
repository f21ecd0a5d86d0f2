"""Every change to organisations, roles and keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.pages import purge
from alliance.viewer import Viewer
from members import policies, tokens
from members.errors import KeyRefused, RoleRefused
from members.models import (
    Affiliation,
    ApiKey,
    HeadcountFact,
    MembersEvent,
    Organisation,
    Person,
)


@transaction.atomic
def record_organisation(
    *, slug: str, facts: dict[str, Any], membership: dict[str, Any], actor: Person | None = None
) -> Organisation:
    """Write down what is known about an organisation; repeating the same facts changes nothing.

    A membership is one period as one source states it: the same source with new dates amends it, another adds one.
    """
    organisation, made = Organisation.objects.update_or_create(slug=slug, defaults=facts)
    key = {"kind": membership["kind"], "source": membership["source"]}
    organisation.memberships.update_or_create(**key, defaults=membership)
    if made:
        details = {"membership": membership["kind"], "source": membership["source"]}
        MembersEvent.objects.create(
            organisation=organisation, kind="recorded", actor=actor, details=details
        )
    purge("organisations", f"organisation:{slug}")
    return organisation


@transaction.atomic
def amend_organisation(
    *, organisation: Organisation, actor: Person, changed: Sequence[str]
) -> None:
    """Keep what an operator changed in an entry, and drop the pages that show it."""
    MembersEvent.objects.create(
        organisation=organisation, kind="amended", actor=actor, details={"fields": list(changed)}
    )
    purge("organisations", f"organisation:{organisation.slug}")


@transaction.atomic
def record_headcount(*, counted_on: date, source: str, **counts: Any) -> HeadcountFact:
    """Write down how many members a source counted on a day."""
    fact, _made = HeadcountFact.objects.update_or_create(
        counted_on=counted_on, source=source, defaults=counts
    )
    purge("organisations", "home")
    return fact


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


@transaction.atomic
def create_api_key(
    *, viewer: Viewer, organisation: Organisation, name: str, scopes: Sequence[str], expires_at: datetime | None,
    now: datetime,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Make a key for an organisation's systems; the token is returned once and never again."""
    _check_may_manage(viewer, organisation.pk, now)
    assert viewer.person_id is not None  # only people manage keys
    if expires_at is not None and expires_at <= now:
        raise KeyRefused(_("The expiry lies in the past. Choose a later day."), code="expiry-past")
    token = tokens.new_token()
    key = ApiKey.objects.create(
        organisation=organisation, name=name, prefix=token.prefix, secret_hash=token.secret_hash,
        scopes=sorted(set(scopes)), created_by_id=viewer.person_id, expires_at=expires_at,
    )  # fmt: skip
    _record(key, "api-key-created", viewer, {"prefix": key.prefix, "scopes": key.scopes})
    return key, str(token)


@transaction.atomic
def revoke_api_key(*, viewer: Viewer, key: ApiKey, now: datetime) -> None:
    """End a key at once; revoking twice changes nothing."""
    _check_may_manage(viewer, key.organisation_id, now)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        _record(key, "api-key-revoked", viewer, {"prefix": key.prefix})


def _record_role(kind: str, affiliation: Affiliation, actor: Person | None) -> None:
    details = {"person": affiliation.person_id, "role": affiliation.role}
    MembersEvent.objects.create(
        organisation_id=affiliation.organisation_id, kind=kind, actor=actor, details=details
    )


def _check_may_manage(viewer: Viewer, organisation_id: int, now: datetime) -> None:
    if not policies.may_manage_keys(viewer, organisation_id, now.date()):
        raise KeyRefused(
            _("Only the organisation's administrators and representatives manage its API keys.")
        )


def _record(key: ApiKey, kind: str, viewer: Viewer, details: dict[str, Any]) -> None:
    MembersEvent.objects.create(
        organisation_id=key.organisation_id, kind=kind, actor_id=viewer.person_id, details=details
    )
