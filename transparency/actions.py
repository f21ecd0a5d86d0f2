"""Writing to the log."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from alliance_node.proofs.merkle import leaf_hash
from alliance_node.proofs.strict_json import canonical
from celery.exceptions import OperationalError
from django.db import connection, transaction
from redis.exceptions import RedisError

from transparency.models import Entry, Waiting

logger = logging.getLogger(__name__)

LEAF_LIMIT = 65_535  # C2SP tlog-tiles: a uint16 length before each entry


def append(*, kind: str, body: dict[str, Any] | bytes) -> Entry:
    """Enter something in the log, inside the caller's transaction; it gets its place soon after the commit.

    A dictionary becomes `{"body": …, "kind": …}` as canonical JSON, so that a leaf says what it is; bytes (a signed
    envelope) are entered as they are. Raises ValueError for a body that does not fit a leaf.
    """
    raw = body if isinstance(body, bytes) else canonical({"kind": kind, "body": body})
    return append_many([(kind, raw)])[0]


def append_many(entries: Sequence[tuple[str, bytes]]) -> list[Entry]:
    """Enter several things at once, each a kind and its bytes, in this order; see `append`."""
    if not connection.in_atomic_block:
        raise RuntimeError("transparency.actions.append must run inside a transaction.")
    for _kind, raw in entries:
        if len(raw) > LEAF_LIMIT:
            raise ValueError(
                f"A log entry holds at most {LEAF_LIMIT} bytes; this one has {len(raw)}."
            )
    made = Entry.objects.bulk_create(
        Entry(kind=kind, body=raw, leaf_hash=leaf_hash(raw)) for kind, raw in entries
    )
    Waiting.objects.bulk_create(Waiting(entry=entry) for entry in made)
    if made and not any(hook[1] is _ring for hook in connection.run_on_commit):
        transaction.on_commit(_ring)
    return made


def _ring() -> None:
    """Ask for a place now; when the broker is away, the sequencer's own schedule finds the entry."""
    from transparency.tasks import sequence

    try:
        sequence.apply_async(retry=False)
    except (OperationalError, RedisError, OSError):
        logger.warning("the broker is away; the sequencer finds the entry by itself")
