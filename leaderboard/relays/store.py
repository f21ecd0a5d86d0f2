"""Storing what a relay passed on: one transaction a batch, the lease asked first, the cursor with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError, transaction

from alliance import leases
from alliance.pages import purge
from leaderboard import outcomes
from leaderboard.models import Envelope, Node, Relay, RelayRefusal
from leaderboard.pull import bulk, ingest
from leaderboard.pull.ingest import Stored, Taken
from leaderboard.pull.verify import Refusal


@dataclass(frozen=True, slots=True)
class Batch:
    """Leaves of the relay's log that were dealt with: by node what is new, and what nobody here knows."""

    upto: int
    by_node: dict[int, list[Taken]] = field(default_factory=dict)
    strange: Sequence[Taken] = ()


def store(relay_id: int, token: int, batch: Batch) -> Stored:
    """Enter a batch; an item that the database itself refuses is set aside, the others go in."""
    try:
        return _store(relay_id, token, batch)
    except (DataError, IntegrityError):
        total = Stored()
        for node_id, taken in batch.by_node.items():
            for one in taken:
                _add(total, _store_one(relay_id, token, node_id, one))
        _add(total, _store(relay_id, token, Batch(batch.upto, {}, batch.strange)))
        return total


def _store_one(relay_id: int, token: int, node_id: int, one: Taken) -> Stored:
    try:
        return _store(relay_id, token, Batch(0, {node_id: [one]}))
    except (DataError, IntegrityError) as error:
        refusal = Refusal("statement-malformed", "statement", f"cannot be stored: {error}"[:500])
        return _store(relay_id, token, Batch(0, {node_id: [Taken(one.item, one.raw, refusal)]}))


def _add(total: Stored, part: Stored) -> None:
    total.new += part.new
    total.quarantined += part.quarantined
    total.touched |= part.touched


def _store(relay_id: int, token: int, batch: Batch) -> Stored:
    stored = Stored()
    with transaction.atomic():
        relay = leases.hold(Relay.objects.all(), pk=relay_id, token=token)
        for node_id in sorted(batch.by_node):
            _enter(relay, node_id, batch.by_node[node_id], stored)
        for taken in batch.strange:
            if isinstance(taken.verdict, Refusal):
                _refuse(relay, None, taken, taken.verdict)
                stored.quarantined += 1
        Relay.objects.filter(pk=relay.pk, cursor__lt=batch.upto).update(cursor=batch.upto)
        outcomes.mark_touched(stored.touched)
        purge(f"relay:{relay.slug}", "nodes")
    return stored


def _enter(relay: Relay, node_id: int, taken: list[Taken], stored: Stored) -> None:
    node = Node.objects.select_for_update(of=("self",)).get(pk=node_id)
    runs = ingest.run_ids(taken)
    known = bulk.Known.of(node, [one.item.digest for one in taken], runs, relay=relay)

    def set_aside(one: Taken, refusal: Refusal) -> None:
        _refuse(relay, node, one, refusal)

    ingest.enter_in_order(node, taken, known, stored, set_aside)
    taken_now = Envelope.objects.filter(pk__in=[one.item.digest for one in taken])
    RelayRefusal.objects.filter(relay=relay, digest__in=taken_now.values("pk")).delete()
    purge(f"node:{node.slug}", *known.purged)


def _refuse(relay: Relay, node: Node | None, taken: Taken, refusal: Refusal) -> None:
    RelayRefusal.objects.update_or_create(
        relay=relay,
        seq=taken.item.seq,
        digest=taken.item.digest,
        defaults={
            "node": node,
            "reason_code": refusal.code,
            "field": refusal.field[:200],
            "detail": refusal.detail[:500],
        },
    )
