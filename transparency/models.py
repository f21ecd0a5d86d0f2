"""The public append-only log: entries, their order, tiles and signed checkpoints."""

from __future__ import annotations

import base64
import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from transparency.querysets import CheckpointQuerySet, EntryQuerySet, WaitingQuerySet


def _append_only(name: str) -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
    ]


class Entry(models.Model):
    """One thing the Alliance did, as bytes that never change. Its place in the log is given soon after commit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    body = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        triggers = _append_only("entry")
        indexes = [models.Index(fields=["created_at"]), models.Index(fields=["kind", "created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("transparency:entry", args=[self.pk])

    @property
    def leaf_index(self) -> int | None:
        """The place in the log, or None until the sequencer has given one."""
        leaf = getattr(self, "leaf", None)
        return leaf.index if leaf else None


class Waiting(models.Model):
    """The sequencer's queue: entries that have no place yet. The only rows of this room that go away."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="+")

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiting entry")
        verbose_name_plural = _("waiting entries")

    def __str__(self) -> str:
        return str(self.entry_id)


class Leaf(models.Model):
    """The place of an entry in the log: gapless, given once."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="leaf")

    class Meta:
        verbose_name = _("leaf")
        verbose_name_plural = _("leaves")
        triggers = _append_only("leaf")
        constraints = [
            models.CheckConstraint(name="leaf_index_not_negative", condition=Q(index__gte=0))
        ]

    def __str__(self) -> str:
        return str(self.index)


class Tile(models.Model):
    """A full 256-wide tile of hashes (C2SP tlog-tiles); partial tiles are made from leaves when asked for."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField(max_length=8192)

    class Meta:
        verbose_name = _("tile")
        verbose_name_plural = _("tiles")
        triggers = _append_only("tile")
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_place_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root (C2SP tlog-checkpoint)."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        ordering = ["-size"]
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        triggers = _append_only("checkpoint")

    def __str__(self) -> str:
        return str(self.size)

    @property
    def origin(self) -> str:
        """The log's name, as signed in the first line."""
        return self.note.split("\n", 1)[0]

    @property
    def root_base64(self) -> str:
        """The root hash as the signed note writes it."""
        return base64.b64encode(bytes(self.root)).decode()
