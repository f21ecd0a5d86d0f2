"""Organisations and the periods of their membership."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.i18n import Localised
from alliance.viewer import Viewer
from members.countries import country_name
from members.querysets import UNLISTED_SLUG, OrganisationQuerySet

UNLISTED: Final = _("Unlisted organisation %(number)s")


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
    about_en = models.TextField(_("about it, in English"), max_length=600, blank=True)
    about_fr = models.TextField(_("about it, in French"), max_length=600, blank=True)
    is_demo = models.BooleanField(default=False, db_index=True)
    is_listed = models.BooleanField(default=True)

    about = Localised("about")
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
        """Name it as anybody may read it; its own people's pages say `short_name`."""
        return self.short_name if self.is_listed else str(UNLISTED % {"number": self.pk})

    def get_absolute_url(self) -> str:
        """Return its page; an unlisted one has none, and its address would name it."""
        if not self.is_listed:
            return reverse("members:directory")
        return reverse("members:organisation", args=[self.slug])

    @property
    def public_slug(self) -> str:
        """The slug as anybody may read it; one that stays the same, so that counts of organisations stay right."""
        return self.slug if self.is_listed else f"{UNLISTED_SLUG}{self.pk}"

    def slug_for(self, viewer: Viewer) -> str:
        """Return the slug as this viewer may read it: its own people and operators see which one it is."""
        seen = viewer.is_staff or self.pk in viewer.organisation_ids
        return self.slug if seen else self.public_slug

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
