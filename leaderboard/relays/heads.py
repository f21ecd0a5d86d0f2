"""Heads of nodes as a relay shows them, held against every other head the portal has of the same node.

A node that tells one portal another history than the next one is found here: the two signed heads are public evidence.
"""

from __future__ import annotations

from alliance_node.proofs import note
from alliance_node.proofs.note import COSIGNATURE, Checkpoint, Verifier
from django.db import transaction

from alliance import leases
from alliance.clock import database_now
from alliance.pages import purge
from leaderboard.models import Node, NodeCheckpoint, NodeEvent, Relay, RelayedHead, RelayOrigin
from leaderboard.pull import facts, heads, health
from leaderboard.pull.clients import NodeClient, PullFailed
from leaderboard.pull.heads import Held
from leaderboard.pull.limits import limits
from leaderboard.pull.verify import Refusal
from leaderboard.relays.clients import RelayClient
from transparency.actions import append

FORK = "log-forked-through-relay"


def look_at(relay: Relay, token: int, origin: RelayOrigin, client: RelayClient) -> Refusal | None:
    """Read a node's head through the relay and hold it against the others; return why it is worth nothing, if so."""
    try:
        raw = client.note(origin.checkpoint_path)
        head = _read(raw, relay, origin.node)
    except PullFailed as failure:
        if failure.status == 404:
            return None  # a node that the relay itself has only through another, or not pulled yet
        raise
    except Refusal as refusal:
        return refusal
    other = _contradicted(origin.node, head)
    with transaction.atomic():
        leases.hold(Relay.objects.all(), pk=relay.pk, token=token)
        RelayedHead.objects.get_or_create(
            relay=relay,
            node=origin.node,
            size=head.size,
            root=head.root,
            defaults={"note": raw.decode()},
        )
        if other:
            _accuse(relay, origin.node, head, raw.decode(), other)
    return None


def _read(raw: bytes, relay: Relay, node: Node) -> Checkpoint:
    """Verify the node's own signature and the relay's as its witness."""
    head = heads.read_head(
        raw, origin=node.log_origin, public_keys=facts.head_keys(node, database_now())
    )
    witness = Verifier(relay.log_origin, bytes(relay.log_key), COSIGNATURE)
    try:
        witnessed = note.signed_by(raw, [witness])
    except note.NoteError as error:
        raise Refusal("head-not-witnessed", "checkpoint", str(error)) from error
    if not witnessed:
        raise Refusal("head-not-witnessed", "checkpoint", f"no cosignature of {relay.log_origin}")
    return head


def _contradicted(node: Node, head: Checkpoint) -> str:
    """Return the note of a head that this one contradicts; empty where there is none."""
    rivals = (
        NodeCheckpoint.objects.filter(node=node, size=head.size, consistent=True),
        RelayedHead.objects.filter(node=node, size=head.size),
    )
    for rows in rivals:
        for row in rows:
            if bytes(row.root) != head.root:
                return str(row.note)
    ours = node.last_checkpoint
    if ours is None or node.state != Node.State.ACTIVE or not 0 < head.size < ours.size:
        return ""
    if RelayedHead.objects.filter(node=node, size=head.size, root=head.root).exists():
        return ""
    held = Checkpoint(node.log_origin, ours.size, bytes(ours.root))
    try:
        tiles = NodeClient(node.endpoint, limits(), failures=node.failures).tile
        _reader, fork = heads.compare(Held(head.size, head.root), held, fetch_tile=tiles)
    except (PullFailed, Refusal):
        return ""  # a node that does not answer is accused of nothing
    return ours.note if fork else ""


def _accuse(relay: Relay, node: Node, head: Checkpoint, shown: str, held: str) -> None:
    """Make both heads public, once for each head that contradicts ours."""
    node = Node.objects.select_for_update(of=("self",)).get(pk=node.pk)
    known = {"relay": relay.relay_id, "size": head.size, "root": head.root.hex()}
    if not node.events.filter(kind=FORK, details__contains=known).exists():
        said = {"node": node.node_id, "held": held, "shown": shown, "code": FORK}
        entry = append(kind="node-inconsistent", body=said | {"relay": relay.relay_id})
        details = known | {"entry": str(entry.pk), "held": held, "shown": shown}
        NodeEvent.objects.create(node=node, kind=FORK, details=details)
    health.set_health(node, Node.Health.INCONSISTENT, database_now())
    purge(f"node:{node.slug}", "nodes")
