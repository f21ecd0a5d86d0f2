"""Writing to the log."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from alliance_node.proofs.merkle import leaf_hash
from alliance_node.proofs.strict_json import canonical
from transparency.models import Entry

LEAF_LIMIT = 65_535  # C2SP tlog-tiles: a uint16 length before each entry


def append(*, kind: str, body: dict[str, Any] | bytes) -> Entry:
    """Enter something in the log, inside the caller's transaction; it gets its place soon after the commit.

    A dictionary becomes `{"body": …, "kind": …}` as canonical JSON, so that a leaf says what it is; bytes (a signed
    envelope) are entered as they are. Raises ValueError for a body that does not fit a leaf.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("transparency.actions.append must run inside a transaction.")
    raw = body if isinstance(body, bytes) else canonical({"kind": kind, "body": body})
    if len(raw) > LEAF_LIMIT:
        raise ValueError(f"A log entry holds at most {LEAF_LIMIT} bytes; this one has {len(raw)}.")
    return Entry.objects.create(kind=kind, body=raw, leaf_hash=leaf_hash(raw))
