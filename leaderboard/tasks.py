"""The leaderboard's doorbells."""

from __future__ import annotations

import logging

from celery import shared_task

from alliance import doorbell
from leaderboard import actions, scheduling
from leaderboard.pull.cycle import pull
from leaderboard.pull.leases import LeaseLost
from leaderboard.relays import cycle as relay_cycle

logger = logging.getLogger(__name__)


@shared_task(name="leaderboard.pull_due_nodes", ignore_result=True)
def pull_due_nodes() -> None:
    """Ring once for each node that is due and each board that is behind."""
    for node_id in scheduling.due_nodes():
        doorbell.ring(pull_node, node_id)
    for relay_id in scheduling.due_relays():
        doorbell.ring(pull_relay, relay_id)
    for version_id in scheduling.boards_behind():
        doorbell.ring(refresh_board, version_id)


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
