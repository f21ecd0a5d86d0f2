"""A node's public health, and the pause after failures."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from alliance.pages import purge
from leaderboard.models import Node, NodeEvent
from leaderboard.pull.limits import Limits
from members import webhooks

Health = Node.Health
_chance = secrets.SystemRandom()


def set_health(node: Node, health: str, now: datetime) -> None:
    """Change a node's health if it differs; inconsistent stays until a decision says otherwise."""
    if node.health in (health, Health.INCONSISTENT):
        return
    before, node.health, node.health_since = node.health, health, now
    node.save(update_fields=["health", "health_since"])
    NodeEvent.objects.create(
        node=node, kind=f"health-{health}", details={"from": before, "to": health}
    )
    purge(f"node:{node.slug}", "nodes")
    webhooks.emit(
        "node.health_changed",
        f"/api/v1/nodes/{node.slug}/",
        {"node": node.slug, "from": before, "to": str(health)},
        organisations=[node.organisation_id],
    )


def pause_after(failures: int, interval: int, limits: Limits) -> timedelta | None:
    """Return how long the breaker stays open: doubling, jittered, at most a quarter of an hour."""
    beyond = failures - limits.failures_to_open
    if beyond < 0:
        return None
    longest = min(limits.longest_pause_seconds, interval * 2.0 ** min(beyond + 1, 16))
    return timedelta(seconds=longest * _chance.uniform(0.5, 1.0))


def mark_overdue(now: datetime) -> None:
    """Call nodes stale that were fresh and have missed three intervals."""
    with transaction.atomic():
        for node in Node.objects.overdue(now).select_for_update(skip_locked=True):
            set_health(node, Health.STALE, now)
