"""What was done in an organisation's name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.organisations import Organisation
from members.models.people import Person
from members.models.triggers import append_only
from members.querysets import MembersEventQuerySet


class MembersEvent(models.Model):
    """What was done to an organisation's entry, roles or keys: append-only."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    details = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    objects = MembersEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        triggers = append_only("members_event")

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id}"
