"""One pull of one relay, from lease to release."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from alliance_node.proofs import dsse
from alliance_node.proofs.note import Checkpoint
from alliance_node.proofs.tiles import TileReader
from django.db import transaction

from alliance import leases
from alliance.clock import database_now
from alliance.leases import LeaseLost
from alliance.pages import purge
from leaderboard.models import Envelope, Node, Relay, RelayAttempt, RelayEvent, RelayRefusal
from leaderboard.pull import attempts, facts, heads
from leaderboard.pull.clients import PullFailed
from leaderboard.pull.cycle import Report, samples_of
from leaderboard.pull.heads import Fork, Held
from leaderboard.pull.health import pause_after
from leaderboard.pull.ingest import Taken
from leaderboard.pull.limits import Limits, limits
from leaderboard.pull.samples import Sheet
from leaderboard.pull.verify import Accepted, Item, NodeFacts, Refusal, verify_item
from leaderboard.relays import heads as relayed_heads
from leaderboard.relays import store
from leaderboard.relays.clients import RelayClient
from transparency.actions import append

logger = logging.getLogger(__name__)
ANSWERED = frozenset({"ok", "unchanged"})


@dataclass(frozen=True, slots=True)
class _Pull:
    """What the steps of one pull share; `nodes` are those accepted through this relay, `signers` their keys."""

    relay: Relay
    token: int
    client: RelayClient
    report: Report
    head: Checkpoint
    reader: TileReader
    nodes: dict[int, NodeFacts]
    signers: dict[str, int]
    forked: frozenset[int]


def pull(*, relay_id: int) -> str | None:
    """Pull a relay if it is free to be pulled; return the outcome, None where it is not.

    Raises `LeaseLost` when another worker took over meanwhile.
    """
    bounds = limits()
    with transaction.atomic():
        now = database_now()
        takeable = Relay.objects.takeable(now)
        relay = leases.take(takeable, pk=relay_id, seconds=bounds.lease_seconds, now=now)
        if relay is None:
            return None
        relay.pulls.end_lost(now)
        attempt = relay.pulls.create(lease_token=relay.lease_token, started_at=now)
    client = RelayClient(relay.endpoint, bounds, failures=relay.failures)
    report = Report()
    try:
        _run(relay, client, report, bounds)
    except PullFailed as failure:
        report.outcome, report.detail = failure.code, failure.detail
        report.http_status = failure.status
    except Refusal as refusal:
        report.outcome, report.detail = refusal.code, refusal.detail
    except LeaseLost:
        raise
    except Exception:
        logger.exception("the pull of the relay %s broke", relay)
        report.outcome = "internal-error"
    report.bytes = client.bytes
    _finish(relay, attempt, report, bounds)
    return report.outcome


def _run(relay: Relay, client: RelayClient, report: Report, bounds: Limits) -> None:
    _look_at_heads(relay, client)
    answer = client.checkpoint(relay.etag)
    if relay.health == Node.Health.INCONSISTENT:
        report.outcome = "relay-inconsistent"
        return
    if answer is None or (relay.head_note and answer.body == relay.head_note.encode()):
        if relay.cursor >= relay.head_size:
            report.outcome = "unchanged"
            return
        head = Checkpoint(relay.log_origin, relay.head_size, bytes(relay.head_root))
        reader = TileReader(head.size, client.tile)
    else:
        head = heads.read_head(
            answer.body, origin=relay.log_origin, public_keys=[bytes(relay.log_key)]
        )
        held = Held(relay.head_size, bytes(relay.head_root)) if relay.head_size else Held()
        reader, fork = heads.compare(held, head, fetch_tile=client.tile)
        _keep_head(relay, head, answer.body.decode(), answer.etag, fork)
        if fork is not None:
            report.outcome = "relay-inconsistent"
            return
    nodes, signers = _known(relay)
    forked = Node.objects.filter(relay_origins__relay=relay, health=Node.Health.INCONSISTENT)
    work = _Pull(
        relay, relay.lease_token, client, report, head, reader, nodes, signers,
        frozenset(forked.values_list("pk", flat=True)),
    )  # fmt: skip
    _take_items(work, bounds)


def _look_at_heads(relay: Relay, client: RelayClient) -> None:
    """Hold the heads of the nodes against those the portal has; a bad one is the relay's fault and stops nothing."""
    for origin in relay.origins.select_related("node__last_checkpoint"):
        refusal = relayed_heads.look_at(relay, relay.lease_token, origin, client)
        if refusal is not None:
            RelayRefusal.objects.update_or_create(
                relay=relay,
                seq=0,
                digest=dsse.digest(origin.node.node_id.encode()),
                defaults={
                    "node": origin.node,
                    "reason_code": refusal.code,
                    "field": refusal.field,
                    "detail": refusal.detail[:500],
                },
            )


def _known(relay: Relay) -> tuple[dict[int, NodeFacts], dict[str, int]]:
    """Gather what the portal itself holds of the nodes: their keys here, never the relay's word for them."""
    nodes: dict[int, NodeFacts] = {}
    signers: dict[str, int] = {}
    for node in Node.objects.filter(relay_origins__relay=relay):
        known = facts.facts_of(node)
        if node.state in (
            Node.State.RELAYED,
            Node.State.CHECKED,
        ):  # nobody here associates benchmarks with it
            taken = {k: replace(b, is_associated=True) for k, b in known.benchmarks.items()}
            known = replace(known, benchmarks=taken)
        if node.state not in (Node.State.PENDING, Node.State.SUSPENDED):
            nodes[node.pk] = known
            signers |= dict.fromkeys(known.keys, node.pk)
    return nodes, signers


def _take_items(work: _Pull, bounds: Limits) -> None:
    after = work.relay.cursor
    while after < work.head.size:
        listed = work.client.results(after, bounds.page_items) or []
        page = [item for item in listed if item.seq <= work.head.size]
        upto = page[-1].seq if len(listed) == bounds.page_items and page else work.head.size
        step = bounds.parallel * 2
        for at in range(0, len(page), step):
            batch = page[at : at + step]
            _take_batch(work, batch, upto=batch[-1].seq)
            if work.client.seconds_left <= 0:
                work.report.has_more = True
                return
        _take_batch(work, [], upto=upto)
        after = upto


def _take_batch(work: _Pull, batch: Sequence[Item], *, upto: int) -> None:
    """Fetch what is not here yet, judge it, and store it: what came straight from a node is never taken twice."""
    held = set(
        Envelope.objects.filter(pk__in=[it.digest for it in batch]).values_list("pk", flat=True)
    )
    wanted = [item for item in batch if item.digest not in held]
    by_node: dict[int, list[Taken]] = {}
    strange: list[Taken] = []
    found = work.client.envelopes(wanted)
    judged: list[tuple[Item, bytes, int, Accepted | Refusal]] = []
    for item, raw in zip(wanted, found, strict=True):
        if isinstance(raw, PullFailed):
            raise raw
        if isinstance(raw, Refusal):
            strange.append(Taken(item, None, raw))
            continue
        node_id, verdict = _judge(work, item, raw)
        if node_id:
            judged.append((item, raw, node_id, verdict))
        elif isinstance(verdict, Refusal) and verdict.code != "origin-not-taken":
            strange.append(Taken(item, raw, verdict))
    sheets = samples_of(work.client, [verdict for *_rest, verdict in judged])
    for (item, raw, node_id, verdict), sheet in zip(judged, sheets, strict=True):
        outcome = sheet if isinstance(sheet, Refusal) else verdict
        counted = sheet if isinstance(sheet, Sheet) else None
        by_node.setdefault(node_id, []).append(Taken(item, raw, outcome, counted))
    stored = store.store(work.relay.pk, work.token, store.Batch(upto, by_node, strange))
    work.report.items_new += stored.new
    work.report.quarantined += stored.quarantined
    work.report.touched |= stored.touched


def _judge(work: _Pull, item: Item, raw: bytes) -> tuple[int, Accepted | Refusal]:
    """Say whose statement it is, by the key that signed it, and whether it is what it claims to be."""
    if dsse.digest(raw) != item.digest:
        return 0, Refusal("wrong-digest", "envelope", f"is {dsse.digest(raw)}")
    if not heads.is_in_log(raw, item.seq, work.head, work.reader):
        return 0, Refusal("not-in-log", "seq", f"leaf {item.seq - 1} is another")
    try:
        signatures = dsse.Envelope.parse(raw).signatures
    except dsse.EnvelopeError as error:
        return 0, Refusal("envelope-malformed", "envelope", str(error))
    signer = next((work.signers[s.keyid] for s in signatures if s.keyid in work.signers), None)
    if signer is None:
        return 0, Refusal("origin-not-taken", "signatures")
    if signer in work.forked:
        return signer, Refusal("log-inconsistent", "checkpoint")
    verdict = verify_item(raw, item, work.nodes[signer], database_now())
    if isinstance(verdict, Refusal) and verdict.code == "bad-signature":
        return 0, verdict  # anybody can write a key's name; this is the relay's fault
    return signer, verdict


def _keep_head(relay: Relay, head: Checkpoint, text: str, etag: str, fork: Fork | None) -> None:
    """Keep a relay's newer head; one that contradicts the last is public evidence, and ends the trust."""
    with transaction.atomic():
        row = leases.hold(Relay.objects.all(), pk=relay.pk, token=relay.lease_token)
        if fork is None:
            row.head_size, row.head_root, row.head_note, row.etag = head.size, head.root, text, etag
        else:
            said = {"relay": relay.relay_id, "held": row.head_note, "shown": text}
            append(kind="relay-inconsistent", body=said | {"code": fork.code})
            RelayEvent.objects.create(relay=row, kind=fork.code, details=said)
            row.health = Node.Health.INCONSISTENT
        row.save(update_fields=["head_size", "head_root", "head_note", "etag", "health"])
        purge(f"relay:{row.slug}", "nodes")


def _finish(relay: Relay, attempt: RelayAttempt, report: Report, bounds: Limits) -> None:
    """Write the outcome and give the relay back."""
    with transaction.atomic():
        row = leases.hold(Relay.objects.all(), pk=relay.pk, token=relay.lease_token)
        now = database_now()
        before = (row.health, row.last_outcome)
        woken = row.next_pull_at > relay.next_pull_at
        row.next_pull_at = now + timedelta(seconds=row.interval)
        if report.outcome in ANSWERED:
            row.failures, row.breaker_until, row.last_success_at = 0, None, now
            row.health = Node.Health.FRESH
            if woken or report.has_more:
                row.next_pull_at = now
        else:
            row.failures += 1
            pause = pause_after(row.failures, row.interval, bounds)
            row.breaker_until = now + pause if pause else None
            if row.health != Node.Health.INCONSISTENT:
                row.health = Node.Health.DOWN if pause else row.health
        row.last_outcome, row.last_detail = report.outcome, report.detail[:500]
        row.lease_until = None
        row.save()
        attempts.close(attempt, row.pulls.all(), report, now)
        if before != (row.health, row.last_outcome):
            purge(f"relay:{row.slug}", "nodes")
