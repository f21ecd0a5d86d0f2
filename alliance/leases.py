"""Leases on work rows, with a token that outdates every earlier holder (`docs/adr/0003-leases.md`).

A row that is worked on carries `lease_until`, `lease_token` and `rung_at`. `take` counts the token up; whoever wants to
write first locks the row *by token* with `hold`. A worker that slept longer than its lease finds nothing to write to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class LeaseLost(Exception):
    """Another worker has taken the row; what this one still holds must not be written."""


def take(takeable: QuerySet[Row], *, pk: int, seconds: float, now: datetime) -> Row | None:
    """Take the lease of one row of those that may be taken; None where there is nothing to take."""
    row: Any = takeable.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        return None
    row.lease_token += 1
    row.lease_until = now + timedelta(seconds=seconds)
    row.rung_at = None
    row.save(update_fields=["lease_token", "lease_until", "rung_at"])
    taken: Row = row
    return taken


def hold(rows: QuerySet[Row], *, pk: int, token: int) -> Row:
    """Lock the row for this transaction, or raise `LeaseLost`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("leases.hold must run inside a transaction.")
    row = rows.filter(pk=pk, lease_token=token).select_for_update(of=("self",)).first()
    if row is None:
        raise LeaseLost(f"{rows.model._meta.label} {pk}: token {token} is outdated")
    return row
