"""Storing what a pull brought. Each batch is one transaction, and each asks the lease first.

An item's rows, its entry in the public log and the node's cursor are written together: a worker
killed at any point leaves either all of a batch or none, and the next pull goes on from the cursor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from alliance_node.proofs.statement import EvalRun
from django.db import DataError, IntegrityError, transaction
from django.db.models.functions import Now

from alliance.pages import purge
from leaderboard import outcomes
from leaderboard.models import Envelope, Node, Quarantined
from leaderboard.pull import bulk, leases
from leaderboard.pull.leases import Lease
from leaderboard.pull.samples import Sheet
from leaderboard.pull.verify import Accepted, Item, Refusal

logger = logging.getLogger(__name__)

KEPT_BYTES = 64 * 1024
SetAside = Callable[["Taken", Refusal], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """An item, the bytes it came as, and what became of it so far."""

    item: Item
    raw: bytes | None
    verdict: Accepted | Refusal
    sheet: Sheet | None = None


@dataclass(slots=True)
class Stored:
    """What a batch came to."""

    new: int = 0
    quarantined: int = 0
    touched: set[int] = field(default_factory=set)


def store_batch(lease: Lease, batch: Sequence[Taken]) -> Stored:
    """Enter a batch; an item that the database itself refuses is set aside, the others go in."""
    try:
        return _store_together(lease, batch)
    except (DataError, IntegrityError) as error:
        if len(batch) > 1:
            return _sum(store_batch(lease, [taken]) for taken in batch)
        logger.exception("an item of node %s cannot be stored", lease.node_id)
        refusal = Refusal("statement-malformed", "statement", f"cannot be stored: {error}"[:500])
        return _store_together(lease, [replace(batch[0], verdict=refusal)])


def _sum(parts: Iterable[Stored]) -> Stored:
    whole = Stored()
    for part in parts:
        whole.new += part.new
        whole.quarantined += part.quarantined
        whole.touched |= part.touched
    return whole


def _store_together(lease: Lease, batch: Sequence[Taken]) -> Stored:
    """Enter a batch in its order, in one transaction with the cursor.

    Statements that stand for themselves go in together; one that speaks of an earlier one, or
    whose name is known, goes in alone, after those before it.
    """
    stored = Stored()
    with transaction.atomic():
        node = leases.hold(lease)
        known = bulk.Known.of(node, [it.item.digest for it in batch], run_ids(batch))

        def set_aside(taken: Taken, refusal: Refusal) -> None:
            _quarantine(node, taken.item, refusal, taken.raw)

        enter_in_order(node, batch, known, stored, set_aside)
        if batch:
            _advance(node, batch[-1].item)
        _resolve(node, batch, stored)
        outcomes.mark_touched(stored.touched)
        purge(f"node:{node.slug}", "nodes", *known.purged)
    return stored


def enter_in_order(
    node: Node, batch: Sequence[Taken], known: bulk.Known, stored: Stored, set_aside: SetAside
) -> None:
    """Enter what was accepted, in the caller's transaction with the node's row locked; the rest is set aside."""
    plain: list[Taken] = []
    for taken in batch:
        if isinstance(taken.verdict, Accepted) and known.is_plain(taken.verdict):
            plain.append(taken)
            continue
        _store_plain(node, plain, known, stored)
        plain = []
        _store_alone(node, taken, known, stored, set_aside)
    _store_plain(node, plain, known, stored)


def _resolve(node: Node, batch: Sequence[Taken], stored: Stored) -> None:
    """Close the quarantine of items that were accepted now that they are read again."""
    if stored.new:
        accepted = [it.item.digest for it in batch if isinstance(it.verdict, Accepted)]
        waiting = Quarantined.objects.open().filter(node=node, digest__in=accepted)
        waiting.filter(digest__in=Envelope.objects.filter(node=node).values("pk")).update(
            resolved_at=Now()
        )


def run_ids(batch: Sequence[Taken]) -> list[str]:
    return [
        it.verdict.statement.predicate.run.id for it in batch if isinstance(it.verdict, Accepted)
    ]


def _store_plain(node: Node, plain: list[Taken], known: bulk.Known, stored: Stored) -> None:
    entries = [(it.verdict, it.sheet) for it in plain if isinstance(it.verdict, Accepted)]
    if entries:
        stored.touched |= bulk.enter(node, entries, known)
        stored.new += len(entries)


def _store_alone(
    node: Node, taken: Taken, known: bulk.Known, stored: Stored, set_aside: SetAside
) -> None:
    verdict = taken.verdict
    if isinstance(verdict, Accepted):
        outcome = _enter_one(node, verdict, taken.sheet, known)
        if outcome is None:
            return  # stored by an earlier pull
        if not isinstance(outcome, Refusal):
            stored.new += 1
            stored.touched |= outcome
            return
        verdict = outcome
    set_aside(taken, verdict)
    stored.quarantined += 1


def _enter_one(
    node: Node, accepted: Accepted, sheet: Sheet | None, known: bulk.Known
) -> set[int] | Refusal | None:
    """Enter one accepted item, None where it is in already; what only the database can tell may still refuse it."""
    item, said = accepted.item, accepted.statement.predicate
    held = Envelope.objects.filter(pk=item.digest).values_list("node", "seq").first()
    if held is not None:
        # one that came through a relay has no place yet in the node's own log
        is_same = held[0] == node.pk and (known.relay or held[1] in (None, item.seq))
        if is_same:
            return None
        return Refusal("replayed", "digest", "the same statement was entered before")
    target = outcomes.target_of(node, said) if isinstance(said, EvalRun) else None
    if isinstance(target, Refusal):
        return target
    if isinstance(said, EvalRun) and said.retracts is not None and target is not None:
        envelope = bulk.enter_envelope(node, accepted, known.relay)
        return outcomes.retract(target, by=envelope, reason=said.retracts.reason)
    state = None
    if isinstance(said, EvalRun):
        state = outcomes.first_state(node, said.run.id, accepted.unranked)
    return bulk.enter(node, [(accepted, sheet)], known, state=state, supersedes=target)


def _quarantine(node: Node, item: Item, refusal: Refusal, raw: bytes | None) -> None:
    """Set an item aside with its reason, and go on behind it."""
    Quarantined.objects.update_or_create(
        node=node,
        seq=item.seq,
        digest=item.digest,
        defaults={
            "resolved_at": None,
            "kind": item.kind,
            "reason_code": refusal.code,
            "field": refusal.field[:200],
            "detail": refusal.detail[:500],
            "raw": None if raw is None else raw[:KEPT_BYTES],
        },
    )


def _advance(node: Node, item: Item) -> None:
    Node.objects.filter(pk=node.pk, cursor__lt=item.seq).update(cursor=item.seq)
