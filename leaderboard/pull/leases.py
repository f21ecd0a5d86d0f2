"""Who may pull a node: one lease at a time, and a token that outdates every earlier one.

A worker may be stopped for longer than its lease lasts and wake up believing it still holds it.
So every write first locks the node's row *by token* (`hold`): whoever took the node since has
counted the token up, and the late worker finds nothing to write to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leaderboard.clock import database_now
from leaderboard.models import Node, PullAttempt

WORKER_LOST = "worker-lost"


class LeaseLost(Exception):
    """Another worker has taken the node; what this one still holds must not be written."""


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
        node = Node.objects.takeable(now).select_for_update(skip_locked=True).filter(pk=node_id)
        row = node.first()
        if row is None:
            return None
        row.lease_token += 1
        row.lease_until = now + timedelta(seconds=seconds)
        row.next_pull_at, row.rung_at = now, None
        row.save(update_fields=["lease_token", "lease_until", "next_pull_at", "rung_at"])
        PullAttempt.objects.of_node(node_id).unfinished().update(
            finished_at=now, outcome=WORKER_LOST
        )
        attempt = PullAttempt.objects.create(node=row, lease_token=row.lease_token, started_at=now)
    return Lease(node_id, row.lease_token, attempt.pk, now)


def hold(lease: Lease) -> Node:
    """Lock the node's row for this transaction, or raise `LeaseLost`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("leases.hold must run inside a transaction.")
    rows = Node.objects.leased(lease.node_id, lease.token).select_for_update(of=("self",))
    node = rows.first()
    if node is None:
        raise LeaseLost(f"node {lease.node_id}: token {lease.token} is outdated")
    return node
