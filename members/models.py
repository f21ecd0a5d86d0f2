"""Organisations, people and what ties them together."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.countries import country_name
from members.querysets import (
    AffiliationQuerySet,
    ApiKeyQuerySet,
    OrganisationQuerySet,
    PersonManager,
)


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Return the trigger that refuses every change and deletion of a table's rows."""
    return [
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
    ]


class Organisation(models.Model):
    """A member or partner of the Alliance, with the source of every fact about it."""

    class Kind(models.TextChoices):
        INDUSTRY = "industry", _("Company")
        STARTUP = "startup", _("Start-up")
        UNIVERSITY = "university", _("University")
        RESEARCH = "research", _("Research body")
        NON_PROFIT = "non-profit", _("Non-profit")
        GOVERNMENT = "government", _("Public body")
        CIVIL_SOCIETY = "civil-society", _("Civil society body")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    country = models.CharField(max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2"))
    website_domain = models.CharField(max_length=120, blank=True)
    kind_confirmed = models.BooleanField(default=False)
    domain_confirmed = models.BooleanField(default=False)
    domain_source = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False, db_index=True)
    is_listed = models.BooleanField(default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["short_name", "pk"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                name="organisation_country_code",
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("members:organisation", args=[self.slug])

    @property
    def country_name(self) -> str:
        """The country in the active language, or nothing where it is not known."""
        return country_name(self.country)

    @property
    def is_confirmed_member(self) -> bool:
        """Whether a source that was read names it as a member; reads `memberships`, so prefetch them for lists."""
        kinds = {Membership.Kind.FOUNDING, Membership.Kind.LATER}
        return any(period.confirmed and period.kind in kinds for period in self.memberships.all())

    @property
    def search_note(self) -> str:
        return (
            f"{self.get_kind_display()} · {self.country_name}"
            if self.country
            else self.get_kind_display()
        )


class Membership(models.Model):
    """A period during which an organisation took part, as a source states it."""

    class Kind(models.TextChoices):
        FOUNDING = "founding", _("Founding member")
        LATER = "later", _("Member")
        CONTRIBUTOR = "contributor-named", _("Named contributor")
        DEMONSTRATION = "demonstration", _("Demonstration")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    kind = models.CharField(max_length=20, choices=Kind)
    announced_on = models.DateField(null=True, blank=True)
    announced_to = models.CharField(
        max_length=5, choices=[("day", _("day")), ("year", _("year"))], default="day"
    )
    ended_on = models.DateField(null=True, blank=True)
    role = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=300)
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["announced_on", "pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "source"], name="membership_once_a_source"
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(ended_on=None)
                | Q(announced_on=None)
                | Q(ended_on__gte=F("announced_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_kind_display()})"


class Person(AbstractBaseUser, PermissionsMixin):
    """A human who can sign in; the e-mail address is the user name."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    preferred_language = models.CharField(
        _("language"), max_length=2, choices=[("en", "English"), ("fr", "Français")], default="en"
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        """Return the name for letters and the admin."""
        return self.full_name or self.email


class Affiliation(models.Model):
    """A person's role at an organisation, from–to."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Administrator")
        REPRESENTATIVE = "representative", _("Representative")
        DELEGATE = "delegate", _("Delegate")
        ENGINEER = "engineer", _("Engineer")

    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliations")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__short_name", "role"]
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(until=None),
                name="affiliation_open_once",
            ),
            models.CheckConstraint(
                name="affiliation_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.organisation}"


class ApiKey(models.Model):
    """A secret with which an organisation's systems use the API; only its hash is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        PROPOSE = "propose", _("Propose")
        VOTE = "vote", _("Vote")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.name}"

    @property
    def scopes_display(self) -> str:
        """What the key may do, in words."""
        return ", ".join(str(self.Scope(scope).label) for scope in self.scopes)


class HeadcountFact(models.Model):
    """How many organisations a source counted on a day."""

    counted_on = models.DateField()
    precision = models.CharField(
        max_length=10, choices=[("day", "day"), ("month", "month"), ("season", "season")]
    )
    organisations = models.PositiveIntegerField()
    at_least = models.BooleanField(default=False)
    countries = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["-counted_on"]
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        constraints = [
            models.UniqueConstraint(fields=["counted_on", "source"], name="headcount_once_a_source")
        ]

    def __str__(self) -> str:
        return f"{self.counted_on}: {self.organisations}"

    @property
    def when(self) -> str:
        """The date as exactly as the source states it: a day, a month or a season."""
        if self.precision == "season":
            names = [
                _("winter %(year)s"),
                _("spring %(year)s"),
                _("summer %(year)s"),
                _("autumn %(year)s"),
            ]
            return str(names[self.counted_on.month % 12 // 3]) % {"year": self.counted_on.year}
        return date_format(
            self.counted_on, "DATE_FORMAT" if self.precision == "day" else "YEAR_MONTH_FORMAT"
        )


class MembersEvent(models.Model):
    """What was done to an organisation's entry, roles or keys: append-only."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    details = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        triggers = append_only("members_event")

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id}"
