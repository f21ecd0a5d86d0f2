"""When to try again, and when to stop: pure."""

from __future__ import annotations

from datetime import datetime, timedelta

PAUSES = tuple(
    timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""After the first try, the second and so on: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h."""
TRIES = len(PAUSES) + 1
GONE = 410
DISABLE_AFTER = timedelta(days=3)
DISABLE_FAILURES = 10


def next_try(tries: int, now: datetime, chance: float) -> datetime | None:
    """Return when to try again after so many tries, up to a fifth later by chance (0 to 1); None to give up."""
    if tries >= TRIES:
        return None
    return now + PAUSES[tries - 1] * (1 + 0.2 * chance)


def is_success(status: int | None) -> bool:
    """Only 2xx says that the event was taken."""
    return status is not None and 200 <= status < 300


def why_disable(
    *, status: int | None, failures: int, failing_since: datetime | None, now: datetime
) -> str:
    """Say why an address gets nothing any more, or nothing: it is gone, or has failed for days without a success."""
    if status == GONE:
        return "gone"
    if failing_since and failures >= DISABLE_FAILURES and now - failing_since >= DISABLE_AFTER:
        return "failing"
    return ""
