"""The portal as a node's witness: keep its heads, cosign those that grow, show those that fork."""

from __future__ import annotations

from alliance_node.proofs import note
from alliance_node.proofs.note import Checkpoint
from django.conf import settings
from django.db import transaction

from alliance.clock import database_now
from alliance.pages import purge
from leaderboard.models import Node, NodeCheckpoint, NodeEvent
from leaderboard.pull import health, leases
from leaderboard.pull.clients import Answer, PullFailed
from leaderboard.pull.heads import Fork, Held
from leaderboard.pull.leases import Lease
from transparency.actions import append
from transparency.signing import signing_key


def held(node: Node) -> Held:
    """Return the last head that was found consistent."""
    last = node.last_checkpoint
    return Held() if last is None else Held(last.size, bytes(last.root))


def witness(lease: Lease, head: Checkpoint, answer: Answer, fork: Fork | None) -> None:
    """Store a verified head: cosigned if it contains the old one, else as evidence.

    An older head that we hold already proves no fork, only a copy that was served too long.
    """
    with transaction.atomic():
        node = leases.hold(lease)
        heads = NodeCheckpoint.objects.filter(node=node, size=head.size, root=head.root)
        if fork is not None:
            if heads.filter(consistent=True).exists():
                raise PullFailed("checkpoint-old", f"size {head.size}")
            _accuse(node, head, answer, fork)
            return
        row = heads.filter(consistent=True).first() or NodeCheckpoint.objects.create(
            node=node,
            size=head.size,
            root=head.root,
            note=answer.body.decode(),
            consistent=True,
            cosignature=cosignature(head),
        )
        Node.objects.filter(pk=node.pk).update(last_checkpoint=row, etag=answer.etag)
        purge(f"node:{node.slug}")


def cosignature(head: Checkpoint) -> str:
    """Return the line that says: at this time, this head contained everything we saw before."""
    moment = int(database_now().timestamp())
    return note.cosign(head.text, settings.LOG_ORIGIN, signing_key(), moment).line


def _accuse(node: Node, head: Checkpoint, answer: Answer, fork: Fork) -> None:
    """Make a node's two histories public, once for each head that contradicts ours."""
    before = node.last_checkpoint
    text = answer.body.decode()
    row, is_new = NodeCheckpoint.objects.get_or_create(
        node=node,
        size=head.size,
        root=head.root,
        consistent=False,
        defaults={"note": text, "contradicts": before},
    )
    if not is_new:
        health.set_health(node, Node.Health.INCONSISTENT, database_now())
        return
    shown = {"node": node.node_id, "held": before.note if before else "", "shown": text}
    entry = append(kind="node-inconsistent", body={**shown, "code": fork.code})
    NodeEvent.objects.create(
        node=node, kind=fork.code, details={"checkpoint": row.pk, "entry": str(entry.pk)}
    )
    health.set_health(node, Node.Health.INCONSISTENT, database_now())
