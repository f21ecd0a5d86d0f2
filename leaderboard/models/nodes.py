"""Member-run evaluation nodes: endpoint, keys, log and health."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leaderboard.models.append_only import append_only
from leaderboard.models.benchmarks import Benchmark
from leaderboard.querysets import NodeKeyQuerySet, NodeQuerySet


class Node(models.Model):
    """A node and its work row: who may pull it (lease, fencing token), when, and how it fares.

    Every change a pull makes is conditional on `lease_token`, so a worker that lost its lease
    changes nothing.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for its keys to be confirmed")
        CHECKED = "checked", _("Keys confirmed, waiting for admission")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        SUSPENDED = "suspended", _("Suspended")
        RELAYED = "relayed", _("Known through a relay")

    class Health(models.TextChoices):
        NEW = "new", _("Not pulled yet")
        FRESH = "fresh", _("Fresh")
        STALE = "stale", _("Stale")
        DOWN = "down", _("Down")
        INCONSISTENT = "inconsistent", _("Inconsistent")

    slug = models.SlugField(max_length=120, unique=True)
    node_id = models.CharField(max_length=200, unique=True)
    organisation = models.ForeignKey("members.Organisation", models.PROTECT, related_name="nodes")
    endpoint = models.CharField(max_length=300)
    contact = models.CharField(max_length=300, blank=True)
    software = models.CharField(max_length=300, blank=True)
    log_origin = models.CharField(max_length=300)
    declared_organisation = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    health = models.CharField(max_length=12, choices=Health, default=Health.NEW)
    health_since = models.DateTimeField(default=timezone.now)
    interval = models.PositiveIntegerField(default=60, help_text=_("seconds between two pulls"))
    next_pull_at = models.DateTimeField(default=timezone.now)
    rung_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when a pull was asked for that has not begun")
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0, help_text=_("the last sequence number dealt with"))
    failures = models.PositiveIntegerField(default=0, help_text=_("failed pulls in a row"))
    breaker_until = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_checkpoint = models.ForeignKey(
        "leaderboard.NodeCheckpoint", models.PROTECT, null=True, blank=True, related_name="+"
    )
    etag = models.CharField(max_length=200, blank=True, help_text=_("of the last checkpoint"))
    created_at = models.DateTimeField(auto_now_add=True)

    benchmarks = models.ManyToManyField(
        Benchmark, through="leaderboard.NodeBenchmark", related_name="nodes"
    )

    objects = NodeQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("node")
        verbose_name_plural = _("nodes")
        indexes = [models.Index(fields=["state", "next_pull_at"])]
        constraints = [
            models.CheckConstraint(name="node_interval_positive", condition=Q(interval__gte=1)),
            models.CheckConstraint(name="node_cursor_not_negative", condition=Q(cursor__gte=0)),
        ]

    def __str__(self) -> str:
        return self.node_id

    def get_absolute_url(self) -> str:
        return reverse("leaderboard:node", args=[self.slug])


class NodeKey(models.Model):
    """A public key that a node showed; only a confirmed one verifies anything."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="keys")
    kid = models.CharField(max_length=60)
    public_key = models.BinaryField(max_length=32)
    not_before = models.DateTimeField(null=True, blank=True)
    not_after = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True)

    objects = NodeKeyQuerySet.as_manager()

    class Meta:
        ordering = ["node", "pk"]
        verbose_name = _("node key")
        verbose_name_plural = _("node keys")
        constraints = [
            models.UniqueConstraint(fields=["node", "kid"], name="node_key_once"),
            models.CheckConstraint(
                name="node_key_window",
                condition=Q(not_before=None) | Q(not_after=None) | Q(not_before__lt=F("not_after")),
            ),
        ]

    def __str__(self) -> str:
        return self.kid

    def is_valid_at(self, at: datetime) -> bool:
        """Tell whether the key may sign something that is received at this moment."""
        return (
            self.confirmed_at is not None
            and (self.not_before is None or self.not_before <= at)
            and (self.not_after is None or at < self.not_after)
            and (self.revoked_at is None or at < self.revoked_at)
        )


class NodeBenchmark(models.Model):
    """A benchmark whose results are taken from a node."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="associations")
    benchmark = models.ForeignKey(Benchmark, models.PROTECT, related_name="associations")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["node", "benchmark"]
        verbose_name = _("associated benchmark")
        verbose_name_plural = _("associated benchmarks")
        constraints = [
            models.UniqueConstraint(fields=["node", "benchmark"], name="node_benchmark_once")
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.benchmark_id}"


class NodeCheckpoint(models.Model):
    """A tree head that a node signed, as received.

    A consistent one carries the portal's cosignature, as the node's witness; one that contradicts
    what the node signed before is kept as evidence.
    """

    node = models.ForeignKey(Node, models.PROTECT, related_name="checkpoints")
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    consistent = models.BooleanField()
    contradicts = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="contradicted_by"
    )
    cosignature = models.TextField(blank=True, help_text=_("the witness's signature line"))
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["node", "pk"]
        verbose_name = _("node checkpoint")
        verbose_name_plural = _("node checkpoints")
        triggers = append_only("node_checkpoint")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "size", "root", "consistent"], name="node_checkpoint_once"
            ),
            models.UniqueConstraint(
                fields=["node", "size"],
                condition=Q(consistent=True),
                name="node_checkpoint_one_truth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.size}"

    @property
    def cosigned_note(self) -> str:
        """The node's note with the witness's line below its own."""
        return self.note + self.cosignature


class NodeEvent(models.Model):
    """What was done to a node or became of it: append-only."""

    node = models.ForeignKey(Node, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    details = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("node event")
        verbose_name_plural = _("node events")
        triggers = append_only("node_event")

    def __str__(self) -> str:
        return f"{self.kind} {self.node_id}"
