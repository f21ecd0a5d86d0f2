"""Which sources to harvest now. PostgreSQL is the record; a ring that gets lost is repeated."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from alliance.clock import database_now
from projects.harvest.limits import limits
from projects.models import Source

AT_ONCE = 200


def due_sources() -> list[int]:
    """Claim the sources to ring for; two schedulers at once never claim the same.

    Sources whose last harvest failed share a few places, so that a crowd of tarpits never takes the workers from those
    that answer.
    """
    bounds = limits()
    again = timedelta(seconds=bounds.ring_again_seconds)
    with transaction.atomic():
        now = database_now()
        due = Source.objects.due(now, again).select_for_update(skip_locked=True)
        claimed = [row.pk for row in due.trusted()[:AT_ONCE]]
        busy = Source.objects.suspects().under_way(now, again).count()
        places = max(0, bounds.suspects_at_once - busy)
        claimed += [row.pk for row in due.suspects()[:places]]
        Source.objects.filter(pk__in=claimed).update(rung_at=now)
    return claimed
