"""The record of attempts at a leased row (`alliance.leases`): each has a row, quiet ones in a row share one.

A room's own attempt says of what it was and what it brought; a row without `finished_at` belongs to a worker that is
still at it, or was killed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F

WORKER_LOST = "worker-lost"


class AttemptQuerySet(models.QuerySet[Any]):
    """Attempts."""

    def unfinished(self) -> Self:
        """Those of workers that are at it or were lost."""
        return self.filter(finished_at=None)

    def finished(self) -> Self:
        """Those that came to an end."""
        return self.filter(finished_at__isnull=False)

    def newest_first(self) -> Self:
        """The last one before those before it."""
        return self.order_by("-pk")

    def end_lost(self, now: datetime) -> int:
        """Close the rows of workers that were lost; the next lease is proof of that."""
        return self.unfinished().update(finished_at=now, outcome=WORKER_LOST)


class Attempt(models.Model):
    """One attempt, or several quiet ones: `repeats` counts them. `outcome` is a stable code; `bytes` adds up."""

    lease_token = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    bytes = models.BigIntegerField(default=0)
    took_ms = models.PositiveIntegerField(default=0)
    repeats = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Attempt)


def close(attempt: Row, now: datetime, *, same: Row | None, bytes: int, **facts: Any) -> Row:
    """Finish an attempt's row with its facts; where the one before was the `same`, count that up instead."""
    took = int((now - attempt.started_at).total_seconds() * 1000)
    if same is not None:
        attempt.delete()
        type(same)._default_manager.filter(pk=same.pk).update(
            repeats=F("repeats") + 1,
            finished_at=now,
            took_ms=took,
            lease_token=attempt.lease_token,
            bytes=F("bytes") + bytes,
        )
        same.refresh_from_db()
        return same
    for name, value in facts.items():
        setattr(attempt, name, value)
    attempt.finished_at, attempt.took_ms, attempt.bytes = now, took, bytes
    attempt.detail = attempt.detail[:500]
    attempt.save()
    return attempt
