"""One measurement of one repository, from lease to release. What fails leaves the last good figure, with its day."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from alliance import leases
from alliance.clock import database_now
from alliance.pages import purge
from projects.health.answers import Reading
from projects.health.asking import Asker, AskingFailed
from projects.health.questions import Question, headers_for, kinds_for, questions
from projects.models import HealthFigure, HealthProbe, Repository

logger = logging.getLogger(__name__)
AT_ONCE, LEASE_SECONDS = 50, 120
AGAIN = timedelta(minutes=5)
DAILY, SOON, LONGEST = timedelta(days=1), timedelta(minutes=10), timedelta(days=7)
FINE = frozenset({"measured", "not-published"})


def due_probes() -> list[int]:
    """Make the work rows that are missing and claim those to ring for; nothing where collecting is switched off."""
    if not settings.HEALTH_COLLECT:
        return []
    with transaction.atomic():
        now = database_now()
        _make_missing(now)
        due = HealthProbe.objects.due(now, AGAIN).select_for_update(skip_locked=True, of=("self",))
        claimed = [row.pk for row in due[:AT_ONCE]]
        HealthProbe.objects.filter(pk__in=claimed).update(rung_at=now)
    return claimed


def ask_again(rows: QuerySet[HealthProbe]) -> None:
    """Let these be the next to be asked; one whose forge asked for a pause keeps it."""
    rows.exclude(outcome="rate-limited").update(next_at=database_now())


def _make_missing(now: datetime) -> None:
    bare = Repository.objects.filter(
        probes=None, project__is_listed=True, project__is_demo=False
    ).select_related("project")
    HealthProbe.objects.bulk_create(
        [
            HealthProbe(repository=row, kind=kind, next_at=now)
            for row in bare[: 2 * AT_ONCE]
            for kind in kinds_for(row)
        ],
        ignore_conflicts=True,
    )


def measure(*, probe_id: int) -> HealthProbe | None:
    """Ask about a repository if nobody else does; return the work row, finished.

    Raises `LeaseLost` when another worker took over meanwhile: that one writes the figures.
    """
    with transaction.atomic():
        now = database_now()
        rows = HealthProbe.objects.takeable(now)
        taken = leases.take(rows, pk=probe_id, seconds=LEASE_SECONDS, now=now)
    if taken is None:
        return None
    probe = HealthProbe.objects.select_related("repository__project").get(pk=probe_id)
    asker = Asker(now, dict(probe.tags), headers_for(probe.kind))
    found: list[tuple[Question, list[Reading] | None]] = []
    failure: AskingFailed | None = None
    for question in questions(probe.kind, probe.repository, now.date()):
        try:
            answer, is_same = asker.ask(question.url)
        except AskingFailed as error:
            failure = failure or error
            if error.until is not None:
                break
            continue
        found.append((question, None if is_same else question.read(answer)))
    with transaction.atomic():
        held = leases.hold(HealthProbe.objects.all(), pk=probe_id, token=taken.lease_token)
        later = database_now()
        kept = [_keep(probe.repository, *one, later.date()) for one in found]
        held.tags = {
            url: tag for url, tag in asker.tags.items() if url in {q.url for q, _ in found}
        }
        _finish(held, failure, later, has_figures=any(kept))
        if asker.until is not None:
            HealthProbe.objects.filter(kind=held.kind).update(
                next_at=Greatest("next_at", asker.until)
            )
        purge(f"project:{probe.repository.project.slug}")
    held.refresh_from_db()
    return held


def _keep(
    repository: Repository, question: Question, readings: list[Reading] | None, today: date
) -> bool:
    """Write what an address answered; None stands for the same as last time. Say whether there is a figure."""
    exempt = set(
        HealthFigure.objects.exempt()
        .filter(Q(repository=None) | Q(repository=repository), project=repository.project_id)
        .values_list("name", flat=True)
    )
    newest = {
        row.name: row
        for row in HealthFigure.objects.newest().filter(
            repository=repository, is_collected=True, name__in=question.names
        )
    }
    if readings is None:
        HealthFigure.objects.filter(pk__in=[row.pk for row in newest.values()]).update(on=today)
        return bool(newest)
    for reading in _without(readings, exempt):
        _write(repository, question, reading, newest.get(reading.name), today)
    return bool(readings)


def _without(readings: list[Reading], exempt: set[str]) -> Iterator[Reading]:
    return (one for one in readings if one.name not in exempt)


def _write(
    repository: Repository, question: Question, reading: Reading, held: HealthFigure | None, today: date
) -> None:  # fmt: skip
    """A figure that says the same moves its day; another value is a row of its own, so what was before stays."""
    said = {
        "value": reading.value[:80], "weeks": list(reading.weeks), "scope": reading.scope,
        "source": question.url[:300], "is_collected": True,
    }  # fmt: skip
    is_same = held is not None and (held.value, held.scope) == (said["value"], said["scope"])
    if held is not None and (is_same or held.on == today):
        HealthFigure.objects.filter(pk=held.pk).update(on=today, **said)
        return
    HealthFigure.objects.update_or_create(
        project_id=repository.project_id, repository=repository, name=reading.name, on=today,
        defaults=said,
    )  # fmt: skip


def _finish(
    held: HealthProbe, failure: AskingFailed | None, now: datetime, *, has_figures: bool
) -> None:
    held.lease_until, held.asked_at = None, now
    spread = timedelta(seconds=held.pk * 97 % 3600)  # not all at the same minute of the day
    if failure is None:
        held.failures, held.detail = 0, ""
        held.outcome = "measured" if has_figures else "not-published"
        held.good_at, held.next_at = now, now + DAILY + spread
    else:
        held.outcome, held.detail = failure.code, failure.detail
        if failure.code == "being-computed":
            held.next_at = now + SOON
        elif failure.until is not None:
            held.next_at = failure.until
        else:
            held.failures += 1
            held.next_at = now + min(LONGEST, timedelta(hours=2 ** min(held.failures - 1, 10)))
    held.save()
