"""The end of a pull: outcome, next time, health; the lease is given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from alliance.clock import database_now
from leaderboard.models import Node, PullAttempt
from leaderboard.pull import attempts, leases
from leaderboard.pull.health import Health, pause_after, set_health
from leaderboard.pull.leases import Lease
from leaderboard.pull.limits import Limits

if TYPE_CHECKING:
    from leaderboard.pull.cycle import Report

ANSWERED = frozenset({"ok", "unchanged", "inconsistent"})


def finish(lease: Lease, report: Report, limits: Limits) -> PullAttempt:
    """Write the outcome and give the node back; raise `LeaseLost` if it is no longer ours."""
    with transaction.atomic():
        node = leases.hold(lease)
        now = database_now()
        if report.outcome in ANSWERED:
            _answered(node, lease, report, now)
        else:
            _failed(node, now, limits)
        node.lease_until = None
        node.save(
            update_fields=[
                "lease_until",
                "failures",
                "breaker_until",
                "next_pull_at",
                "last_success_at",
            ]
        )
        attempt = PullAttempt.objects.get(pk=lease.attempt_id)
        return attempts.close(attempt, PullAttempt.objects.of_node(lease.node_id), report, now)


def _answered(node: Node, lease: Lease, report: Report, now: datetime) -> None:
    node.failures, node.breaker_until, node.last_success_at = 0, None, now
    # The lease set the next pull to its own beginning; a later time is a wake-up since then.
    woken = node.next_pull_at > lease.taken_at
    pause = 0 if woken or report.has_more else node.interval
    node.next_pull_at = now + timedelta(seconds=pause)
    set_health(node, Health.FRESH, now)


def _failed(node: Node, now: datetime, limits: Limits) -> None:
    node.failures += 1
    node.next_pull_at = now + timedelta(seconds=node.interval)
    pause = pause_after(node.failures, node.interval, limits)
    if pause is not None:
        node.breaker_until = now + pause
        set_health(node, Health.DOWN, now)
    elif node.last_success_at and node.last_success_at < now - timedelta(seconds=3 * node.interval):
        set_health(node, Health.STALE, now)
