"""Whether the log goes on: asked by the portal's health page and by whoever watches it."""

from __future__ import annotations

from datetime import datetime, timedelta

from transparency import outside
from transparency.models import Checkpoint, Waiting

PATIENCE = timedelta(minutes=2)


def fault(now: datetime) -> str | None:
    """Say what keeps entries from getting their places; None while all is well."""
    newest = Checkpoint.objects.latest_or_none()
    other = outside.fault(newest.size if newest else 0)
    if other:
        return other
    oldest = Waiting.objects.oldest_since()
    if oldest and now - oldest > PATIENCE:
        minutes = int((now - oldest).total_seconds() // 60)
        return f"An entry has waited {minutes} minutes for its place: is a worker running?"
    return None
