"""Adopting benchmarks, and keeping their boards up to date."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.pages import purge
from leaderboard import standings
from leaderboard.errors import BenchmarkRefused
from leaderboard.models import BenchmarkVersion
from leaderboard.outcomes import mark_touched


def version_named(*, benchmark: str, version: str) -> BenchmarkVersion:
    """Return the version that can be adopted, or refuse with the reason."""
    found = BenchmarkVersion.objects.named(benchmark, version).first()
    if found is None:
        raise BenchmarkRefused(
            _("There is no version %(version)s of a benchmark “%(benchmark)s”.")
            % {"version": version, "benchmark": benchmark},
            code="benchmark-unknown",
        )
    if found.state != BenchmarkVersion.State.PROPOSED:
        raise BenchmarkRefused(
            _("%(benchmark)s %(version)s is not waiting for adoption.")
            % {"version": version, "benchmark": benchmark},
            code="benchmark-not-proposed",
        )
    return found


def adopt_benchmark(
    *, benchmark: str, version: str, decision_number: str, decided_at: datetime
) -> BenchmarkVersion:
    """Give a benchmark version its public board, with all results that came in before."""
    from leaderboard.tasks import refresh_board as task

    with transaction.atomic():
        row = version_named(benchmark=benchmark, version=version)
        changed = BenchmarkVersion.objects.filter(
            pk=row.pk, state=BenchmarkVersion.State.PROPOSED
        ).update(
            state=BenchmarkVersion.State.ADOPTED,
            adopted_by=decision_number,
            adopted_at=decided_at,
        )
        if changed:
            mark_touched([row.pk])
            purge(f"board:{benchmark}", "boards", "nodes")
            doorbell.ring_on_commit(task, row.pk)
        row.refresh_from_db()
    return row


def refresh_board(*, benchmark_version_id: int) -> None:
    """Compute a version's boards, and note up to which change they now reach."""
    seen = BenchmarkVersion.objects.values_list("results_revision", flat=True).get(
        pk=benchmark_version_id
    )
    standings.refresh(benchmark_version_id)
    BenchmarkVersion.objects.filter(pk=benchmark_version_id, board_revision__lt=seen).update(
        board_revision=seen
    )
