"""Set up an organisation's identity provider, and let in whom it vouches for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.outbound import check_url
from alliance.viewer import Viewer
from members import policies
from members.actions.roles import give_role
from members.errors import FederationRefused, IdentityProviderRefused
from members.federation import Assertion
from members.models import (
    Affiliation,
    Domain,
    ExternalIdentity,
    IdentityProvider,
    MembersEvent,
    Organisation,
    Person,
)
from members.sealing import seal

State = IdentityProvider.State


@transaction.atomic
def draft_identity_provider(
    *, viewer: Viewer, organisation: Organisation, secret: str = "", on: date, **settings: str
) -> IdentityProvider:
    """Write down how to reach an organisation's identity provider; nobody gets in by it yet."""
    policies.check_administers(viewer, organisation.pk, on)
    assert viewer.person_id is not None  # by check_administers
    check_url(settings["issuer"] if settings["kind"] == "oidc" else settings["sso_url"])
    provider = IdentityProvider.objects.create(
        organisation=organisation, made_by_id=viewer.person_id, sealed_secret=seal(secret, "identity-provider"),
        **settings,
    )  # fmt: skip
    _record(provider, "identity-provider-drafted", viewer)
    return provider


@transaction.atomic
def note_test(
    *, viewer: Viewer, provider: IdentityProvider, assertion: Assertion, now: datetime
) -> None:
    """Keep that a test sign-in worked: the answer was valid, and its address would be let in."""
    provider = IdentityProvider.objects.select_for_update().get(pk=provider.pk)
    policies.check_administers(viewer, provider.organisation_id, now.date())
    _check_address(provider, assertion)
    if provider.state == State.DRAFT:
        provider.state, provider.tested_at = State.TESTED, now
        provider.save(update_fields=["state", "tested_at"])
        _record(provider, "identity-provider-tested", viewer)


@transaction.atomic
def enable_identity_provider(*, viewer: Viewer, provider: IdentityProvider, now: datetime) -> None:
    """Open the door; the organisation's former provider, if any, closes with the same breath."""
    Organisation.objects.select_for_update().get(pk=provider.organisation_id)
    provider = IdentityProvider.objects.select_for_update().get(pk=provider.pk)
    policies.check_administers(viewer, provider.organisation_id, now.date())
    if provider.tested_at is None:
        raise IdentityProviderRefused(_("Test the sign-in first: sign in with it yourself."))
    others = IdentityProvider.objects.filter(
        organisation=provider.organisation_id, state=State.ENABLED
    )
    others.exclude(pk=provider.pk).update(state=State.OFF)
    if (
        IdentityProvider.objects.filter(pk=provider.pk)
        .exclude(state=State.ENABLED)
        .update(state=State.ENABLED, enabled_at=now)
    ):
        _record(provider, "identity-provider-enabled", viewer)


@transaction.atomic
def switch_off_identity_provider(
    *, viewer: Viewer, provider: IdentityProvider, now: datetime
) -> None:
    """Close the door at once; sessions that are open stay until they end or are ended."""
    policies.check_administers(viewer, provider.organisation_id, now.date())
    if provider.tested_at is None:
        provider.delete()
        _record(provider, "identity-provider-dropped", viewer)
    elif IdentityProvider.objects.filter(pk=provider.pk, state=State.ENABLED).update(
        state=State.OFF
    ):
        _record(provider, "identity-provider-off", viewer)


@transaction.atomic
def admit(*, provider: IdentityProvider, assertion: Assertion, now: datetime) -> Person:
    """Return who an assertion is: known by issuer and subject, or new with an address of a proven domain."""
    provider = IdentityProvider.objects.select_for_update().get(pk=provider.pk)
    if provider.state != State.ENABLED:
        raise FederationRefused(
            _("This organisation’s sign-in is switched off."), code="provider-off"
        )
    identity = provider.identities.filter(subject=assertion.subject).first()
    if identity is None:
        identity = _link(provider, assertion, now.date())
    if not identity.person.is_active:
        raise FederationRefused(
            _("This account has been closed. Ask the operator of the portal."),
            code="account-closed",
        )
    ExternalIdentity.objects.filter(pk=identity.pk).update(last_used_at=now)
    return identity.person


def _link(provider: IdentityProvider, assertion: Assertion, on: date) -> ExternalIdentity:
    _check_address(provider, assertion)
    person = _known(provider, assertion) or _newcomer(assertion)
    if provider.identities.filter(person=person).exists():
        raise FederationRefused(
            _("The account with your address belongs to another subject of your organisation."),
            code="address-taken",
        )
    identity = ExternalIdentity.objects.create(
        provider=provider, subject=assertion.subject, person=person
    )
    here = Affiliation.objects.of(person.pk).filter(organisation=provider.organisation_id)
    if person.is_active and not here.exists():  # whoever left comes back by an invitation only
        give_role(
            person=person, organisation=provider.organisation, role=provider.role, since=on, actor=person
        )  # fmt: skip
    MembersEvent.objects.create(
        organisation_id=provider.organisation_id, kind="identity-linked", actor=person,
        details={"person": person.pk, "provider": provider.key},
    )  # fmt: skip
    return identity


def _check_address(provider: IdentityProvider, assertion: Assertion) -> None:
    """Only an address the provider stands for, in a domain its organisation has proven, lets somebody in."""
    if not assertion.email or assertion.email.count("@") != 1:
        raise FederationRefused(
            _("Your organisation’s sign-in doesn’t say your e-mail address."), code="no-address"
        )
    domains = Domain.objects.filter(organisation=provider.organisation_id).proven()
    if not domains.of_address(assertion.email).exists():
        raise FederationRefused(
            _("%(email)s is in no domain that %(organisation)s has proven.")
            % {"email": assertion.email, "organisation": provider.organisation},
            code="foreign-address",
        )
    if not assertion.vouched:
        raise FederationRefused(
            _("Your organisation’s sign-in doesn’t vouch for your e-mail address."),
            code="address-not-vouched",
        )


def _known(provider: IdentityProvider, assertion: Assertion) -> Person | None:
    """Return the account with this address, but only where its owner has confirmed it, and never an operator's."""
    person = Person.objects.reading(assertion.email).first()
    if person is None:
        return None
    confirmed = EmailAddress.objects.filter(
        user=person, email__iexact=assertion.email, verified=True
    ).exists()
    if not confirmed or person.is_staff or person.is_superuser:
        raise FederationRefused(
            _("There is an account with this address that can’t be joined. Sign in to it in another way."),
            code="address-taken",
        )  # fmt: skip
    return person


def _newcomer(assertion: Assertion) -> Person:
    person = Person.objects.create_user(assertion.email, full_name=assertion.name)
    EmailAddress.objects.create(user=person, email=assertion.email, verified=True, primary=True)
    return person


def _record(provider: IdentityProvider, kind: str, viewer: Viewer) -> None:
    details: dict[str, Any] = {
        "provider": provider.key,
        "kind": provider.kind,
        "issuer": provider.issuer,
    }
    MembersEvent.objects.create(
        organisation_id=provider.organisation_id, kind=kind, actor_id=viewer.person_id, details=details
    )  # fmt: skip
