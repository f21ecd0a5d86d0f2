"""Bringing in a sister portal's relay, and choosing whose statements are taken through it.

As with a node: the portal asks the relay who it is, an operator compares its key out of band and confirms. Then the
operator takes its nodes one by one, each with the keys that were compared with the node's own word.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from alliance_node.proofs.jwk import Jwk
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.clock import database_now
from alliance.pages import purge
from leaderboard import reasons
from leaderboard.actions.nodes import endpoint_of, keep_keys, slug_for
from leaderboard.errors import RelayRefused
from leaderboard.models import Node, NodeEvent, Relay, RelayEvent, RelayOrigin
from leaderboard.pull.clients import PullFailed
from leaderboard.pull.facts import jwk_of
from leaderboard.pull.limits import limits
from leaderboard.relays.clients import Origin, RelayClient, RelayDescription
from members.models import Organisation, Person
from transparency.actions import append

State = Relay.State


def register_relay(*, endpoint: str, actor: Person | None) -> Relay:
    """Ask a relay who it is and keep it, unconfirmed."""
    endpoint = endpoint_of(endpoint)
    said = introduce(endpoint).said
    own = urlsplit(settings.SITE_ORIGIN).netloc
    if own == said.node_id or said.log_origin == settings.LOG_ORIGIN:
        raise RelayRefused(_("This is the portal's own relay."), code="relay-is-self")
    with transaction.atomic():
        known = Relay.objects.select_for_update().filter(relay_id=said.node_id).first()
        if known is not None and known.state != State.PENDING:
            raise RelayRefused(
                _("The relay “%(relay)s” is registered already.") % {"relay": said.node_id},
                code="relay-known",
            )
        relay = known or Relay(relay_id=said.node_id, slug=slug_for(said.node_id, Relay.objects))
        relay.endpoint, relay.organisation, relay.software = (
            endpoint,
            said.organisation,
            said.software,
        )
        relay.log_origin, relay.log_key = said.log_origin, said.log_key
        relay.interval = 10 if settings.DEMO else 60
        relay.save()
        _event(relay, "registered", actor, endpoint=endpoint)
    return relay


def confirm_relay(*, relay: Relay, actor: Person | None) -> Relay:
    """Pin the key of the relay's log, compared out of band; from now on it is pulled."""
    with transaction.atomic():
        relay = _locked(relay, State.PENDING)
        relay.state, relay.next_pull_at = State.ACTIVE, database_now()
        relay.save(update_fields=["state", "next_pull_at"])
        append(
            kind="relay-confirmed",
            body={
                "relay": relay.relay_id,
                "log": relay.log_origin,
                "key": bytes(relay.log_key).hex(),
            },
        )
        _event(relay, "confirmed", actor)
    return relay


def origins_on_offer(relay: Relay) -> list[Origin]:
    """Ask the relay whose statements it passes on; those that it has from this portal are left out."""
    own = urlsplit(settings.SITE_ORIGIN).netloc
    taken = set(relay.origins.values_list("node__node_id", flat=True))
    offered = introduce(relay.endpoint).origins
    return [one for one in offered if one.via != own and one.node_id not in taken]


def accept_origin(
    *,
    relay: Relay,
    node_id: str,
    organisation: Organisation | None,
    kids: Collection[str],
    actor: Person | None,
) -> Node:
    """Take a node's statements through a relay: with the keys held here, or else with those compared now."""
    origin = next((one for one in origins_on_offer(relay) if one.node_id == node_id), None)
    if origin is None:
        raise RelayRefused(
            _("The relay does not offer the node “%(node)s”.") % {"node": node_id[:200]},
            code="origin-unknown",
        )
    shown = keys_shown(relay, origin)
    with transaction.atomic():
        relay = _locked(relay, State.ACTIVE)
        node = Node.objects.select_for_update(of=("self",)).filter(node_id=node_id).first()
        if node is None:
            node = _make_node(origin, organisation)
        elif node.log_origin != origin.log_origin or node.state == Node.State.PENDING:
            raise RelayRefused(
                _("The portal knows another node of that name; mend that first."),
                code="origin-differs",
            )
        keep_keys(node, {kid: key for kid, key in shown.items() if kid in kids})
        _pin(node, kids, actor)
        RelayOrigin.objects.create(relay=relay, node=node, checkpoint_path=origin.checkpoint)
        relay.cursor, relay.next_pull_at = 0, database_now()
        relay.save(update_fields=["cursor", "next_pull_at"])
        _event(relay, "origin-taken", actor, node=node.node_id)
        purge(f"node:{node.slug}")
        _ring(relay)
    return node


def move_relay(*, relay: Relay, to: str, actor: Person | None) -> Relay:
    """Pause a relay or take it up again."""
    old = {State.PAUSED: State.ACTIVE, State.ACTIVE: State.PAUSED}[State(to)]
    with transaction.atomic():
        relay = _locked(relay, old)
        relay.state, relay.failures, relay.breaker_until = State(to), 0, None
        relay.next_pull_at = database_now()
        relay.save(update_fields=["state", "failures", "breaker_until", "next_pull_at"])
        _event(relay, str(to), actor)
        if relay.state == State.ACTIVE:
            _ring(relay)
    return relay


def look_at_relay(*, relay: Relay) -> None:
    """Pull now."""
    with transaction.atomic():
        Relay.objects.filter(pk=relay.pk, state=State.ACTIVE).update(next_pull_at=database_now())
        _ring(relay)


def introduce(endpoint: str) -> RelayDescription:
    """Ask a relay who it is; every failure becomes a refusal that says how to mend it."""
    try:
        return RelayClient(endpoint, limits()).relay_description()
    except PullFailed as failure:
        raise _refusal(failure) from failure


def keys_shown(relay: Relay, origin: Origin) -> dict[str, Jwk]:
    """Ask the relay for the keys under which it takes a node's statements."""
    try:
        return RelayClient(relay.endpoint, limits()).keys(origin.jwks)
    except PullFailed as failure:
        raise _refusal(failure) from failure


def _refusal(failure: PullFailed) -> RelayRefused:
    reason = reasons.explain(failure.code)
    return RelayRefused(f"{reason.title} {reason.advice}", code=failure.code, detail=failure.detail)


def _make_node(origin: Origin, organisation: Organisation | None) -> Node:
    if organisation is None:
        raise RelayRefused(
            _("Choose the organisation that runs the node."), code="origin-organisation"
        )
    node = Node.objects.create(
        node_id=origin.node_id,
        slug=slug_for(origin.node_id, Node.objects),
        organisation=organisation,
        endpoint=origin.endpoint,
        log_origin=origin.log_origin,
        declared_organisation=origin.organisation,
        state=Node.State.RELAYED,
    )
    purge("nodes")
    return node


def _pin(node: Node, kids: Collection[str], actor: Person | None) -> None:
    """Confirm the keys that were compared; a node that has confirmed keys here needs no more."""
    waiting = list(node.keys.waiting().filter(kid__in=kids).select_for_update())
    if not waiting:
        if node.keys.confirmed().exists():
            return
        raise RelayRefused(
            _("Choose the keys that you have compared, from those that the node shows."),
            code="keys-not-shown",
        )
    now = database_now()
    for key in waiting:
        key.confirmed_at, key.confirmed_by = now, actor
        key.save(update_fields=["confirmed_at", "confirmed_by"])
    body = {"node": node.node_id, "keys": [jwk_of(key).to_dict() for key in waiting]}
    append(kind="node-keys", body=body)
    NodeEvent.objects.create(
        node=node, kind="keys-confirmed", actor=actor, details={"keys": sorted(kids)}
    )


def _locked(relay: Relay, state: str) -> Relay:
    locked = Relay.objects.select_for_update().get(pk=relay.pk)
    if locked.state != state:
        raise RelayRefused(
            _("The relay is not in a state in which this can be done."), code="wrong-state"
        )
    return locked


def _event(relay: Relay, kind: str, actor: Person | None, **details: object) -> None:
    RelayEvent.objects.create(relay=relay, kind=kind, actor=actor, details=details)
    purge(f"relay:{relay.slug}", "nodes")


def _ring(relay: Relay) -> None:
    from leaderboard.tasks import pull_relay

    doorbell.ring_on_commit(pull_relay, relay.pk)
