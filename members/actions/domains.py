"""Claim, prove and give up domains."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.pages import purge
from alliance.viewer import Viewer
from members import policies, proofs
from members.errors import DomainRefused
from members.models import Domain, IdentityProvider, MembersEvent, Organisation
from members.rules import domain_name


@transaction.atomic
def claim_domain(*, viewer: Viewer, organisation: Organisation, name: str, now: datetime) -> Domain:
    """Begin to prove a domain; claiming it twice gives the same value to publish."""
    policies.check_administers(viewer, organisation.pk, now.date())
    plain = domain_name(name)
    if plain is None:
        raise DomainRefused(_("This is no domain. Write it as example.org, without https://."))
    assert viewer.person_id is not None  # by check_administers
    domain, made = Domain.objects.get_or_create(
        organisation=organisation, name=plain,
        defaults={"token": secrets.token_hex(16), "claimed_by_id": viewer.person_id},
    )  # fmt: skip
    if made:
        _record(domain, "domain-claimed", viewer)
    return domain


def prove_domain(*, viewer: Viewer, domain: Domain, method: str, now: datetime) -> Domain:
    """Look for the value and keep what was found; asking the network happens before the transaction."""
    policies.check_administers(viewer, domain.organisation_id, now.date())
    look = proofs.stands_in_dns if method == Domain.Method.DNS else proofs.stands_on_website
    if not look(domain.name, domain.token):
        raise DomainRefused(
            _("The value isn’t there yet. Name servers may take an hour; then look again."),
            code="domain-not-shown",
        )
    try:
        with transaction.atomic():
            Domain.objects.filter(pk=domain.pk, state=Domain.State.CLAIMED).update(
                state=Domain.State.PROVEN, method=method, proven_at=now
            )
            domain.refresh_from_db()
            _record(domain, "domain-proven", viewer, method=method)
            purge("organisations", f"organisation:{domain.organisation.slug}")
    except IntegrityError:
        raise DomainRefused(
            _("Another organisation has proven this domain. Ask the operator of the portal."),
            code="domain-taken",
        ) from None
    return domain


@transaction.atomic
def give_up_domain(*, viewer: Viewer, domain: Domain, now: datetime) -> None:
    """Drop a domain; the last proven one stays while the organisation's own sign-in is open."""
    policies.check_administers(viewer, domain.organisation_id, now.date())
    others = (
        Domain.objects.filter(organisation=domain.organisation_id).proven().exclude(pk=domain.pk)
    )
    is_open = (
        IdentityProvider.objects.enabled().filter(organisation=domain.organisation_id).exists()
    )
    if is_open and domain.state == Domain.State.PROVEN and not others.exists():
        raise DomainRefused(
            _("Your organisation’s sign-in needs a proven domain. Switch it off first."),
            code="domain-needed",
        )
    _record(domain, "domain-dropped", viewer)
    domain.delete()


def _record(domain: Domain, kind: str, viewer: Viewer, **more: Any) -> None:
    MembersEvent.objects.create(
        organisation_id=domain.organisation_id, kind=kind, actor_id=viewer.person_id,
        details={"domain": domain.name, **more},
    )  # fmt: skip
