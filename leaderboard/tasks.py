"""The leaderboard's doorbells."""

from __future__ import annotations

import logging

from celery import shared_task

from alliance import doorbell
from leaderboard import actions, scheduling
from leaderboard.pull.cycle import pull
from leaderboard.pull.glance import glance
from leaderboard.pull.leases import LeaseLost
from leaderboard.pull.limits import limits
from leaderboard.relays import cycle as relay_cycle

logger = logging.getLogger(__name__)


@shared_task(name="leaderboard.pull_due_nodes", ignore_result=True)
def pull_due_nodes() -> None:
    """Ring once for each node that is due and each board that is behind."""
    due = scheduling.due_nodes()
    quiet = scheduling.quiet_among(due)
    size = limits().glances_a_task
    for first in range(0, len(quiet), size):
        doorbell.ring(glance_at_nodes, *quiet[first : first + size])
    for node_id in sorted(set(due).difference(quiet), key=due.index):
        doorbell.ring(pull_node, node_id)
    for relay_id in scheduling.due_relays():
        doorbell.ring(pull_relay, relay_id)
    for version_id in scheduling.boards_behind():
        doorbell.ring(refresh_board, version_id)


@shared_task(name="leaderboard.glance_at_nodes", ignore_result=True)
def glance_at_nodes(*node_ids: int) -> None:
    """Ask quiet nodes whether anything is new, and ring for those that have news or don't answer."""
    for node_id in glance(node_ids):
        doorbell.ring(pull_node, node_id)


@shared_task(name="leaderboard.pull_relay", ignore_result=True)
def pull_relay(relay_id: int) -> None:
    """Pull one relay."""
    try:
        relay_cycle.pull(relay_id=relay_id)
    except LeaseLost as lost:
        logger.warning("%s; its new holder goes on", lost)
    for version_id in scheduling.boards_behind():
        doorbell.ring(refresh_board, version_id)


@shared_task(name="leaderboard.pull_node", ignore_result=True)
def pull_node(node_id: int) -> None:
    """Pull one node."""
    try:
        pull(node_id=node_id)
    except LeaseLost as lost:
        logger.warning("%s; its new holder goes on", lost)
    for version_id in scheduling.boards_behind():
        doorbell.ring(refresh_board, version_id)


@shared_task(name="leaderboard.refresh_board", ignore_result=True)
def refresh_board(benchmark_version_id: int) -> None:
    """Compute the boards of one benchmark version."""
    actions.refresh_board(benchmark_version_id=benchmark_version_id)
