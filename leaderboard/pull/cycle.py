"""One pull of one node, from lease to release (`NODE-PROTOCOL.md` §3)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from alliance_node.proofs import dsse
from alliance_node.proofs.note import Checkpoint
from alliance_node.proofs.statement import SAMPLES_SUBJECT, EvalRun
from alliance_node.proofs.tiles import WIDTH, TileReader

from alliance.clock import database_now
from leaderboard.models import Node, PullAttempt
from leaderboard.pull import facts, finishing, heads, ingest, leases, witnessing
from leaderboard.pull.clients import NodeClient, PullFailed
from leaderboard.pull.leases import Lease, LeaseLost
from leaderboard.pull.limits import Limits, limits
from leaderboard.pull.samples import Sheet, read_samples
from leaderboard.pull.verify import Accepted, Item, NodeFacts, Refusal, verify_item

logger = logging.getLogger(__name__)

BUNDLE_WORTH = 64  # from so many new entries on, a full bundle is cheaper than a request for each


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
    """Go through the log behind the cursor, up to the head that was checked.

    A long backlog is read from the log's own bundles, 256 envelopes to a request; what is short
    comes from the list, as the node offers it to anybody. A static copy has only bundles.
    """
    while after < work.head.size:
        left_in_bundle = min(WIDTH - after % WIDTH, work.head.size - after)
        is_full = after - after % WIDTH + WIDTH <= work.head.size
        if is_full and left_in_bundle >= BUNDLE_WORTH:
            after = _take_bundle(work, after, WIDTH)
        else:
            page = work.client.results(after, min(work.limits.page_items, left_in_bundle))
            if page is None:
                after = _take_bundle(work, after, after % WIDTH + left_in_bundle)
            elif not (
                page := [item for item in page if item.seq <= work.head.size]
            ) or not _take_page(work, page):
                return
            else:
                after = page[-1].seq
        if work.client.seconds_left <= 0:
            work.report.has_more = after < work.head.size
            return


def _take_bundle(work: _Pull, after: int, width: int) -> int:
    """Take what is new in a bundle of entries; return the number reached."""
    index = after // WIDTH
    entries = work.client.entries(index, width)
    is_known = width == WIDTH
    if is_known and not heads.is_bundle_in_log(entries, index, work.head, work.reader):
        raise Refusal("tiles-wrong", "tile/entries", f"bundle {index} is not in the signed tree")
    new = entries[after % WIDTH :]
    items = [Item(seq, dsse.digest(raw)) for seq, raw in enumerate(new, start=after + 1)]
    _take_batch(work, list(zip(items, new, strict=True)), is_in_log=is_known)
    return after + len(new)


def _take_page(work: _Pull, page: list[Item]) -> bool:
    """Take a page of the list; False where time ran out on it."""
    step = work.limits.parallel * 2
    for at in range(0, len(page), step):
        batch = page[at : at + step]
        taken: list[tuple[Item, bytes | Refusal]] = []
        failure = None
        for item, raw in zip(batch, work.client.envelopes(batch), strict=True):
            if isinstance(raw, PullFailed):
                failure = raw
                break
            taken.append((item, raw))
        _take_batch(work, taken)
        if failure is not None:
            if failure.code != "out-of-time" or not work.report.has_progress:
                raise failure
            work.report.has_more = True
            return False
        if work.client.seconds_left <= 0:
            work.report.has_more = True
            return False
    return True


def _take_batch(
    work: _Pull, batch: Sequence[tuple[Item, bytes | Refusal]], *, is_in_log: bool = False
) -> None:
    """Judge items, count their samples, and store them all at once."""
    now = database_now()
    judged = [
        (item, raw, raw if isinstance(raw, Refusal) else _judge(work, item, raw, now, is_in_log))
        for item, raw in batch
    ]
    sheets = samples_of(work.client, [verdict for _, _, verdict in judged])
    stored = ingest.store_batch(
        work.lease,
        [
            ingest.Taken(
                item,
                None if isinstance(raw, Refusal) else raw,
                sheet if isinstance(sheet, Refusal) else verdict,
                sheet if isinstance(sheet, Sheet) else None,
            )
            for (item, raw, verdict), sheet in zip(judged, sheets, strict=True)
        ],
    )
    work.report.items_new += stored.new
    work.report.quarantined += stored.quarantined
    work.report.touched |= stored.touched


def _judge(
    work: _Pull, item: Item, raw: bytes, now: datetime, is_in_log: bool
) -> Accepted | Refusal:
    if work.forked:
        return Refusal("log-inconsistent", "checkpoint")
    verdict = verify_item(raw, item, work.facts, now)
    if is_in_log or not isinstance(verdict, Accepted):
        return verdict
    if not heads.is_in_log(raw, item.seq, work.head, work.reader):
        return Refusal("not-in-log", "seq", f"leaf {item.seq - 1} is another")
    return verdict


def samples_of(
    client: NodeClient, verdicts: Sequence[Accepted | Refusal]
) -> list[Sheet | Refusal | None]:
    """Count the samples where they are published; what cannot be had leaves the result attested."""
    wanted = [_samples_digest(verdict) for verdict in verdicts]
    digests = [digest for digest in wanted if digest is not None]
    found = dict(zip(digests, client.blobs(digests), strict=True))
    sheets: list[Sheet | Refusal | None] = []
    for verdict, digest in zip(verdicts, wanted, strict=True):
        raw = found.get(digest) if digest is not None else None
        if isinstance(raw, PullFailed):
            logger.info("no samples %s: %s", digest, raw)
        if digest is None or not isinstance(raw, bytes) or isinstance(verdict, Refusal):
            sheets.append(None)
        else:
            sheet = facts.checked_sheet(raw, digest, verdict, read_samples(raw))
            sheets.append(replace(sheet, raw=raw) if isinstance(sheet, Sheet) else sheet)
    return sheets


def _samples_digest(verdict: Accepted | Refusal) -> str | None:
    if isinstance(verdict, Refusal):
        return None
    said = verdict.statement.predicate
    if not isinstance(said, EvalRun) or said.retracts is not None:
        return None
    return verdict.statement.digest_of(SAMPLES_SUBJECT)
