"""Writing to the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from alliance_node.proofs.merkle import leaf_hash
from alliance_node.proofs.strict_json import canonical
from celery.exceptions import OperationalError
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import RedisError

from alliance.copying import copy_rows
from transparency.models import Entry, Waiting

logger = logging.getLogger(__name__)

RING_SECONDS = 0.1
"""How long a process leaves the bell alone after ringing: under load the sequencer takes many entries at once."""

LEAF_LIMIT = 65_535  # C2SP tlog-tiles: a uint16 length before each entry


def append(*, kind: str, body: dict[str, Any] | bytes) -> Entry:
    """Enter something in the log, inside the caller's transaction; it gets its place soon after the commit.

    A dictionary becomes `{"body": …, "kind": …}` as canonical JSON, so that a leaf says what it is; bytes (a signed
    envelope) are entered as they are. Raises ValueError for a body that does not fit a leaf.
    """
    raw = body if isinstance(body, bytes) else canonical({"kind": kind, "body": body})
    _refuse([raw])
    entry = Entry.objects.create(kind=kind, body=raw, leaf_hash=leaf_hash(raw))
    Waiting.objects.create(entry=entry)
    _ring_on_commit()
    return entry


def append_many(entries: Sequence[tuple[str, bytes]]) -> list[UUID]:
    """Enter several things at once, each a kind and its bytes, in this order; return the keys. See `append`."""
    _refuse([raw for _kind, raw in entries])
    now, keys = timezone.now(), [uuid4() for _ in entries]
    copy_rows(
        Entry,
        (
            {
                "id": key,
                "kind": kind,
                "body": raw,
                "leaf_hash": leaf_hash(raw),
                # The order in the log is that of these times, so no two are the same.
                "created_at": now + timedelta(microseconds=place),
            }
            for place, (key, (kind, raw)) in enumerate(zip(keys, entries, strict=True))
        ),
    )
    copy_rows(Waiting, ({"entry_id": key} for key in keys))
    if keys:
        _ring_on_commit()
    return keys


def _refuse(bodies: Iterable[bytes]) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("transparency.actions.append must run inside a transaction.")
    for raw in bodies:
        if len(raw) > LEAF_LIMIT:
            raise ValueError(
                f"A log entry holds at most {LEAF_LIMIT} bytes; this one has {len(raw)}."
            )


def _ring_on_commit() -> None:
    """Ask once for all that this transaction enters."""
    if not any(hook[1] is _ring for hook in connection.run_on_commit):
        transaction.on_commit(_ring)


_rung_at = float("-inf")


def _ring() -> None:
    """Ask for a place now; when this process has just asked or the broker is away, the schedule finds the entry."""
    global _rung_at
    from transparency.tasks import sequence

    now = time.monotonic()
    if now - _rung_at < RING_SECONDS:
        return
    _rung_at = now
    try:
        sequence.apply_async(retry=False)
    except (OperationalError, RedisError, OSError):
        logger.warning("the broker is away; the sequencer finds the entry by itself")
