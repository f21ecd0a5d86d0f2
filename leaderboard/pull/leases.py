"""Who may pull a node: a lease on its row (`alliance.leases`), and the attempt that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alliance import leases
from alliance.clock import database_now
from alliance.leases import LeaseLost
from leaderboard.models import Node, PullAttempt

__all__ = ["Lease", "LeaseLost", "hold", "take"]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to pull one node until somebody else takes it."""

    node_id: int
    token: int
    attempt_id: int
    taken_at: datetime


def take(*, node_id: int, seconds: float) -> Lease | None:
    """Take the lease and open the attempt's row; None where there is nothing to take."""
    with transaction.atomic():
        now = database_now()
        row = leases.take(Node.objects.takeable(now), pk=node_id, seconds=seconds, now=now)
        if row is None:
            return None
        row.next_pull_at = now
        row.save(update_fields=["next_pull_at"])
        PullAttempt.objects.of_node(node_id).end_lost(now)
        attempt = PullAttempt.objects.create(node=row, lease_token=row.lease_token, started_at=now)
    return Lease(node_id, row.lease_token, attempt.pk, now)


def hold(lease: Lease) -> Node:
    """Lock the node's row for this transaction, or raise `LeaseLost`."""
    return leases.hold(Node.objects.all(), pk=lease.node_id, token=lease.token)
