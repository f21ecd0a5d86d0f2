"""One harvest of one source, from lease to release: gather, fetch, import."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import transaction

from alliance.clock import database_now
from projects.harvest import finishing, importing, leases, objects
from projects.harvest.clients import NOT_MODIFIED, SourceClient
from projects.harvest.gathering import Gathering, Named, digest_of, gather
from projects.harvest.leases import Lease, LeaseLost
from projects.harvest.limits import limits
from projects.harvest.report import HarvestFailed, Report
from projects.manifests import Reading, read_manifest
from projects.manifests.fetching import repository_of
from projects.manifests.findings import Finding
from projects.models import HarvestAttempt, HarvestObject, Source

logger = logging.getLogger(__name__)
State = HarvestObject.State
IN_CATALOGUE = frozenset({Source.Kind.CKAN, Source.Kind.DCAT, Source.Kind.LANDSCAPE})


@dataclass(frozen=True, slots=True)
class _Harvest:
    lease: Lease
    client: SourceClient
    report: Report
    contents: dict[str, Named]


def harvest(*, source_id: int) -> HarvestAttempt | None:
    """Harvest a source if it is free to be taken; return the attempt's row, finished.

    Raises `LeaseLost` when another worker took over meanwhile: that one writes the outcome.
    """
    bounds = limits()
    lease = leases.take(source_id=source_id, seconds=bounds.lease_seconds)
    if lease is None:
        return None
    source = Source.objects.select_related("project").get(pk=source_id)
    client = SourceClient(bounds, failures=source.failures)
    report, gathering = Report(), None
    try:
        gathering = gather(source, client)
        _work(_Harvest(lease, client, report, {}), source, gathering)
    except HarvestFailed as failure:
        report.fail(failure)
    except LeaseLost:
        raise
    except Exception:
        # A fault of ours must not leave the source leased and silent; the trace goes to the log.
        logger.exception("the harvest of %s broke", source)
        report.outcome = "internal-error"
    report.bytes = client.bytes
    return finishing.finish(lease, report, gathering, bounds)


def _work(work: _Harvest, source: Source, gathering: Gathering) -> None:
    if gathering.origin and not source.origin:
        with transaction.atomic():
            held = leases.hold(work.lease)
            held.origin = source.origin = gathering.origin
            held.save(update_fields=["origin"])
    if gathering.objects is not None:
        work.contents.update({one.identifier: one for one in gathering.objects})
        objects.note(work.lease, gathering.objects, work.report)
    for row in HarvestObject.objects.to_fetch(source.pk).defer("raw"):
        if work.client.is_out_of_time:
            work.report.has_more = True
            break
        if source.kind in IN_CATALOGUE and row.identifier not in work.contents:
            continue
        if row.error == "not-own":
            continue
        _take(work, source, row)
    if source.is_manifest:
        return
    if work.report.failed:
        work.report.outcome = "partly"
    elif not work.report.is_quiet:
        work.report.outcome = "imported"


def _take(work: _Harvest, source: Source, row: HarvestObject) -> None:
    """Fetch and import one object. A catalogue's object fails for itself, a manifest fails for its source."""
    try:
        if source.is_manifest:
            _take_manifest(work, source, row)
        else:
            _take_copy(work, source, row)
    except HarvestFailed as failure:
        if failure.code == "out-of-time":
            work.report.has_more = True
            return
        _set_aside(work, row, failure)
        if source.is_manifest:
            raise
        work.report.failed += 1


def _take_manifest(work: _Harvest, source: Source, row: HarvestObject) -> None:
    etag = row.etag if not _is_about_to_bite(row) else ""
    response = work.client.get(source.url, etag=etag, max_bytes=work.client.limits.manifest_bytes)
    today = database_now().date()
    if response.status == NOT_MODIFIED:
        raw, digest = bytes(row.raw or b""), row.digest
    else:
        raw, digest = response.body, digest_of(response.body)
    reading = read_manifest(
        raw, name=source.url, repository=repository_of(source.url), today=today
    )  # fmt: skip
    if reading.entry is None:
        raise HarvestFailed("not-usable", findings=reading.findings, form=reading.form)
    with transaction.atomic():
        held = leases.hold(work.lease)
        imported = importing.import_manifest(held, reading, source.url)
        _keep(row, raw, digest, response.headers.get("etag", "")[:200] or row.etag, reading)
    report = work.report
    report.form = reading.form
    report.findings = [one.as_json() for one in reading.findings]
    report.changes = imported.changes
    report.imported = int(bool(imported.changes))
    report.unchanged = 1 - report.imported
    if not reading.is_valid:
        report.outcome = "imported-with-errors" if imported.changes else "unchanged-with-errors"
    elif imported.changes:
        report.outcome = "imported"


def _is_about_to_bite(row: HarvestObject) -> bool:
    """Tell whether a remark on the last copy has a day from which it counts as an error."""
    return any("from" in Finding.from_json(one).values for one in row.findings)


def _take_copy(work: _Harvest, source: Source, row: HarvestObject) -> None:
    named = work.contents.get(row.identifier)
    if named is not None and named.content is not None:
        raw = named.content
    else:
        raw = work.client.get(row.url, max_bytes=work.client.limits.manifest_bytes).body
    digest = digest_of(raw)
    if row.wanted_digest and digest != row.wanted_digest:
        raise HarvestFailed("digest-differs", digest)
    entry, terms, findings = importing.copy_of(source, raw, row.url, database_now())
    with transaction.atomic():
        held = leases.hold(work.lease)
        updated = named.updated if named else ""
        now = database_now()
        imported = importing.store_copy(held, row, entry, terms, digest, updated, now)
        _keep(row, raw, digest, "", Reading("", "", entry, findings))
    work.report.imported += 1
    if imported.changes and len(work.report.changes) < 20:
        work.report.changes[entry.name] = ["", ", ".join(imported.changes)]


def _keep(row: HarvestObject, raw: bytes, digest: str, etag: str, reading: Reading) -> None:
    """Keep the good copy: its bytes, its digest, when."""
    now = database_now()
    row.raw, row.digest, row.etag, row.good_at, row.fetched_at = raw, digest, etag, now, now
    row.form, row.findings = reading.form, [one.as_json() for one in reading.findings]
    row.error, row.detail, row.failures = "", "", 0
    if row.state != State.IMPORTED:
        row.state, row.state_since = State.IMPORTED, now
    row.save()


def _set_aside(work: _Harvest, row: HarvestObject, failure: HarvestFailed) -> None:
    """Note why an object was not taken; its last good copy stays as it is."""
    with transaction.atomic():
        leases.hold(work.lease)
        now = database_now()
        HarvestObject.objects.filter(pk=row.pk).update(
            state=State.FAILED, state_since=now, error=failure.code, detail=failure.detail[:500],
            failures=row.failures + 1, fetched_at=now,
        )  # fmt: skip
