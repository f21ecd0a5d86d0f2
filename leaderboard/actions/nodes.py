"""Bringing a node in, looking after it, and taking it out of service.

A node is registered in two steps: the portal fetches what it says about itself and shows its keys;
its owner compares them with what the node prints (out of band) and confirms. Then a decision
admits it. Until then nothing the node signs is taken. Every step leaves a `NodeEvent`; keys also enter the public log.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from alliance_node.proofs.jwk import Jwk
from django.conf import settings
from django.db import transaction
from django.db.models import F, Manager, Min
from django.db.models.functions import Least
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.clock import database_now
from alliance.pages import purge
from leaderboard import reasons
from leaderboard.errors import NodeRefused
from leaderboard.models import Benchmark, Node, NodeBenchmark, NodeEvent, NodeKey
from leaderboard.pull.clients import Description, NodeClient, PullFailed
from leaderboard.pull.facts import jwk_of
from leaderboard.pull.limits import limits
from members.models import Organisation, Person
from transparency.actions import append

State = Node.State


def register_node(*, organisation: Organisation, endpoint: str, actor: Person | None) -> Node:
    """Fetch what a node says about itself and keep it, unconfirmed, with the keys it shows."""
    endpoint = endpoint_of(endpoint)
    said, keys = _introduce(endpoint)
    with transaction.atomic():
        known = Node.objects.select_for_update().filter(node_id=said.node_id).first()
        if known is not None and known.organisation_id != organisation.pk:
            raise NodeRefused(
                _("Another organisation has registered the node “%(node)s”.")
                % {"node": said.node_id},
                code="node-taken",
            )
        if known is not None and known.state not in (State.PENDING, State.RELAYED):
            raise NodeRefused(
                _("The node “%(node)s” is registered already.") % {"node": said.node_id},
                code="node-known",
            )
        node = known or Node(node_id=said.node_id, slug=slug_for(said.node_id, Node.objects))
        node.organisation, node.endpoint = organisation, endpoint
        node.contact, node.software = said.contact, said.software
        node.log_origin, node.declared_organisation = said.log_origin, said.organisation
        node.interval = 10 if settings.DEMO else 60
        node.save()
        keep_keys(node, keys)
        if node.state == State.RELAYED and not node.keys.waiting().exists():
            Node.objects.filter(pk=node.pk).update(state=State.CHECKED)
            node.refresh_from_db()
        _event(node, "registered", actor, endpoint=endpoint, keys=sorted(keys))
    return node


def confirm_node(*, node: Node, kids: Collection[str], actor: Person | None) -> Node:
    """Pin the keys that their owner has compared; a new node then waits to be admitted by decision."""
    with transaction.atomic():
        node = _locked(node)
        keys = list(node.keys.waiting().filter(kid__in=kids).select_for_update())
        if len(keys) != len(set(kids)) or not keys:
            raise NodeRefused(
                _("Choose the keys that you have compared, from those that the node shows."),
                code="keys-not-shown",
            )
        now = database_now()
        for key in keys:
            key.confirmed_at, key.confirmed_by = now, actor
            key.save(update_fields=["confirmed_at", "confirmed_by"])
        if node.state in (State.PENDING, State.RELAYED):
            node.state = State.CHECKED
            node.save(update_fields=["state"])
        body = {"node": node.node_id, "keys": [jwk_of(key).to_dict() for key in keys]}
        append(kind="node-keys", body=body)
        _event(node, "keys-confirmed", actor, keys=sorted(kids))
        read_again(node, codes=("key-not-confirmed", "unknown-key"))
        _ring(node)
    return node


def look_for_keys(*, node: Node, actor: Person | None) -> list[NodeKey]:
    """Fetch the node's key set again; new keys wait to be compared, as at registration."""
    said, keys = _introduce(node.endpoint)
    _check_same(node, said)
    with transaction.atomic():
        new = keep_keys(_locked(node), keys)
        if new:
            _event(node, "keys-seen", actor, keys=[key.kid for key in new])
    return new


def revoke_key(*, node: Node, kid: str, reason: str, actor: Person | None) -> NodeKey:
    """Take nothing more that this key signs. What was accepted before stays, and shows the key."""
    with transaction.atomic():
        node = _locked(node)
        key = node.keys.filter(kid=kid, revoked_at=None).select_for_update().first()
        if key is None:
            raise NodeRefused(_("The node has no such key in force."), code="key-unknown")
        key.revoked_at, key.revoked_reason = database_now(), reason[:300]
        key.save(update_fields=["revoked_at", "revoked_reason"])
        append(
            kind="node-key-revoked",
            body={"node": node.node_id, "kid": kid, "reason": key.revoked_reason},
        )
        _event(node, "key-revoked", actor, kid=kid, reason=key.revoked_reason)
    return key


def associate_benchmark(*, node: Node, benchmark: Benchmark, actor: Person | None) -> None:
    """Take this benchmark's results from the node from now on."""
    with transaction.atomic():
        node = _locked(node)
        _row, is_new = NodeBenchmark.objects.get_or_create(node=node, benchmark=benchmark)
        if is_new:
            _event(node, "benchmark-associated", actor, benchmark=benchmark.slug)
            read_again(node, codes=("benchmark-not-associated",))


def dissociate_benchmark(*, node: Node, benchmark: Benchmark, actor: Person | None) -> None:
    """Take no more results of this benchmark from the node; those accepted stay."""
    with transaction.atomic():
        node = _locked(node)
        gone, _kinds = NodeBenchmark.objects.filter(node=node, benchmark=benchmark).delete()
        if gone:
            _event(node, "benchmark-dissociated", actor, benchmark=benchmark.slug)


def read_again(node: Node, *, codes: Collection[str]) -> int:
    """Go back to the first item that was set aside for a reason now mended; what is stored stays.

    Inside the caller's transaction, with the node's row locked. Returns how many items that are.
    """
    waiting = node.quarantine.open().filter(reason_code__in=codes)
    first = waiting.aggregate(first=Min("seq"))["first"]
    if first is None:
        return 0
    Node.objects.filter(pk=node.pk).update(
        cursor=Least(F("cursor"), first - 1), next_pull_at=database_now()
    )
    count = waiting.update(resolved_at=database_now())
    _ring(node)
    return count


def pause_node(*, node: Node, actor: Person | None) -> Node:
    """Stop pulling; a pull under way may still end."""
    return _move_state(node, State.ACTIVE, State.PAUSED, "paused", actor)


def resume_node(*, node: Node, actor: Person | None) -> Node:
    """Pull again, from where it was left."""
    return _move_state(node, State.PAUSED, State.ACTIVE, "resumed", actor)


def move_node(*, node: Node, endpoint: str, actor: Person | None) -> Node:
    """Follow a node to another address; it must be the same node with the same log."""
    endpoint = endpoint_of(endpoint)
    said, keys = _introduce(endpoint)
    _check_same(node, said)
    with transaction.atomic():
        node = _locked(node)
        node.endpoint, node.software, node.contact = endpoint, said.software, said.contact
        node.failures, node.breaker_until, node.etag = 0, None, ""
        node.next_pull_at = database_now()
        node.save()
        keep_keys(node, keys)
        _event(node, "moved", actor, endpoint=endpoint)
        _ring(node)
    return node


def wake_node(*, slug: str) -> bool:
    """Look at a node now, on anybody's word: a wake-up carries no authority and no data.

    It does not close a node's breaker, so that it cannot be used to keep workers busy.
    """
    with transaction.atomic():
        now = database_now()
        changed = Node.objects.active().filter(slug=slug).update(next_pull_at=now)
        node = Node.objects.takeable(now).trusted().filter(slug=slug).first()
        if node is not None:
            _ring(node)
    return bool(changed)


def _move_state(node: Node, old: State, new: State, kind: str, actor: Person | None) -> Node:
    with transaction.atomic():
        node = _locked(node)
        if node.state != old:
            raise NodeRefused(
                _("The node is not in a state in which this can be done."), code="wrong-state"
            )
        node.state, node.failures, node.breaker_until = new, 0, None
        node.next_pull_at = database_now()
        node.save(update_fields=["state", "failures", "breaker_until", "next_pull_at"])
        _event(node, kind, actor)
        if new == State.ACTIVE:
            _ring(node)
    return node


def _introduce(endpoint: str) -> tuple[Description, dict[str, Jwk]]:
    """Ask a node who it is; every failure becomes a refusal that says how to mend it."""
    client = NodeClient(endpoint, limits())
    try:
        said = client.description()
        keys = client.keys(said.jwks_path)
    except PullFailed as failure:
        reason = reasons.explain(failure.code)
        raise NodeRefused(
            f"{reason.title} {reason.advice}", code=failure.code, detail=failure.detail
        ) from failure
    if said.log_key not in {key.public_key for key in keys.values()}:
        reason = reasons.explain("log-key-unknown")
        raise NodeRefused(f"{reason.title} {reason.advice}", code="log-key-unknown")
    return said, keys


def _check_same(node: Node, said: Description) -> None:
    if (said.node_id, said.log_origin) != (node.node_id, node.log_origin):
        raise NodeRefused(
            _("At this address answers the node “%(other)s”, not “%(node)s”.")
            % {"other": said.node_id, "node": node.node_id},
            code="another-node",
        )


def keep_keys(node: Node, keys: dict[str, Jwk]) -> list[NodeKey]:
    """Store the keys not yet known; a known one keeps the validity under which it was pinned."""
    known = set(node.keys.values_list("kid", flat=True))
    return [
        NodeKey.objects.create(
            node=node,
            kid=kid,
            public_key=key.public_key,
            not_before=key.not_before,
            not_after=key.expires,
        )
        for kid, key in keys.items()
        if kid not in known
    ]


def endpoint_of(text: str) -> str:
    """Return an address in its one spelling; the outbound guard judges where it leads."""
    text = text.strip().rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise NodeRefused(
            _("Give the node's whole address, such as https://node.example.org."),
            code="endpoint-malformed",
        )
    return text[:300]


def slug_for(node_id: str, rows: Manager[Any]) -> str:
    """Make an address from the first label where that is free, else from the whole id."""
    whole = slugify(node_id.replace(".", "-").replace(":", "-").replace("/", "-"))[:110] or "node"
    short = slugify(node_id.split(".", 1)[0])[:110] or whole
    for slug in (short, whole):
        if not rows.filter(slug=slug).exists():
            return slug
    return f"{whole}-{rows.count() + 1}"


def _locked(node: Node) -> Node:
    return (
        Node.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=node.pk)
    )


def _event(node: Node, kind: str, actor: Person | None, **details: object) -> None:
    NodeEvent.objects.create(node=node, kind=kind, actor=actor, details=details)
    purge(f"node:{node.slug}", "nodes")


def _ring(node: Node) -> None:
    from leaderboard.tasks import pull_node

    doorbell.ring_on_commit(pull_node, node.pk)
