"""Domains an organisation has shown to be its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models.organisations import Organisation
from members.models.people import Person
from members.querysets import DomainQuerySet


class Domain(models.Model):
    """A domain with the value that proves it; only a proven one lets an organisation's people in."""

    class Method(models.TextChoices):
        DNS = "dns", _("DNS record")
        FILE = "file", _("File on the website")

    class State(models.TextChoices):
        CLAIMED = "claimed", pgettext_lazy("domain", "claimed")
        PROVEN = "proven", pgettext_lazy("domain", "proven")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="domains")
    name = models.CharField(_("domain"), max_length=253)
    token = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.CLAIMED)
    method = models.CharField(max_length=10, choices=Method, blank=True)
    claimed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(auto_now_add=True)
    proven_at = models.DateTimeField(null=True, blank=True)

    objects = DomainQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="domain_claimed_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(state="proven"), name="domain_has_one_owner"
            ),
            models.CheckConstraint(
                name="domain_form", condition=Q(name__regex=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
            ),
            models.CheckConstraint(
                name="domain_proven_somehow",
                condition=Q(state="claimed", proven_at=None) | ~Q(method="") & Q(proven_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
