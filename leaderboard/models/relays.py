"""Sister portals whose relay is pulled, the nodes taken through them, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leaderboard.models.append_only import append_only
from leaderboard.models.nodes import Node
from leaderboard.relay_querysets import RelayQuerySet


class Relay(models.Model):
    """Another portal's relay, and its work row: lease and fencing token as a node's.

    A relay vouches for nothing: its key signs the head of its log, statements are signed by their nodes.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for its key to be confirmed")
        ACTIVE = "active", pgettext_lazy("relay", "Active")
        PAUSED = "paused", pgettext_lazy("relay", "Paused")

    slug = models.SlugField(max_length=120, unique=True)
    relay_id = models.CharField(max_length=200, unique=True)
    organisation = models.CharField(max_length=300, blank=True)
    endpoint = models.CharField(max_length=300)
    software = models.CharField(max_length=300, blank=True)
    log_origin = models.CharField(max_length=300)
    log_key = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    health = models.CharField(max_length=12, choices=Node.Health, default=Node.Health.NEW)
    interval = models.PositiveIntegerField(default=60, help_text=_("seconds between two pulls"))
    next_pull_at = models.DateTimeField(default=timezone.now)
    rung_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0, help_text=_("the last leaf of its log dealt with"))
    head_size = models.BigIntegerField(default=0)
    head_root = models.BinaryField(max_length=32, default=bytes)
    head_note = models.TextField(blank=True)
    etag = models.CharField(max_length=200, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text=_("failed pulls in a row"))
    breaker_until = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_outcome = models.CharField(max_length=40, blank=True)
    last_detail = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RelayQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("relay")
        verbose_name_plural = _("relays")
        constraints = [
            models.CheckConstraint(name="relay_interval_positive", condition=Q(interval__gte=1)),
            models.CheckConstraint(name="relay_cursor_not_negative", condition=Q(cursor__gte=0)),
        ]

    def __str__(self) -> str:
        return self.relay_id

    def get_absolute_url(self) -> str:
        return reverse("leaderboard:relay", args=[self.slug])


class RelayOrigin(models.Model):
    """A node whose statements are taken through a relay."""

    relay = models.ForeignKey(Relay, models.CASCADE, related_name="origins")
    node = models.ForeignKey(Node, models.CASCADE, related_name="relay_origins")
    checkpoint_path = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["relay", "node"]
        verbose_name = _("relayed node")
        verbose_name_plural = _("relayed nodes")
        constraints = [models.UniqueConstraint(fields=["relay", "node"], name="relay_origin_once")]

    def __str__(self) -> str:
        return f"{self.relay_id} {self.node_id}"


class RelayedHead(models.Model):
    """A node's tree head as a relay showed it: signed by the node, cosigned by the relay. Append-only."""

    relay = models.ForeignKey(Relay, models.PROTECT, related_name="heads")
    node = models.ForeignKey(Node, models.PROTECT, related_name="relayed_heads")
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["node", "pk"]
        verbose_name = _("relayed tree head")
        verbose_name_plural = _("relayed tree heads")
        triggers = append_only("relayed_head")
        constraints = [
            models.UniqueConstraint(
                fields=["relay", "node", "size", "root"], name="relayed_head_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.size}"


class RelayRefusal(models.Model):
    """What a relay passed on and the portal did not take: never laid at the node's door."""

    relay = models.ForeignKey(Relay, models.CASCADE, related_name="refusals")
    node = models.ForeignKey(Node, models.CASCADE, null=True, blank=True, related_name="+")
    seq = models.BigIntegerField(help_text=_("the leaf of the relay's log, from 1"))
    digest = models.CharField(max_length=64)
    reason_code = models.CharField(max_length=40)
    field = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("refused relayed item")
        verbose_name_plural = _("refused relayed items")
        constraints = [
            models.UniqueConstraint(fields=["relay", "seq", "digest"], name="relay_refusal_once")
        ]

    def __str__(self) -> str:
        return f"{self.relay_id} {self.seq} {self.reason_code}"


class RelayEvent(models.Model):
    """What was done to a relay or became of it: append-only."""

    relay = models.ForeignKey(Relay, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    details = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("relay event")
        verbose_name_plural = _("relay events")
        triggers = append_only("relay_event")

    def __str__(self) -> str:
        return f"{self.kind} {self.relay_id}"


class RawFile(models.Model):
    """A samples file that a statement names, packed with zlib, so that sister portals can count it too. Append-only."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    packed = models.BinaryField()
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["sha256"]
        verbose_name = _("raw file")
        verbose_name_plural = _("raw files")
        triggers = append_only("raw_file")
        constraints = [
            models.CheckConstraint(
                name="raw_file_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            )
        ]

    def __str__(self) -> str:
        return self.sha256
