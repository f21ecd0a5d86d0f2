"""What machines use without an account: wake-ups, the relay of accepted statements, witness and keys."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from alliance_node.proofs import dsse, merkle, note, tiles
from alliance_node.proofs.jwk import parse_jwks
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from leaderboard.models import Node
from leaderboard.pull.clients import read_description, read_items
from leaderboard.pull.cycle import pull
from tests.node_simulator import NodeSimulator
from transparency import sequencer, tree
from transparency.models import Checkpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_throttles() -> None:
    cache.clear()


@pytest.fixture
def pulled(node: Node, simulator: NodeSimulator) -> Node:
    simulator.add_result(system="langid", successes=95, n=100)
    simulator.add_result(system="pycld2", successes=86, n=100)
    pull(node_id=node.pk)
    return node


def test_a_wake_up_makes_the_node_due_and_rings(
    pulled: Node,
    client: Client,
    bells: list[tuple[Any, ...]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    pulled.refresh_from_db()
    assert pulled.next_pull_at > timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/api/v1/nodes/node-a/wake")
    assert answer.status_code == 202
    pulled.refresh_from_db()
    assert pulled.next_pull_at <= timezone.now()
    assert bells == [("leaderboard.pull_node", pulled.pk)]


def test_a_wake_up_does_not_close_a_breaker(node: Node, client: Client, bells: list[Any]) -> None:
    until = timezone.now() + timedelta(hours=1)
    Node.objects.update(breaker_until=until, failures=6)
    assert client.post("/api/v1/nodes/node-a/wake").status_code == 202
    node.refresh_from_db()
    assert node.breaker_until == until
    assert bells == []


def test_an_unknown_or_paused_node_cannot_be_woken(node: Node, client: Client) -> None:
    assert client.post("/api/v1/nodes/nobody/wake").status_code == 404
    Node.objects.update(state="paused")
    answer = client.post("/api/v1/nodes/node-a/wake")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_wake_ups_are_throttled(node: Node, client: Client) -> None:
    answers = [client.post("/api/v1/nodes/node-a/wake").status_code for _ in range(14)]
    assert answers[0] == 202
    assert answers[-1] == 429


def test_a_body_with_a_wake_up_is_not_even_read(node: Node, client: Client) -> None:
    answer = client.post(
        "/api/v1/nodes/node-a/wake", data=b"\x00not json", content_type="application/json"
    )
    assert answer.status_code == 202


def test_the_relay_lists_what_was_accepted_in_the_order_of_the_public_log(
    pulled: Node, simulator: NodeSimulator, client: Client
) -> None:
    assert json.loads(client.get("/federation/v1/results").content)["items"] == []
    while sequencer.sequence() is not None:
        pass
    answer = client.get("/federation/v1/results?after=0&limit=3")
    items = read_items(answer.content, 0, 3)
    assert len(items) == 3
    following = json.loads(answer.content)["next"]
    rest = read_items(client.get(f"/federation/v1/results?after={following}").content, following, 9)
    assert [item.digest for item in [*items, *rest]] == [item.digest for item in simulator.items]
    assert json.loads(client.get("/federation/v1/results?after=99").content)["next"] is None


def test_a_relayed_statement_stands_in_the_portals_own_log(pulled: Node, client: Client) -> None:
    """So a sister portal checks a relay exactly as it checks a node."""
    while sequencer.sequence() is not None:
        pass
    head = Checkpoint.objects.latest_or_none()
    assert head is not None
    listed = json.loads(client.get("/federation/v1/results").content)["items"]
    assert listed
    leaves = tiles.parse_entry_bundle(tree.bundle_bytes(0, head.size))
    assert merkle.root([merkle.leaf_hash(leaf) for leaf in leaves]) == bytes(head.root)
    for item in listed:
        raw = client.get(f"/federation/v1/envelopes/{item['digest']}").content
        assert dsse.digest(raw) == item["digest"]
        assert leaves[item["seq"] - 1] == raw


def test_an_envelope_is_given_for_ever_and_to_every_page(
    pulled: Node, simulator: NodeSimulator, client: Client
) -> None:
    item = simulator.items[1]
    answer = client.get(f"/federation/v1/envelopes/{item.digest}")
    assert answer.content == item.raw
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert client.get("/federation/v1/envelopes/" + "0" * 64).status_code == 404


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=1e9", "after=" + "9" * 40])
def test_a_query_that_makes_no_sense_is_a_problem_document(client: Client, query: str) -> None:
    answer = client.get(f"/federation/v1/results?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_witnessed_checkpoint_and_the_keys_are_public(
    pulled: Node, simulator: NodeSimulator, client: Client
) -> None:
    text = client.get("/federation/v1/nodes/node-a/checkpoint").content
    assert note.verify(text, [simulator.verifier])
    assert text.decode().startswith(simulator.checkpoint)
    assert len(note.parse(text).signatures) == 2
    keys = parse_jwks(client.get("/federation/v1/nodes/node-a/jwks.json").content)
    assert set(keys) == {simulator.kid}


def test_a_node_not_in_service_shows_nothing(node: Node, client: Client) -> None:
    Node.objects.update(state="pending")
    for name in ("checkpoint", "jwks.json"):
        assert client.get(f"/federation/v1/nodes/node-a/{name}").status_code == 404


class _Relay:
    """Reads the portal's relay as a node's client would, without a network between."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, path: str) -> bytes:
        answer = self._client.get(f"/federation{path}")
        assert answer.status_code == 200, path
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return answer.content


def test_a_sister_portal_follows_the_relay_from_its_description_alone(
    pulled: Node, simulator: NodeSimulator, client: Client
) -> None:
    """Description, keys, head, list, tiles: as from a node; and every signature is the origin's."""
    while sequencer.sequence() is not None:
        pass
    relay = _Relay(client)
    raw = relay.get("/.well-known/eval-node.json")
    said = read_description(raw)
    own = parse_jwks(relay.get(said.jwks_path))
    assert said.log_key in {key.public_key for key in own.values()}
    verifiers = [note.Verifier(said.log_origin, key.public_key) for key in own.values()]
    head = note.verify_checkpoint(relay.get("/checkpoint"), verifiers, origin=said.log_origin)
    reader = tiles.TileReader(head.size, lambda path: relay.get(f"/{path}"))
    (origin,) = json.loads(raw)["origins"]
    assert origin["id"] == simulator.node_id
    keys = parse_jwks(relay.get(origin["jwks"]))
    items = read_items(relay.get("/v1/results?after=0&limit=100"), 0, 100)
    assert [item.digest for item in items] == [item.digest for item in simulator.items]
    for item in items:
        envelope = relay.get(f"/v1/envelopes/{item.digest}")
        assert dsse.verify(envelope, keys) == simulator.kid
        proof = merkle.inclusion_proof(item.seq - 1, reader, head.size)
        leaf = merkle.leaf_hash(envelope)
        assert merkle.verify_inclusion(leaf, item.seq - 1, head.size, proof, head.root)
    with pytest.raises(dsse.EnvelopeError):
        dsse.verify(envelope, own)  # the relay vouches for the order, never for a statement
    witnessed = relay.get(origin["checkpoint"]).decode()
    assert witnessed.startswith(simulator.checkpoint)
