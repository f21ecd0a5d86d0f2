"""Applications for membership, and suspensions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models.organisations import Organisation
from members.models.people import Person
from members.querysets import ApplicationQuerySet
from members.rules import ApplicationState


class Application(models.Model):
    """A request to join; operators review it, and a decision of a body admits."""

    STATES = [
        (ApplicationState.RECEIVED, pgettext_lazy("application", "received")),
        (ApplicationState.REVIEWED, pgettext_lazy("application", "reviewed")),
        (ApplicationState.ADMITTED, pgettext_lazy("application", "admitted")),
        (ApplicationState.DECLINED, pgettext_lazy("application", "declined")),
        (ApplicationState.WITHDRAWN, pgettext_lazy("application", "withdrawn")),
    ]

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    """Of the address in the applicant's letter; the reference is no secret, since proposals name it."""
    name = models.CharField(_("full name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Organisation.Kind)
    country = models.CharField(_("country"), max_length=2)
    website_domain = models.CharField(_("domain"), max_length=120)
    motivation = models.TextField(_("what it would bring"), max_length=3000)
    contact_name = models.CharField(_("your name"), max_length=150)
    contact_email = models.EmailField(_("your e-mail address"))
    language = models.CharField(max_length=2, default="en")
    state = models.CharField(max_length=10, choices=STATES, default=ApplicationState.RECEIVED)
    received_at = models.DateTimeField(auto_now_add=True)
    reviewed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )  # fmt: skip
    review_note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    decision_number = models.CharField(max_length=40, blank=True)
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, blank=True, related_name="application"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.CheckConstraint(
                name="application_admitted_as_somebody",
                condition=Q(state="admitted") & Q(organisation__isnull=False) & ~Q(decision_number="")
                | ~Q(state="admitted") & Q(organisation=None),
            ),
            models.CheckConstraint(
                name="application_country_code", condition=Q(country__regex=r"^[A-Z]{2}$")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.short_name


class Suspension(models.Model):
    """A time during which a member's rights rest, by decision; it ends by decision too."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="suspensions")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    decision_number = models.CharField(max_length=40)
    ended_by_decision = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-since"]
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(until=None), name="suspension_one_open"
            ),
            models.CheckConstraint(
                name="suspension_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.since}"
