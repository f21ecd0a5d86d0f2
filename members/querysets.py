"""The questions asked about organisations and people."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Cast, Concat

from alliance.clock import ClockTimestamp
from alliance.viewer import Viewer

if TYPE_CHECKING:
    from members.models import ApiKey, Person


UNLISTED_SLUG: Final = "unlisted-"


def public_slug(path: str) -> Case:
    """Return `Organisation.public_slug` of the organisation at a path, for queries that take columns only."""
    stand_in = Concat(
        Value(UNLISTED_SLUG), Cast(f"{path}_id", CharField()), output_field=CharField()
    )
    listed = When(**{f"{path}__is_listed": True}, then=F(f"{path}__slug"))
    return Case(listed, default=stand_in, output_field=CharField())


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations."""

    def visible_to(self, viewer: Viewer) -> OrganisationQuerySet:
        """Listed ones for everybody; an organisation's own people and staff see it in any case."""
        if viewer.is_staff:
            return self
        return self.filter(Q(is_listed=True) | Q(pk__in=viewer.organisation_ids))

    def matching(self, wanted: str) -> OrganisationQuerySet:
        """Those whose name, short name or domain contains the words, whatever their accents and capitals."""
        return self.filter(
            Q(name__unaccent__icontains=wanted)
            | Q(short_name__unaccent__icontains=wanted)
            | Q(website_domain__icontains=wanted)
            | Q(slug__iexact=wanted)
        )

    def of_kinds(self, kinds: Collection[str]) -> OrganisationQuerySet:
        """Those of any of these kinds; none given means all."""
        return self.filter(kind__in=kinds) if kinds else self

    def in_countries(self, codes: Collection[str]) -> OrganisationQuerySet:
        """Those with their head office in any of these countries; none given means everywhere."""
        return self.filter(country__in=[code.upper() for code in codes]) if codes else self

    def with_memberships(self, kinds: Collection[str]) -> OrganisationQuerySet:
        """Those with a membership of any of these kinds; none given means any."""
        return self.filter(memberships__kind__in=kinds).distinct() if kinds else self

    def confirmed_members(self) -> OrganisationQuerySet:
        """Real members, as a source that was read says; named contributors are not among them."""
        confirmed = Q(memberships__kind__in=["founding", "later"], memberships__confirmed=True)
        return self.real().filter(confirmed).distinct()

    def stand_ins(self) -> dict[str, str]:
        """Return what is read in place of the slug of each unlisted one."""
        return {row.slug: row.public_slug for row in self.filter(is_listed=False)}

    def among(self, organisation_ids: Collection[int]) -> OrganisationQuerySet:
        """Those with one of these keys."""
        return self.filter(pk__in=organisation_ids)

    def real(self) -> OrganisationQuerySet:
        """Those that exist: no demonstration."""
        return self.filter(is_demo=False)

    def for_list(self) -> OrganisationQuerySet:
        """With what a list shows."""
        return self.prefetch_related("memberships")


class PersonQuerySet(models.QuerySet["Person"]):
    """People."""

    def representatives_of(self, organisation_ids: Iterable[int], on: date) -> PersonQuerySet:
        """Active people who represent any of these organisations on a day."""
        in_force = Q(affiliations__until=None) | Q(affiliations__until__gte=on)
        return self.filter(
            in_force,
            is_active=True,
            affiliations__organisation__in=list(organisation_ids),
            affiliations__role="representative",
            affiliations__since__lte=on,
        ).distinct()

    def managing_keys_of(self, organisation_id: int, on: date) -> PersonQuerySet:
        """Active people who manage an organisation's keys and webhooks on a day."""
        in_force = Q(affiliations__until=None) | Q(affiliations__until__gte=on)
        return self.filter(
            in_force,
            is_active=True,
            affiliations__organisation=organisation_id,
            affiliations__role__in=["administrator", "representative"],
            affiliations__since__lte=on,
        ).distinct()

    def reading(self, email: str) -> PersonQuerySet:
        """Those who read letters at an address, primary or not."""
        return self.filter(Q(email__iexact=email) | Q(emailaddress__email__iexact=email)).distinct()


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Make and find people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Create a person; without a password they sign in by e-mail code."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Create a portal operator."""
        return self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True, **fields}
        )

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """Roles of people at organisations."""

    def current(self, on: date) -> AffiliationQuerySet:
        """Those in force on a day."""
        return self.filter(since__lte=on).filter(Q(until=None) | Q(until__gte=on))

    def of(self, person_id: int | None) -> AffiliationQuerySet:
        """One person's."""
        return self.filter(person_id=person_id).select_related("organisation")

    def at(self, organisation_ids: Iterable[int]) -> AffiliationQuerySet:
        """Those at some organisations, with the people who hold them."""
        return self.filter(organisation__in=organisation_ids).select_related(
            "person", "organisation"
        )

    def shown_publicly(self) -> AffiliationQuerySet:
        """Those of people who agreed to be named."""
        return self.filter(person__is_public=True, person__is_active=True)

    def visible_to(self, viewer: Viewer) -> AffiliationQuerySet:
        """Those of people who agreed to be named, at organisations the viewer sees."""
        rows = self.shown_publicly().select_related("person", "organisation")
        if viewer.is_staff:
            return rows
        shown = Q(organisation__is_listed=True) | Q(organisation__in=viewer.organisation_ids)
        return rows.filter(shown)

    def administering(self) -> AffiliationQuerySet:
        """Those that run the organisation's entry: people, roles, domains, sign-in."""
        return self.filter(role="administrator")

    def managing_keys(self) -> AffiliationQuerySet:
        """Those that may make and revoke the organisation's API keys."""
        return self.filter(role__in=["administrator", "representative"])


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """API keys."""

    def of_organisations(self, organisation_ids: Iterable[int]) -> ApiKeyQuerySet:
        """Those of some organisations."""
        return self.filter(organisation__in=organisation_ids).select_related(
            "organisation", "created_by"
        )

    def with_client(self) -> ApiKeyQuerySet:
        """With what a request needs to act for the organisation, and as `read_at` the time by the database's clock."""
        return self.select_related("organisation").annotate(read_at=ClockTimestamp())


class MembersEventQuerySet(models.QuerySet["MembersEvent"]):
    """What was done in organisations' names."""

    def about_key(self, key: ApiKey) -> MembersEventQuerySet:
        """What was done with one API key, newest first."""
        mine = self.filter(organisation=key.organisation_id, details__prefix=key.prefix)
        return mine.select_related("actor")

    def about_webhook(self, webhook_id: int) -> MembersEventQuerySet:
        """What was done with one webhook, newest first."""
        return self.filter(details__webhook=webhook_id).select_related("actor")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Webhooks."""

    def active(self) -> WebhookQuerySet:
        """Those that are told of events."""
        return self.filter(state="active")

    def asking_for(self, kind: str) -> WebhookQuerySet:
        """Those that ask for a kind of event; none chosen means all."""
        return self.filter(Q(kinds__contains=[kind]) | Q(kinds=[]))

    def of_organisations(self, organisation_ids: Iterable[int]) -> WebhookQuerySet:
        """Those of some organisations."""
        return self.filter(organisation__in=list(organisation_ids)).select_related("organisation")


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Deliveries of events."""

    def due(self, now: datetime) -> WebhookDeliveryQuerySet:
        """Those whose time has come and that no worker holds, to addresses that are active."""
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        waiting = self.filter(free, state="waiting", next_at__lte=now, webhook__state="active")
        return waiting.order_by("next_at")

    def to_webhook(self, webhook_id: int) -> WebhookDeliveryQuerySet:
        """Those to one webhook, newest first, with their event and tries."""
        rows = self.filter(webhook=webhook_id).select_related("event")
        return rows.prefetch_related("attempts")


class DomainQuerySet(models.QuerySet["Domain"]):
    """Domains of organisations."""

    def proven(self) -> DomainQuerySet:
        """Those an organisation has shown to be its own."""
        return self.filter(state="proven")

    def of_address(self, email: str) -> DomainQuerySet:
        """The domain of an e-mail address, to the letter: a subdomain is another one."""
        return self.filter(name=email.rpartition("@")[2].lower())


class IdentityProviderQuerySet(models.QuerySet["IdentityProvider"]):
    """Organisations' identity providers."""

    def enabled(self) -> IdentityProviderQuerySet:
        """Those that let people in."""
        return self.filter(state="enabled").select_related("organisation")

    def for_address(self, email: str) -> IdentityProviderQuerySet:
        """Those of the organisation that has proven the address's domain."""
        domain = email.rpartition("@")[2].lower()
        return self.enabled().filter(
            organisation__domains__name=domain, organisation__domains__state="proven"
        )


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def open_at(self, now: datetime) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def ended_before(self, moment: datetime) -> InvitationQuerySet:
        """Those that were accepted, taken back or left to expire before a moment."""
        return self.filter(
            Q(accepted_at__lt=moment) | Q(withdrawn_at__lt=moment) | Q(expires_at__lt=moment)
        )


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications for membership."""

    def open(self) -> ApplicationQuerySet:
        """Those nobody has answered yet."""
        return self.filter(state__in=["received", "reviewed"])

    def of_token(self, token: str) -> ApplicationQuerySet:
        """The one whose applicant got this token by letter."""
        return self.filter(token_hash=hashlib.sha256(token.encode()).hexdigest())


class LogoQuerySet(models.QuerySet["Logo"]):
    """Logos."""

    def visible_to(self, viewer: Viewer) -> LogoQuerySet:
        """Cleared ones of listed organisations for everybody; one's own and, for operators, all."""
        if viewer.is_staff:
            return self
        shown = Q(cleared_at__isnull=False, organisation__is_listed=True)
        return self.filter(shown | Q(organisation__in=viewer.organisation_ids))
