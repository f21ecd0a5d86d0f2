"""One pull of one node, from lease to release (`NODE-PROTOCOL.md` §3)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from alliance_node.proofs.note import Checkpoint
from alliance_node.proofs.statement import SAMPLES_SUBJECT, EvalRun
from alliance_node.proofs.tiles import TileReader

from leaderboard.clock import database_now
from leaderboard.models import Node, PullAttempt
from leaderboard.pull import facts, finishing, heads, ingest, leases, witnessing
from leaderboard.pull.clients import NodeClient, PullFailed
from leaderboard.pull.leases import Lease, LeaseLost
from leaderboard.pull.limits import Limits, limits
from leaderboard.pull.samples import Sheet, read_samples
from leaderboard.pull.verify import Accepted, Item, NodeFacts, Refusal, verify_item

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """What a pull came to; `outcome` is a code that `leaderboard.reasons` puts into words."""

    outcome: str = "ok"
    detail: str = ""
    http_status: int | None = None
    items_new: int = 0
    quarantined: int = 0
    bytes: int = 0
    has_more: bool = False
    touched: set[int] = field(default_factory=set)

    @property
    def has_progress(self) -> bool:
        return bool(self.items_new or self.quarantined)


@dataclass(frozen=True, slots=True)
class _Pull:
    """What the steps of one pull share."""

    lease: Lease
    client: NodeClient
    limits: Limits
    facts: NodeFacts
    report: Report
    head: Checkpoint
    reader: TileReader
    forked: bool


def pull(*, node_id: int) -> PullAttempt | None:
    """Pull a node if it is free to be pulled; return the attempt's row, finished.

    Raises `LeaseLost` when another worker took over meanwhile: that one writes the outcome.
    """
    now_limits = limits()
    lease = leases.take(node_id=node_id, seconds=now_limits.lease_seconds)
    if lease is None:
        return None
    node = Node.objects.get(pk=node_id)
    client = NodeClient(node.endpoint, now_limits, failures=node.failures)
    report = Report()
    try:
        _run(lease, node, client, report, now_limits)
    except PullFailed as failure:
        report.outcome, report.detail = failure.code, failure.detail
        report.http_status = failure.status
    except Refusal as refusal:
        report.outcome, report.detail = refusal.code, refusal.detail
    except LeaseLost:
        raise
    except Exception:
        # A fault of ours must not leave the node leased and silent; the trace goes to the log.
        logger.exception("the pull of %s broke", node)
        report.outcome = "internal-error"
    report.bytes = client.bytes
    return finishing.finish(lease, report, now_limits)


def _run(lease: Lease, node: Node, client: NodeClient, report: Report, limits: Limits) -> None:
    answer = client.checkpoint(node.etag)
    held = node.last_checkpoint
    is_inconsistent = node.health == Node.Health.INCONSISTENT
    if held is not None and (answer is None or answer.body == held.note.encode()):
        if node.cursor >= held.size:
            report.outcome = "inconsistent" if is_inconsistent else "unchanged"
            return
        head = Checkpoint(node.log_origin, held.size, bytes(held.root))
        reader, fork = TileReader(held.size, client.tile), None
    elif answer is None:
        raise PullFailed("bad-status", "/checkpoint: HTTP 304", 304)
    else:
        keys = facts.head_keys(node, database_now())
        head = heads.read_head(answer.body, origin=node.log_origin, public_keys=keys)
        reader, fork = heads.compare(witnessing.held(node), head, fetch_tile=client.tile)
        witnessing.witness(lease, head, answer, fork)
    forked = is_inconsistent or fork is not None
    if forked:
        report.outcome = "inconsistent"
    _take_items(
        _Pull(lease, client, limits, facts.facts_of(node), report, head, reader, forked),
        after=node.cursor,
    )


def _take_items(work: _Pull, *, after: int) -> None:
    """Go through the list behind the cursor, page by page, up to the head that was checked."""
    while after < work.head.size:
        page = work.client.results(after, work.limits.page_items)
        known = [item for item in page if item.seq <= work.head.size]
        if not known:
            return
        for at in range(0, len(known), work.limits.parallel * 2):
            batch = known[at : at + work.limits.parallel * 2]
            for item, raw in zip(batch, work.client.envelopes(batch), strict=True):
                if isinstance(raw, PullFailed):
                    if raw.code != "out-of-time" or not work.report.has_progress:
                        raise raw
                    work.report.has_more = True
                    return
                _take_item(work, item, raw)
            if work.client.seconds_left <= 0:
                work.report.has_more = True
                return
        after = known[-1].seq


def _take_item(work: _Pull, item: Item, raw: bytes | Refusal) -> None:
    verdict = raw if isinstance(raw, Refusal) else _judge(work, item, raw)
    if isinstance(verdict, Accepted):
        sheet = _samples(work, verdict)
        stored = sheet if isinstance(sheet, Refusal) else ingest.store(work.lease, verdict, sheet)
        if not isinstance(stored, Refusal):
            work.report.items_new += 1
            work.report.touched |= stored
            return
        verdict = stored
    ingest.quarantine(work.lease, item, verdict, None if isinstance(raw, Refusal) else raw)
    work.report.quarantined += 1


def _judge(work: _Pull, item: Item, raw: bytes) -> Accepted | Refusal:
    if work.forked:
        return Refusal("log-inconsistent", "checkpoint")
    verdict = verify_item(raw, item, work.facts, database_now())
    if isinstance(verdict, Accepted) and not heads.is_in_log(raw, item.seq, work.head, work.reader):
        return Refusal("not-in-log", "seq", f"leaf {item.seq - 1} is another")
    return verdict


def _samples(work: _Pull, accepted: Accepted) -> Sheet | Refusal | None:
    """Count the samples where they are published; what cannot be had leaves the result attested."""
    said = accepted.statement.predicate
    digest = accepted.statement.digest_of(SAMPLES_SUBJECT)
    if digest is None or not isinstance(said, EvalRun) or said.retracts is not None:
        return None
    try:
        raw = work.client.blob(digest)
    except PullFailed as failure:
        logger.info("no samples %s: %s", digest, failure)
        return None
    return facts.checked_sheet(raw, digest, accepted, read_samples(raw))
