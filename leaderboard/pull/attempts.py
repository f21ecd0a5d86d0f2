"""The record of one pull, of a node or of a relay (`alliance.attempts`)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from alliance import attempts
from alliance.attempts import AttemptQuerySet
from leaderboard.models.pulls import Pull

if TYPE_CHECKING:
    from leaderboard.pull.cycle import Report

Row = TypeVar("Row", bound=Pull)
QUIET = frozenset({"unchanged", "inconsistent", "relay-inconsistent"})


def close(attempt: Row, pulls: AttemptQuerySet, report: Report, now: datetime) -> Row:
    """Finish the attempt's row, or count up the one before of these pulls where both found nothing new."""
    same = None
    if report.outcome in QUIET and not report.has_progress:
        before = pulls.newest_first().exclude(pk=attempt.pk).first()
        if before is not None and before.outcome == report.outcome and before.is_quiet:
            same = before
    return attempts.close(
        attempt, now, same=same, bytes=report.bytes, outcome=report.outcome, detail=report.detail,
        http_status=report.http_status, items_new=report.items_new, quarantined=report.quarantined,
    )  # fmt: skip
