"""Who may harvest a source: a lease on its row (`alliance.leases`), and the attempt that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alliance import leases
from alliance.clock import database_now
from alliance.leases import LeaseLost
from projects.models import HarvestAttempt, Source

__all__ = ["Lease", "LeaseLost", "hold", "take"]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to harvest one source until somebody else takes it."""

    source_id: int
    token: int
    attempt_id: int
    taken_at: datetime


def take(*, source_id: int, seconds: float) -> Lease | None:
    """Take the lease and open the attempt's row; None where there is nothing to take."""
    with transaction.atomic():
        now = database_now()
        row = leases.take(Source.objects.takeable(now), pk=source_id, seconds=seconds, now=now)
        if row is None:
            return None
        row.next_harvest_at = now
        row.save(update_fields=["next_harvest_at"])
        HarvestAttempt.objects.of_source(source_id).end_lost(now)
        attempt = HarvestAttempt.objects.create(
            source=row, lease_token=row.lease_token, started_at=now
        )
    return Lease(source_id, row.lease_token, attempt.pk, now)


def hold(lease: Lease) -> Source:
    """Lock the source's row for this transaction, or raise `LeaseLost`."""
    return leases.hold(Source.objects.all(), pk=lease.source_id, token=lease.token)
