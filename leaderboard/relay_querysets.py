"""The questions asked about relays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Count, Q

from alliance.viewer import Viewer


class RelayQuerySet(models.QuerySet["Relay"]):
    """Relays of sister portals."""

    def visible_to(self, viewer: Viewer) -> RelayQuerySet:
        """Those in use for everybody; one that waits for its key only for operators."""
        return self if viewer.is_staff else self.exclude(state="pending")

    def takeable(self, now: datetime) -> RelayQuerySet:
        """Those a worker may pull: in use, nobody at it, breaker closed."""
        return (
            self.filter(state="active")
            .filter(Q(lease_until=None) | Q(lease_until__lte=now))
            .filter(Q(breaker_until=None) | Q(breaker_until__lte=now))
        )

    def due(self, now: datetime, ring_again: timedelta) -> RelayQuerySet:
        """Those to be pulled now and not rung for a moment ago."""
        return (
            self.takeable(now)
            .filter(next_pull_at__lte=now)
            .filter(Q(rung_at=None) | Q(rung_at__lte=now - ring_again))
            .order_by("next_pull_at", "pk")
        )

    def with_counts(self) -> RelayQuerySet:
        """With how many statements came through each, of how many nodes, and how many were refused."""
        return self.annotate(
            statement_count=Count("envelopes", distinct=True),
            origin_count=Count("origins", distinct=True),
            refusal_count=Count("refusals", distinct=True),
        )
