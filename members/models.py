"""Organisations, people and what ties them together."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.i18n import Localised
from members.querysets import AffiliationQuerySet, OrganisationQuerySet, PersonManager


class Organisation(models.Model):
    """A member or partner of the Alliance, with the source of every fact about it."""

    class Kind(models.TextChoices):
        INDUSTRY = "industry", _("Industry")
        STARTUP = "startup", _("Start-up")
        UNIVERSITY = "university", _("University")
        RESEARCH = "research", _("Research body")
        NON_PROFIT = "non-profit", _("Non-profit")
        GOVERNMENT = "government", _("Government")
        CIVIL_SOCIETY = "civil-society", _("Civil society")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    country = models.CharField(max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2"))
    website_domain = models.CharField(max_length=120, blank=True)
    summary_en = models.TextField(blank=True)
    summary_fr = models.TextField(blank=True)
    kind_confirmed = models.BooleanField(default=False)
    domain_confirmed = models.BooleanField(default=False)
    domain_source = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False, db_index=True)
    is_listed = models.BooleanField(default=True)

    summary = Localised("summary")
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
    ended_on = models.DateField(null=True, blank=True)
    role = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=300)
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["announced_on", "pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "source"], name="membership_once_a_source"),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(ended_on=None) | Q(announced_on=None) | Q(ended_on__gte=F("announced_on")),
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
    REQUIRED_FIELDS: list[str] = []

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
                fields=["person", "organisation", "role"], condition=Q(until=None), name="affiliation_open_once"
            ),
            models.CheckConstraint(
                name="affiliation_ends_after_it_begins", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.organisation}"
