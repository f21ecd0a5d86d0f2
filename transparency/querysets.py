"""The questions asked about the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Min
from django.db.models.functions import TruncDate

if TYPE_CHECKING:
    from transparency.models import Checkpoint


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries of the log."""

    def placed(self) -> EntryQuerySet:
        """Those with a place, newest first."""
        return self.filter(leaf__isnull=False).select_related("leaf").order_by("-leaf__index")

    def of_kind(self, kind: str) -> EntryQuerySet:
        """Those of one kind; an empty kind means all."""
        return self.filter(kind=kind) if kind else self

    def kinds(self) -> list[str]:
        """The kinds that occur, sorted."""
        return sorted(self.order_by().values_list("kind", flat=True).distinct())

    def in_range(self, begin: int, end: int) -> EntryQuerySet:
        """Those with places in [begin, end), in order."""
        return self.filter(leaf__index__gte=begin, leaf__index__lt=end).order_by("leaf__index")

    def counts_by_day(self, since: datetime) -> list[tuple[date, str, int]]:
        """(day, kind, number) for the entries made since a moment."""
        rows = self.filter(created_at__gte=since).annotate(day=TruncDate("created_at"))
        return list(
            rows.order_by("day", "kind").values_list("day", "kind").annotate(number=Count("pk"))
        )


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    """Signed checkpoints."""

    def latest_or_none(self) -> Checkpoint | None:
        """The newest one, or None while the log is empty."""
        return self.order_by("-size").first()


class WaitingQuerySet(models.QuerySet["Waiting"]):
    """Entries without a place."""

    def oldest_since(self) -> datetime | None:
        """When the entry that waits longest was made, or None where none waits."""
        return self.aggregate(since=Min("entry__created_at"))["since"]
