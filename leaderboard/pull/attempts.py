"""The record of one pull, of a node or of a relay: a row of its own, or one more of the same before it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db.models import F

from leaderboard.models.pulls import Attempt

if TYPE_CHECKING:
    from leaderboard.pull.cycle import Report

Row = TypeVar("Row", bound=Attempt)
QUIET = frozenset({"unchanged", "inconsistent", "relay-inconsistent"})


def close(attempt: Row, before: Row | None, report: Report, now: datetime) -> Row:
    """Finish the attempt's row, or count up the one before where both found nothing new."""
    took = int((now - attempt.started_at).total_seconds() * 1000)
    is_quiet = report.outcome in QUIET and not report.has_progress
    if is_quiet and before is not None and before.outcome == report.outcome and before.is_quiet:
        attempt.delete()
        type(before)._default_manager.filter(pk=before.pk).update(
            repeats=F("repeats") + 1,
            finished_at=now,
            took_ms=took,
            lease_token=attempt.lease_token,
            bytes=F("bytes") + report.bytes,
        )
        before.refresh_from_db()
        return before
    attempt.finished_at, attempt.took_ms = now, took
    attempt.outcome, attempt.detail = report.outcome, report.detail[:500]
    attempt.http_status, attempt.bytes = report.http_status, report.bytes
    attempt.items_new, attempt.quarantined = report.items_new, report.quarantined
    attempt.save()
    return attempt
