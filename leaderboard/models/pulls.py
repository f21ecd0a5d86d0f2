"""What pulling brought: every attempt, and what was not accepted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.attempts import Attempt, AttemptQuerySet
from leaderboard.models.nodes import Node
from leaderboard.models.relays import Relay
from leaderboard.querysets import PullAttemptQuerySet, QuarantinedQuerySet


class Pull(Attempt):
    """One pull, of a node or of a relay; `leaderboard.reasons` puts its outcome into words."""

    items_new = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def is_quiet(self) -> bool:
        """Tell whether the pull brought nothing at all."""
        return not (self.items_new or self.quarantined)


class PullAttempt(Pull):
    """One pull of one node."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="pulls")

    objects = PullAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pull")
        verbose_name_plural = _("pulls")
        indexes = [models.Index(fields=["node", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["node", "lease_token"], name="pull_once_a_lease")
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.outcome}"


class RelayAttempt(Pull):
    """One pull of one relay of a sister portal."""

    relay = models.ForeignKey(Relay, models.CASCADE, related_name="pulls")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pull of a relay")
        verbose_name_plural = _("pulls of relays")
        indexes = [models.Index(fields=["relay", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["relay", "lease_token"], name="relay_pull_once_a_lease")
        ]

    def __str__(self) -> str:
        return f"{self.relay_id} {self.outcome}"


class Quarantined(models.Model):
    """An item that was not accepted, with a stable reason; later items are not held up by it."""

    node = models.ForeignKey(Node, models.CASCADE, related_name="quarantine")
    seq = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=40, blank=True)
    reason_code = models.CharField(max_length=40)
    field = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    raw = models.BinaryField(null=True, blank=True)
    seen_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = QuarantinedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("quarantined item")
        verbose_name_plural = _("quarantined items")
        constraints = [
            models.UniqueConstraint(fields=["node", "seq", "digest"], name="quarantined_once")
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.seq} {self.reason_code}"
