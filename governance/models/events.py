"""What happened, in order."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.models.bodies import Body, Seat
from governance.models.proposals import Proposal
from governance.models.triggers import append_only
from governance.models.votes import Vote
from governance.querysets import EventQuerySet
from members.models import Person


class GovernanceEvent(models.Model):
    """One act: append-only. Positions are not repeated here; ballots hold them."""

    kind = models.CharField(max_length=40)
    body = models.ForeignKey(Body, models.PROTECT, related_name="events")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="events")
    vote = models.ForeignKey(Vote, models.PROTECT, null=True, related_name="events")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    details: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        triggers = append_only("governance_event")

    def __str__(self) -> str:
        return f"{self.kind} {self.proposal_id}"
