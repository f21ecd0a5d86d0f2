"""The simulated node is honest until told otherwise, and then wrong in exactly one way."""

import http.client
import json
import time

import pytest
from alliance_node.proofs import dsse, jwk, merkle, note, tiles
from alliance_node.proofs.statement import headline_agrees

from tests.node_simulator import OVERSIZE, NodeSimulator, key_of


def fetch(node: NodeSimulator, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(node.host, timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        return reply.status, reply.read(), dict(reply.getheaders())
    finally:
        connection.close()


def read_log(node: NodeSimulator) -> tuple[note.Checkpoint, tiles.TileReader]:
    checkpoint = note.verify_checkpoint(
        fetch(node, "/checkpoint")[1], [node.verifier], origin=node.log_origin
    )
    return checkpoint, tiles.TileReader(checkpoint.size, lambda path: fetch(node, f"/{path}")[1])


def test_an_honest_node_passes_every_check() -> None:
    with NodeSimulator() as node:
        for at in range(3):
            node.add_result(system=f"system-{at}", successes=90 + at, n=100)
        old, _ = read_log(node)
        node.add_result(system="late", successes=5, n=7)
        new, reader = read_log(node)
        proof = merkle.consistency_proof(old.size, new.size, reader)
        assert merkle.verify_consistency(old.size, old.root, new.size, new.root, proof)

        keys = jwk.parse_jwks(fetch(node, "/.well-known/jwks.json")[1])
        listing = json.loads(fetch(node, "/v1/results?after=2&limit=4")[1])
        assert [item["seq"] for item in listing["items"]] == [3, 4, 5, 6]
        assert listing["next"] == 6
        for item in listing["items"]:
            raw = fetch(node, f"/v1/envelopes/{item['digest']}")[1]
            assert dsse.digest(raw) == item["digest"]
            assert dsse.verify(raw, keys) == node.kid
            assert node.statement_of(item["digest"]).kind == item["kind"]
            path = merkle.inclusion_proof(item["seq"] - 1, reader, new.size)
            assert merkle.verify_inclusion(
                merkle.leaf_hash(raw), item["seq"] - 1, new.size, path, new.root
            )


def test_a_quiet_node_answers_not_modified() -> None:
    with NodeSimulator() as node:
        status, _, headers = fetch(node, "/checkpoint")
        assert status == 200
        assert fetch(node, "/checkpoint", **{"If-None-Match": headers["ETag"]})[0] == 304
        assert fetch(node, "/nothing")[0] == 404


def test_a_rewritten_log_is_provably_inconsistent() -> None:
    with NodeSimulator(log_started_runs=False) as node:
        for at in range(5):
            node.add_result(system=f"system-{at}", successes=at, n=10)
        old, _ = read_log(node)
        node.rewrite_log(drop=2)
        node.add_result(system="new-1", successes=9, n=10)
        node.add_result(system="new-2", successes=9, n=10)
        new, reader = read_log(node)
        proof = merkle.consistency_proof(old.size, new.size, reader)
        assert not merkle.verify_consistency(old.size, old.root, new.size, new.root, proof)


def test_bad_signatures_lies_and_equivocation() -> None:
    with NodeSimulator() as node:
        keys = {node.kid: node.keys[0]}
        _, corrupt = node.add_result(system="a", successes=1, n=2, corrupt=True)
        _, foreign = node.add_result(system="b", successes=1, n=2, signed_by=key_of("stranger"))
        for digest, code in ((corrupt, "bad-signature"), (foreign, "unknown-key")):
            raw = fetch(node, f"/v1/envelopes/{digest}")[1]
            with pytest.raises(dsse.EnvelopeError) as refusal:
                dsse.verify(raw, keys)
            assert refusal.value.code == code

        run, lie = node.add_result(system="c", successes=50, n=100, value="0.99")
        told = node.statement_of(lie).predicate
        assert headline_agrees(told.headline) is False
        other = node.equivocate(run, system="c", successes=99, n=100)
        assert other != lie
        assert node.statement_of(other).predicate.run.id == run


@pytest.mark.parametrize(
    ("fault", "status"), [("error-500", 500), ("not-found", 404), ("redirect", 302)]
)
def test_wrong_statuses(fault: str, status: int) -> None:
    with NodeSimulator() as node:
        node.misbehave("/checkpoint", fault)
        assert fetch(node, "/checkpoint")[0] == status
        assert fetch(node, "/healthz")[0] == 200
        node.behave()
        assert fetch(node, "/checkpoint")[0] == 200


def test_wrong_bodies() -> None:
    with NodeSimulator() as node:
        _, digest = node.add_result(system="a", successes=1, n=2)
        path = f"/v1/envelopes/{digest}"
        right = fetch(node, path)[1]
        node.misbehave(path, "wrong-digest")
        assert dsse.digest(fetch(node, path)[1]) != digest
        for fault in ("oversized", "oversized-unannounced"):
            node.misbehave(path, fault)
            assert len(fetch(node, path)[1]) == OVERSIZE
        node.misbehave(path, "truncated")
        with pytest.raises(http.client.IncompleteRead):
            fetch(node, path)
        node.misbehave(path, "malformed")
        with pytest.raises(json.JSONDecodeError):
            json.loads(fetch(node, path)[1])
        node.misbehave(path, "reset")
        with pytest.raises(http.client.RemoteDisconnected):
            fetch(node, path)
        node.behave()
        assert fetch(node, path)[1] == right


def test_a_slow_node_does_not_hold_up_the_end_of_the_test() -> None:
    with NodeSimulator() as node:
        node.misbehave("/healthz", "slow")
        connection = http.client.HTTPConnection(node.host, timeout=5)
        connection.request("GET", "/healthz")
        reply = connection.getresponse()
        before = time.monotonic()
        assert reply.read(2) == b'{"'
        assert time.monotonic() - before > 0.5
        connection.close()
        reply.close()


def test_an_unknown_fault_is_refused() -> None:
    with NodeSimulator() as node, pytest.raises(ValueError, match="unknown fault"):
        node.misbehave("/", "sulk")
