"""Asking many quiet nodes at once whether anything is new; whoever says anything but “no” is pulled.

A glance takes no lease and writes nothing while it asks. What it saw is noted for many nodes in one transaction, and
only where the node's row still carries the lease token that was read before: had anybody begun a pull meanwhile, the
token would be another, and that pull's outcome stands (`docs/adr/0022-glances-at-quiet-nodes.md`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from alliance.clock import database_now
from alliance.outbound import OutboundError, fetch
from leaderboard.models import Node
from leaderboard.pull.clients import NOT_MODIFIED
from leaderboard.pull.limits import Limits, limits

_NOTE = """
UPDATE leaderboard_node
SET last_success_at = %(now)s, rung_at = NULL,
  -- A later time than that of the question is a wake-up since then, which stands.
  next_pull_at = CASE WHEN next_pull_at > %(asked_at)s THEN next_pull_at
    ELSE %(now)s + make_interval(secs => "interval") END
WHERE id = ANY(%(same)s)
"""
_COUNT_UP = """
UPDATE leaderboard_pullattempt AS attempt
SET repeats = attempt.repeats + 1, finished_at = %s, took_ms = seen.took
FROM unnest(%s::bigint[], %s::bigint[], %s::integer[]) AS seen(node, token, took)
WHERE attempt.node_id = seen.node AND attempt.lease_token = seen.token
"""


@dataclass(frozen=True, slots=True)
class _Look:
    """A node as it was before it was asked."""

    node_id: int
    token: int
    url: str
    etag: str


def glance(node_ids: Iterable[int]) -> list[int]:
    """Ask nodes for news, note those that have none, and return the others, which want a pull."""
    wanted = list(dict.fromkeys(node_ids))
    bounds = limits()
    asked_at = database_now()
    looks = [
        _Look(pk, token, f"{endpoint.rstrip('/')}/checkpoint", etag)
        for pk, token, endpoint, etag in Node.objects.filter(pk__in=wanted)
        .quiet()
        .values_list("pk", "lease_token", "endpoint", "etag")
    ]
    noted: set[int] = set()
    for several in _answers(looks, bounds):
        noted |= _note([(look, took) for look, took in several if took is not None], asked_at)
    return [pk for pk in wanted if pk not in noted]


def _answers(looks: list[_Look], bounds: Limits) -> Iterator[list[tuple[_Look, int | None]]]:
    """Yield answers in small lots as they come, so that a slow node never holds up the others.

    None stands for news or no answer. After `glance_seconds` in all, whoever has not answered is left to a pull.
    """
    until = time.monotonic() + bounds.glance_seconds
    pool = ThreadPoolExecutor(bounds.glances_at_once, "glance")
    try:
        pending = {pool.submit(_ask, look, bounds.glance_exchange_seconds) for look in looks}
        while pending and (left := until - time.monotonic()) > 0:
            wait(pending, min(left, 0.25))
            done, pending = wait(pending, 0, FIRST_COMPLETED)
            if done:
                yield [answer.result() for answer in done]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _ask(look: _Look, seconds: float) -> tuple[_Look, int | None]:
    """Return how many milliseconds the word that nothing is new took. In a thread: no database here."""
    try:
        answer = fetch(
            look.url,
            headers={"If-None-Match": look.etag},
            max_bytes=64 * 1024,
            deadline=seconds,
            first_byte_timeout=seconds,
        )
    except OutboundError:
        return look, None  # the pull that follows says what is wrong
    return look, round(answer.elapsed * 1000) if answer.status == NOT_MODIFIED else None


def _note(quiet: list[tuple[_Look, int]], asked_at: datetime) -> set[int]:
    """Count up the last pull of nodes that are as they were; return their keys."""
    if not quiet:
        return set()
    seen = {look.node_id: (look, took) for look, took in quiet}
    with transaction.atomic():
        rows = Node.objects.filter(pk__in=seen).quiet().order_by("pk")
        held = rows.select_for_update(skip_locked=True, of=("self",))
        same = [
            pk
            for pk, token, etag in held.values_list("pk", "lease_token", "etag")
            if (token, etag) == (seen[pk][0].token, seen[pk][0].etag)
        ]
        now = database_now()
        with connection.cursor() as cursor:
            tokens, took = [seen[pk][0].token for pk in same], [seen[pk][1] for pk in same]
            cursor.execute(_NOTE, {"now": now, "asked_at": asked_at, "same": same})
            cursor.execute(_COUNT_UP, [now, same, tokens, took])
    return set(same)
