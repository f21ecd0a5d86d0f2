"""The questions asked about the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from transparency.models import Checkpoint, Entry


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries of the log."""

    def waiting(self) -> EntryQuerySet:
        """Those without a place yet, oldest first."""
        return self.filter(leaf=None).order_by("created_at", "pk")


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    """Signed checkpoints."""

    def latest_or_none(self) -> Checkpoint | None:
        """The newest one, or None while the log is empty."""
        return self.order_by("-size").first()
