"""The rows of a source's objects: what is named is noted, what is gone is marked, never silently erased."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from alliance.clock import database_now
from alliance.pages import purge
from projects.harvest import leases
from projects.harvest.gathering import Named
from projects.harvest.leases import Lease
from projects.harvest.report import Report
from projects.models import CatalogueCopy, HarvestObject, Project, Source
from projects.portal_identity import entry_id

State = HarvestObject.State
BATCH = 500


def note(lease: Lease, named: Sequence[Named], report: Report) -> None:
    """Bring the rows to what the source names now: new, changed, deleted, missing."""
    with transaction.atomic():
        source = leases.hold(lease)
        now = database_now()
        held = {
            row.identifier: row for row in HarvestObject.objects.filter(source=source).defer("raw")
        }
        fresh: list[HarvestObject] = []
        changed: list[HarvestObject] = []
        # A source that names one thing twice means the last.
        last = {one.identifier: one for one in named}
        own = _own(last)
        for named_one in last.values():
            is_ours = named_one.identifier in own
            one = replace(named_one, refused="not-own") if is_ours else named_one
            row = held.pop(one.identifier, None)
            is_new = row is None
            row = row or HarvestObject(
                source=source, identifier=one.identifier, seen_at=now, state_since=now
            )
            _mark(row, one, now, report, is_manifest=source.is_manifest)
            (fresh if is_new else changed).append(row)
        HarvestObject.objects.bulk_create(fresh, BATCH)
        missing = [row for row in held.values() if row.state not in (State.MISSING, State.GONE)]
        for row in missing:
            _move(row, State.MISSING, now)
        columns = [
            "url",
            "state",
            "state_since",
            "wanted_digest",
            "error",
            "detail",
            "failures",
            "seen_at",
        ]
        HarvestObject.objects.bulk_update([*changed, *missing], columns, BATCH)
        report.gathered = len(last)
        report.removed += _follow(source, now)


def _own(named: Collection[str]) -> set[str]:
    """Return those identifiers that belong to entries of this portal: nobody else may speak for them."""
    uids = {uid for uid in named if uid.startswith("urn:uuid:")}
    known = Project.objects.filter(uid__in=[one for one in map(_uuid, uids) if one])
    return {entry_id(uid) for uid in known.values_list("uid", flat=True)}


def _uuid(identifier: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(identifier)
    except ValueError:
        return None


def _mark(
    row: HarvestObject, one: Named, now: datetime, report: Report, *, is_manifest: bool
) -> None:
    row.url, row.wanted_digest, row.seen_at = one.url, one.digest, now
    if one.refused:
        row.error, row.detail = one.refused, ""
        _move(row, State.FAILED, now)
        row.failures += 1
        report.failed += 1
    elif one.is_gone:
        _move(row, State.GONE, now)
    elif is_manifest or row.state in (State.GONE, State.MISSING) or row.digest != one.digest:
        _move(row, State.GATHERED, now)
    else:
        _move(row, State.IMPORTED, now)
        report.unchanged += 1


def _move(row: HarvestObject, state: str, now: datetime) -> None:
    if row.state != state:
        row.state, row.state_since = state, now


def _follow(source: Source, now: datetime) -> int:
    """Give copies the state of their objects; return how many left."""
    live = CatalogueCopy.objects.filter(source=source, state=CatalogueCopy.State.LIVE)
    left = 0
    for state in (State.GONE, State.MISSING):
        named = HarvestObject.objects.filter(source=source, state=state).values("identifier")
        left += live.filter(identifier__in=named).update(state=state, state_since=now)
    still = HarvestObject.objects.filter(source=source, state=State.IMPORTED).values("identifier")
    live.filter(identifier__in=still).update(seen_at=now)
    if left:
        purge("sources", f"source:{source.slug}")
    return left
