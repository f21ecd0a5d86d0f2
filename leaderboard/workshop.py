"""What a node's owner sees of it: every pull, every item set aside, in words that say how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from alliance.viewer import Viewer
from leaderboard import policies, reasons
from leaderboard.models import (
    Dispute,
    Node,
    NodeEvent,
    NodeKey,
    PullAttempt,
    Quarantined,
    Result,
    RunStarted,
)
from leaderboard.pull_log import SHOWN, PullRow, rows_of
from leaderboard.reasons import Reason
from members.models import Person

ITEMS = 50
EVENTS = 20


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in quarantine and how to mend it."""

    item: Quarantined
    reason: Reason


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key and whether it is in force."""

    key: NodeKey
    is_valid: bool


@dataclass(frozen=True, slots=True)
class Workshop:
    """The page of one node."""

    pulls: list[PullRow]
    items: list[ItemRow]
    keys: list[KeyRow]
    events: list[NodeEvent]
    accepted: int
    unfinished_runs: int
    breaker: Reason | None
    disputes: list[Dispute]


def workshop_of(node: Node, now: datetime) -> Workshop:
    """Gather a node's record for its owner."""
    pulls = rows_of(PullAttempt.objects.of_node(node.pk)[:SHOWN])
    items = Quarantined.objects.open().of_node(node.pk).defer("raw")[:ITEMS]
    failed = next((row.reason for row in pulls if row.pull.finished_at and not row.is_good), None)
    is_open = node.breaker_until is not None and node.breaker_until > now
    return Workshop(
        pulls=pulls,
        items=[ItemRow(item, reasons.explain_item(item.reason_code)) for item in items],
        keys=[
            KeyRow(key, key.is_valid_at(now)) for key in node.keys.select_related("confirmed_by")
        ],
        events=list(node.events.select_related("actor")[:EVENTS]),
        accepted=Result.objects.of_node(node.pk).count(),
        unfinished_runs=RunStarted.objects.of_node(node.pk).without_result().count(),
        breaker=failed if is_open else None,
        disputes=list(Dispute.objects.of_node(node.pk).pending().for_list()[:ITEMS]),
    )


def dashboard_panel(request: HttpRequest, viewer: Viewer) -> dict[str, object] | None:
    """Return what the desk shows of a person's nodes; nothing where they manage none."""
    if not isinstance(request.user, Person):
        return None
    managed = policies.managed_organisations(viewer, timezone.now().date())
    if not managed:
        return None
    return {"nodes": Node.objects.owned_by(managed).with_counts()}
