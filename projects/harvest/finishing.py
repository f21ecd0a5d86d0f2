"""The end of a harvest: outcome, next time, health, letters; the lease is given back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from alliance import attempts, doorbell
from alliance.clock import database_now
from alliance.pages import purge
from projects.harvest import leases, notices
from projects.harvest.gathering import Gathering
from projects.harvest.leases import Lease
from projects.harvest.limits import Limits
from projects.harvest.report import Report
from projects.models import HarvestAttempt, Source

Health = Source.Health
READ = frozenset({"imported", "unchanged"})
FACTS = (
    "outcome", "detail", "http_status", "gathered", "imported", "unchanged", "failed", "removed", "changes", "findings",
    "form",
)  # fmt: skip
FAULTY = frozenset({"imported-with-errors", "unchanged-with-errors", "partly"})


def finish(
    lease: Lease, report: Report, gathering: Gathering | None, bounds: Limits
) -> HarvestAttempt:
    """Write the outcome and give the source back; raise `LeaseLost` if it is no longer ours."""
    with transaction.atomic():
        source = leases.hold(lease)
        now = database_now()
        was = source.health
        if report.outcome in READ | FAULTY:
            _read(source, lease, report, gathering, now)
        else:
            _failed(source, lease, now, bounds)
        source.lease_until = None
        source.save()
        attempt = _close(lease, report, now)
        if notices.write(source, attempt, was):
            from projects.tasks import send_notices

            doorbell.ring_on_commit(send_notices)
        return attempt


def _read(
    source: Source, lease: Lease, report: Report, gathering: Gathering | None, now: datetime
) -> None:
    source.failures, source.last_success_at = 0, now
    if gathering is not None and gathering.etag and not report.failed and not report.has_more:
        source.etag = gathering.etag
    elif report.failed or report.has_more:
        source.etag = ""  # the index is read again, so that what failed is tried again
    _set_health(source, Health.FAULTY if report.outcome in FAULTY else Health.FRESH, now)
    # The lease set the next harvest to its own beginning; a later time is a wish since then.
    wished = source.next_harvest_at > lease.taken_at
    pause = 0 if wished or report.has_more else source.interval
    source.next_harvest_at = now + timedelta(seconds=pause)


def _failed(source: Source, lease: Lease, now: datetime, bounds: Limits) -> None:
    source.failures += 1
    _set_health(source, Health.FAILING, now)
    wished = source.next_harvest_at > lease.taken_at
    longest = max(float(source.interval), bounds.longest_pause_seconds)
    pause = min(longest, source.interval * 2.0 ** min(source.failures - 1, 16))
    source.next_harvest_at = now + timedelta(seconds=0 if wished else pause)


def _set_health(source: Source, health: str, now: datetime) -> None:
    if source.health != health:
        source.health, source.health_since = health, now
        purge("sources", f"source:{source.slug}")
        if source.project is not None:
            purge(f"project:{source.project.slug}")


def _close(lease: Lease, report: Report, now: datetime) -> HarvestAttempt:
    """Finish the attempt's row, or count up the one before where both found the same and nothing new."""
    attempt = HarvestAttempt.objects.get(pk=lease.attempt_id)
    same = None
    if report.outcome == "unchanged" and report.is_quiet:
        before = HarvestAttempt.objects.of_source(lease.source_id).exclude(pk=attempt.pk).first()
        if (
            before is not None
            and before.outcome == "unchanged"
            and before.findings == report.findings
        ):
            same = before
    facts = {name: getattr(report, name) for name in FACTS}
    return attempts.close(attempt, now, same=same, bytes=report.bytes, **facts)
