"""Rows of many accepted statements at once: a handful of statements to the database for hundreds of results.

The caller holds the node's lease and its transaction.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Context, Decimal
from typing import Any

from alliance_node.proofs import predicate, ulid
from alliance_node.proofs.predicate import SystemRef
from alliance_node.proofs.statement import RESULTS_SUBJECT, SAMPLES_SUBJECT, EvalRun, RunStarted

from leaderboard import outcomes, systems
from leaderboard.models import (
    Accelerator,
    Envelope,
    Measurement,
    Node,
    RawFile,
    Relay,
    Result,
    ResultEvent,
    SampleSheet,
    SystemRevision,
)
from leaderboard.models import RunStarted as AnnouncedRun
from leaderboard.pull.samples import Sheet
from leaderboard.pull.verify import Accepted, Check
from members import webhooks
from transparency.actions import append_many

LOG_KINDS = {"eval-run": "result", "run-started": "run-started"}
_PLACES = Decimal("0.000000000001")
_WIDE = Context(prec=60)


@dataclass(slots=True)
class Known:
    """Names that are taken, and rows found or made, within one transaction."""

    digests: set[str]
    runs: set[str]
    addresses: set[str]
    relay: Relay | None = None
    purged: set[str] = field(default_factory=set)
    revisions: dict[SystemRef, SystemRevision] = field(default_factory=dict)
    accelerators: dict[predicate.Accelerator | None, Accelerator | None] = field(
        default_factory=dict
    )

    @classmethod
    def of(
        cls,
        node: Node,
        digests: Sequence[str],
        run_ids: Sequence[str],
        relay: Relay | None = None,
    ) -> Known:
        """Ask once for everything a batch could collide with."""
        same = Result.objects.filter(ulid__in=run_ids).values_list("ulid", flat=True)
        mine = Result.objects.filter(node=node, run_id__in=run_ids)
        return cls(
            digests=set(Envelope.objects.filter(pk__in=digests).values_list("pk", flat=True)),
            runs=set(mine.values_list("run_id", flat=True)),
            addresses=set(same),
            relay=relay,
        )

    def is_plain(self, accepted: Accepted) -> bool:
        """Tell whether a statement stands for itself; if so, its names are taken from now on."""
        said, digest = accepted.statement.predicate, accepted.item.digest
        if digest in self.digests:
            return False
        if isinstance(said, EvalRun):
            if said.retracts or said.supersedes or said.run.id in self.runs:
                return False
            self.runs.add(said.run.id)
        self.digests.add(digest)
        return True

    def address(self, run_id: str, envelope: Envelope) -> str:
        """Return a result's public address: the run's own id while that is free."""
        if run_id not in self.addresses:
            self.addresses.add(run_id)
            return run_id
        return ulid.make(int(envelope.received_at.timestamp() * 1000), secrets.token_bytes(10))

    def look_up(self, batch: Iterable[EvalRun]) -> None:
        """Find the systems of a batch at once; a statement to the database for each costs most."""
        self.revisions |= systems.revisions_of(
            {said.system for said in batch} - self.revisions.keys()
        )

    def accelerator(self, ref: predicate.Accelerator | None) -> Accelerator | None:
        if ref not in self.accelerators:
            self.accelerators[ref] = systems.accelerator_of(ref)
        return self.accelerators[ref]


def _told(node: Node, result: Result, said: EvalRun) -> tuple[str, dict[str, Any]]:
    """What the systems of members are told of a result."""
    benchmark = {"benchmark": said.benchmark.id, "version": said.benchmark.version}
    return f"/api/v1/results/{result.ulid}/", {"node": node.slug, **benchmark}


def enter(
    node: Node,
    batch: Sequence[tuple[Accepted, Sheet | None]],
    known: Known,
    *,
    state: dict[str, Any] | None = None,
    supersedes: Result | None = None,
) -> set[int]:
    """Enter statements with their results; return the benchmark versions they touch.

    `state` is for a single result that does not simply count.
    """
    envelopes = enter_envelopes(node, [accepted for accepted, _ in batch], known.relay)
    pairs = list(zip(batch, envelopes, strict=True))
    AnnouncedRun.objects.bulk_create(
        _announced(node, envelope, accepted.statement.predicate)
        for (accepted, _), envelope in pairs
        if isinstance(accepted.statement.predicate, RunStarted)
    )
    runs = [
        (accepted, sheet, envelope, accepted.statement.predicate)
        for (accepted, sheet), envelope in pairs
        if isinstance(accepted.statement.predicate, EvalRun)
    ]
    known.look_up(said for _, _, _, said in runs)
    results = Result.objects.bulk_create(
        _result(node, envelope, accepted, said, known, state)
        for accepted, _, envelope, said in runs
    )
    Measurement.objects.bulk_create(_measurements(results, [run[0] for run in runs]))
    SampleSheet.objects.bulk_create(
        SampleSheet(
            result=result,
            items=run[1].items,
            correct=run[1].correct,
            confidence=run[1].confidence,
        )
        for result, run in zip(results, runs, strict=True)
        if run[1] is not None
    )
    RawFile.objects.bulk_create(_raw_files(batch), ignore_conflicts=True)
    ResultEvent.objects.bulk_create(
        ResultEvent(result=result, to_state=result.state, reason=result.reason)
        for result in results
    )
    for result, run in zip(results, runs, strict=True):
        known.purged |= outcomes.keys_of(result, run[0].benchmark.slug)
    webhooks.emit_many(
        "result.accepted", [_told(node, r, run[3]) for r, run in zip(results, runs, strict=True)]
    )
    touched = {result.benchmark_version_id for result in results}
    if supersedes is not None:
        touched |= outcomes.set_aside(supersedes, results[0])
    return touched


def _raw_files(batch: Sequence[tuple[Accepted, Sheet | None]]) -> Iterator[RawFile]:
    for accepted, sheet in batch:
        digest = accepted.statement.digest_of(SAMPLES_SUBJECT)
        if sheet is not None and sheet.raw and digest is not None:
            yield RawFile(sha256=digest, packed=zlib.compress(sheet.raw, 1), size=len(sheet.raw))


def enter_envelopes(node: Node, batch: Sequence[Accepted], relay: Relay | None) -> list[Envelope]:
    """Keep the bytes, and enter them in the public log."""
    entries = append_many([(LOG_KINDS[it.statement.kind], it.raw) for it in batch])
    return Envelope.objects.bulk_create(
        Envelope(
            sha256=accepted.item.digest,
            raw=accepted.raw,
            kind=accepted.statement.kind,
            node=node,
            seq=None if relay else accepted.item.seq,
            relay=relay,
            kid=accepted.kid,
            entry=entry,
        )
        for accepted, entry in zip(batch, entries, strict=True)
    )


def _announced(node: Node, envelope: Envelope, said: RunStarted) -> AnnouncedRun:
    return AnnouncedRun(
        envelope=envelope,
        node=node,
        run_id=said.run.id,
        attempt=said.run.attempt,
        benchmark=said.benchmark.id,
        version=said.benchmark.version,
        system=said.system.id,
        revision=said.system.revision,
        started_at=said.run.started_at,
    )


def _state(unranked: str) -> dict[str, Any]:
    if unranked:
        return {"state": Result.State.UNRANKED, "reason": unranked}
    return {"state": Result.State.COUNTED}


def _result(
    node: Node,
    envelope: Envelope,
    accepted: Accepted,
    said: EvalRun,
    known: Known,
    state: dict[str, Any] | None,
) -> Result:
    statement = accepted.statement
    return Result(
        ulid=known.address(said.run.id, envelope),
        envelope=envelope,
        node=node,
        run_id=said.run.id,
        attempt=said.run.attempt,
        benchmark_version_id=accepted.benchmark.id,
        system_revision=known.revisions[said.system],
        precision=said.system.precision or "",
        adapter=said.system.adapter or "",
        started_at=said.run.started_at,
        finished_at=said.run.finished_at or said.run.started_at,
        harness_name=said.harness.name,
        harness_version=said.harness.version,
        settings_digest=said.harness.settings_digest.removeprefix("sha256:"),
        accelerator=known.accelerator(said.environment.accelerator),
        environment=_plain(said.environment),
        outcomes=_plain(said.outcomes),
        cost=_plain(said.cost),
        contamination=_plain(said.contamination),
        dimension=said.dimension,
        relationship=said.relationship,
        raw_digest=statement.digest_of(RESULTS_SUBJECT) or "",
        samples_digest=statement.digest_of(SAMPLES_SUBJECT) or "",
        **(state or _state(accepted.unranked)),
    )


def _measurements(results: Iterable[Result], batch: Iterable[Accepted]) -> Iterator[Measurement]:
    for result, accepted in zip(results, batch, strict=True):
        for position, check in enumerate(accepted.checks):
            yield _measurement(result, position, check)


def _measurement(result: Result, position: int, check: Check) -> Measurement:
    metric = check.metric
    ci = metric.ci
    return Measurement(
        result=result,
        position=position,
        metric=metric.id,
        group=metric.group or "",
        value=_rounded(metric.value),
        n=metric.n,
        successes=metric.successes,
        stderr=_maybe(metric.stderr),
        stderr_method=metric.stderr_method or "",
        ci_low=_rounded(ci.lower) if ci else None,
        ci_high=_rounded(ci.upper) if ci else None,
        ci_level=round(ci.level, 6) if ci else None,
        ci_method=ci.method if ci else "",
        unit=metric.unit or "",
        higher_is_better=metric.higher_is_better,
        recomputed=_maybe(check.recomputed),
        agrees=check.agrees,
    )


def _rounded(value: Decimal) -> Decimal:
    """Keep twelve places for computing; the exact text stays in the envelope."""
    return value.quantize(_PLACES, context=_WIDE)


def _maybe(value: Decimal | None) -> Decimal | None:
    return None if value is None else _rounded(value)


def _plain(part: Any) -> dict[str, Any]:
    """Write a part of the statement as JSON; unknown fields left out, decimals as text."""
    if part is None:
        return {}
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in asdict(part).items()
        if value is not None
    }
