"""Rows of many accepted statements at once: a handful of statements to the database for hundreds of results.

The caller holds the node's lease and its transaction.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alliance_node.proofs import predicate, ulid
from alliance_node.proofs.predicate import SystemRef
from alliance_node.proofs.statement import SAMPLES_SUBJECT, EvalRun, RunStarted
from django.utils import timezone

from alliance.copying import copy_rows, reserve_keys
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
)
from leaderboard.models import RunStarted as AnnouncedRun
from leaderboard.pull import rows
from leaderboard.pull.rows import Row
from leaderboard.pull.samples import Sheet
from leaderboard.pull.verify import Accepted
from leaderboard.systems import Revision
from members import webhooks
from transparency.actions import append_many

LOG_KINDS = {"eval-run": "result", "run-started": "run-started"}


@dataclass(slots=True)
class Known:
    """Names that are taken, and rows found or made, within one transaction."""

    digests: set[str]
    runs: set[str]
    addresses: set[str]
    relay: Relay | None = None
    purged: set[str] = field(default_factory=set)
    revisions: dict[SystemRef, Revision] = field(default_factory=dict)
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

    def address(self, run_id: str, now: datetime) -> str:
        """Return a result's public address: the run's own id while that is free."""
        if run_id not in self.addresses:
            self.addresses.add(run_id)
            return run_id
        return ulid.make(int(now.timestamp() * 1000), secrets.token_bytes(10))

    def look_up(self, batch: Iterable[EvalRun]) -> None:
        """Find the systems of a batch at once; a statement to the database for each costs most."""
        self.revisions |= systems.revisions_of(
            {said.system for said in batch} - self.revisions.keys()
        )

    def accelerator(self, ref: predicate.Accelerator | None) -> Accelerator | None:
        if ref not in self.accelerators:
            self.accelerators[ref] = systems.accelerator_of(ref)
        return self.accelerators[ref]


def _told(node: Node, address: str, said: EvalRun) -> tuple[str, dict[str, Any]]:
    """What the systems of members are told of a result."""
    benchmark = {"benchmark": said.benchmark.id, "version": said.benchmark.version}
    return f"/api/v1/results/{address}/", {"node": node.slug, **benchmark}


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
    now = timezone.now()
    _enter_envelopes(node, [accepted for accepted, _ in batch], known.relay, now)
    announced: list[Row] = []
    runs: list[tuple[Accepted, Sheet | None, EvalRun]] = []
    for accepted, sheet in batch:
        said = accepted.statement.predicate
        if isinstance(said, RunStarted):
            announced.append(rows.announced_row(node, accepted, said, now))
        else:
            runs.append((accepted, sheet, said))
    copy_rows(AnnouncedRun, announced)
    results = _enter_results(node, runs, known, state, now) if runs else []
    touched = {result["benchmark_version_id"] for result in results}
    if supersedes is not None:
        touched |= outcomes.set_aside(supersedes, Result.objects.get(pk=results[0]["id"]))
    return touched


def _enter_results(
    node: Node,
    runs: Sequence[tuple[Accepted, Sheet | None, EvalRun]],
    known: Known,
    state: dict[str, Any] | None,
    now: datetime,
) -> list[Row]:
    known.look_up(said for _, _, said in runs)
    RawFile.objects.bulk_create(_raw_files(runs), ignore_conflicts=True)
    keys = reserve_keys(Result, len(runs))
    results = [
        _result(key, node, accepted, said, known, state, now)
        for key, (accepted, _, said) in zip(keys, runs, strict=True)
    ]
    copy_rows(Result, results)
    copy_rows(
        Measurement,
        (
            row
            for key, (accepted, _, _) in zip(keys, runs, strict=True)
            for row in rows.measurement_rows(key, accepted)
        ),
    )
    copy_rows(
        SampleSheet,
        (
            rows.sheet_row(key, sheet, now)
            for key, (_, sheet, _) in zip(keys, runs, strict=True)
            if sheet is not None and sheet.correct
        ),
    )
    copy_rows(
        ResultEvent, (rows.event_row(it["id"], it["state"], it["reason"], now) for it in results)
    )
    for result, (accepted, _, said) in zip(results, runs, strict=True):
        known.purged |= outcomes.keys_of(
            result["ulid"], accepted.benchmark.slug, known.revisions[said.system].slug
        )
    webhooks.emit_many(
        "result.accepted",
        [_told(node, it["ulid"], run[2]) for it, run in zip(results, runs, strict=True)],
    )
    return results


def _result(
    key: int,
    node: Node,
    accepted: Accepted,
    said: EvalRun,
    known: Known,
    state: dict[str, Any] | None,
    now: datetime,
) -> Row:
    device = known.accelerator(said.environment.accelerator)
    return {
        "id": key,
        "ulid": known.address(said.run.id, now),
        "system_revision_id": known.revisions[said.system].id,
        "accelerator_id": device.pk if device is not None else None,
        **rows.result_row(node, accepted, said, now),
        **(state or _state(accepted.unranked)),
    }


def _raw_files(runs: Sequence[tuple[Accepted, Sheet | None, EvalRun]]) -> Iterator[RawFile]:
    for accepted, sheet, _ in runs:
        digest = accepted.statement.digest_of(SAMPLES_SUBJECT)
        if sheet is not None and sheet.raw and digest is not None:
            yield RawFile(sha256=digest, packed=zlib.compress(sheet.raw, 1), size=len(sheet.raw))


def enter_envelope(node: Node, accepted: Accepted, relay: Relay | None) -> Envelope:
    """Keep one statement's bytes, and enter them in the public log."""
    _enter_envelopes(node, [accepted], relay, timezone.now())
    return Envelope.objects.get(pk=accepted.item.digest)


def _enter_envelopes(
    node: Node, batch: Sequence[Accepted], relay: Relay | None, now: datetime
) -> None:
    entries = append_many([(LOG_KINDS[it.statement.kind], it.raw) for it in batch])
    copy_rows(
        Envelope,
        (
            rows.envelope_row(node, accepted, entry, relay, now)
            for accepted, entry in zip(batch, entries, strict=True)
        ),
    )


def _state(unranked: str) -> dict[str, Any]:
    if unranked:
        return {"state": Result.State.UNRANKED.value, "reason": unranked}
    return {"state": Result.State.COUNTED.value, "reason": ""}
