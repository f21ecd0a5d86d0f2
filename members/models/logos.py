"""Logos: small pictures, made anew by the portal from what was sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models.organisations import Organisation
from members.models.people import Person
from members.querysets import LogoQuerySet


class Logo(models.Model):
    """An organisation's logo; shown once an operator has cleared it."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="logo")
    png = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(auto_now=True)
    cleared_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)

    objects = LogoQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__short_name"]
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        constraints = [
            models.CheckConstraint(
                name="logo_cleared_by_somebody",
                condition=Q(cleared_at=None, cleared_by=None)
                | Q(cleared_at__isnull=False, cleared_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("members-machine:logo", args=[self.organisation.slug, self.digest[:16]])
