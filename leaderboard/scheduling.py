"""Which nodes to pull now. PostgreSQL is the record; a ring that gets lost is repeated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from alliance.clock import database_now
from leaderboard.models import BenchmarkVersion, Node, Relay
from leaderboard.pull.health import mark_overdue
from leaderboard.pull.limits import limits


def due_nodes() -> list[int]:
    """Claim the nodes to ring for; two schedulers at once never claim the same.

    Nodes whose last pull failed share a few places, so that a crowd of tarpits never takes the
    workers from the nodes that answer.
    """
    bounds = limits()
    again = timedelta(seconds=bounds.ring_again_seconds)
    with transaction.atomic():
        now = database_now()
        due = Node.objects.due(now, again).select_for_update(skip_locked=True)
        claimed = [node.pk for node in due.trusted()]
        busy = Node.objects.suspects().under_way(now, again).count()
        places = max(0, bounds.suspects_at_once - busy)
        claimed += [node.pk for node in due.suspects()[:places]]
        Node.objects.filter(pk__in=claimed).update(rung_at=now)
    mark_overdue(now)
    return claimed


def quiet_among(node_ids: Sequence[int]) -> list[int]:
    """Return those of some nodes that are only to be asked whether anything is new."""
    return list(Node.objects.filter(pk__in=node_ids).quiet().values_list("pk", flat=True))


def due_relays() -> list[int]:
    """Claim the relays to ring for."""
    with transaction.atomic():
        now = database_now()
        again = timedelta(seconds=limits().ring_again_seconds)
        due = Relay.objects.due(now, again).select_for_update(skip_locked=True)
        claimed = [relay.pk for relay in due]
        Relay.objects.filter(pk__in=claimed).update(rung_at=now)
    return claimed


def boards_behind() -> list[int]:
    """Return the benchmark versions whose boards do not show the newest results yet."""
    return list(
        BenchmarkVersion.objects.filter(board_revision__lt=F("results_revision")).values_list(
            "pk", flat=True
        )
    )
