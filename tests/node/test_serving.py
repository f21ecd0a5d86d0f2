"""A real server on a real port gives what the protocol says, and nothing else."""

import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alliance_node.proofs import dsse, jwk, merkle, note, tiles
from alliance_node.serving import NodeServer, running
from alliance_node.store import Store

from .conftest import make_payload


@pytest.fixture
def server(store: Store) -> Iterator[NodeServer]:
    store.record([make_payload(number) for number in range(5)])
    with running(NodeServer(store, "127.0.0.1", 0)) as server:
        yield server


def ask(
    server: NodeServer, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=10)
    try:
        connection.request(method, path, headers=headers)
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read()
    finally:
        connection.close()


def test_a_portal_can_follow_the_node_from_its_description_alone(server: NodeServer) -> None:
    told = json.loads(ask(server, "/.well-known/eval-node.json")[2])
    assert told["protocol"] == "1"
    assert told["node"] == {"id": "node-a.demo.example", "organisation": "Demo Organisation A"}
    assert told["benchmarks"] == [{"id": "language-id", "version": "1.0.0"}]
    keys = jwk.parse_jwks(ask(server, told["jwks"])[2])
    verifier = note.Verifier.parse(told["log"]["vkey"])
    assert verifier.public_key in {key.public_key for key in keys.values()}
    head = note.verify_checkpoint(
        ask(server, "/checkpoint")[2], [verifier], origin=told["log"]["origin"]
    )
    reader = tiles.TileReader(head.size, lambda path: ask(server, f"/{path}")[2])
    listing = json.loads(ask(server, "/v1/results")[2])
    assert [item["seq"] for item in listing["items"]] == [1, 2, 3, 4, 5]
    for item in listing["items"]:
        raw = ask(server, f"/v1/envelopes/{item['digest']}")[2]
        assert dsse.digest(raw) == item["digest"]
        dsse.verify(raw, keys)
        proof = merkle.inclusion_proof(item["seq"] - 1, reader, head.size)
        leaf = merkle.leaf_hash(raw)
        assert merkle.verify_inclusion(leaf, item["seq"] - 1, head.size, proof, head.root)
    bundle = ask(server, f"/{tiles.tile_path(tiles.ENTRIES, 0, head.size)}")[2]
    assert len(tiles.parse_entry_bundle(bundle)) == head.size


def test_results_come_in_pages(server: NodeServer) -> None:
    first = json.loads(ask(server, "/v1/results?limit=2")[2])
    assert ([item["seq"] for item in first["items"]], first["next"]) == ([1, 2], 2)
    last = json.loads(ask(server, "/v1/results?after=4&limit=2")[2])
    assert ([item["seq"] for item in last["items"]], last["next"]) == ([5], None)
    assert json.loads(ask(server, "/v1/results?after=99")[2]) == {"items": [], "next": None}


@pytest.mark.parametrize("query", ["after=x", "after=-1", "limit=", "after=1&after=2", "after=1e3"])
def test_senseless_queries_are_refused(server: NodeServer, query: str) -> None:
    assert ask(server, f"/v1/results?{query}")[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1/",
        "/v1/envelopes/",
        "/v1/envelopes",
        "/v1/envelopes/" + "0" * 64,
        "/v1/envelopes/..%2f..%2fconfig.json",
        "/v1/blobs/../../config.json",
        "/config.json",
        "/keys/jwks.json",
        "/log/checkpoint",
        "/tile/0/000.p/6",
        "/tile/0/000",
        "/tile/1/000.p/1",
        "/tile/0/001.p/1",
        "/tile/entries/000.p/200",
        "/.lock",
    ],
)
def test_only_the_paths_of_the_protocol_exist(server: NodeServer, path: str) -> None:
    status, _, body = ask(server, path)
    assert (status, body) == (404, b"nothing here\n")


def test_what_cannot_change_is_kept_for_ever_and_the_rest_is_conditional(
    server: NodeServer,
) -> None:
    for path in ("/tile/0/000.p/5", "/tile/entries/000.p/3"):
        assert "immutable" in ask(server, path)[1]["Cache-Control"]
    status, headers, body = ask(server, "/checkpoint")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=2")
    assert headers["Content-Length"] == str(len(body))
    for tag in (headers["ETag"], f'"other", {headers["ETag"]}', f"W/{headers['ETag']}"):
        status, again, body = ask(server, "/checkpoint", **{"If-None-Match": tag})
        assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    server.store.record([make_payload(50)])
    assert ask(server, "/checkpoint", **{"If-None-Match": headers["ETag"]})[0] == 200


def test_head_has_the_headers_and_no_body(server: NodeServer) -> None:
    for path in ("/checkpoint", "/v1/results", "/nothing"):
        got, asked = ask(server, path), ask(server, path, "HEAD")
        assert asked[0] == got[0]
        assert asked[1]["Content-Length"] == str(len(got[2]))
        assert asked[2] == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_sent(server: NodeServer, method: str) -> None:
    assert ask(server, "/v1/results", method)[0] == 501


def test_results_of_another_process_are_served_at_once(server: NodeServer) -> None:
    assert len(json.loads(ask(server, "/v1/results")[2])["items"]) == 5
    Store.open(server.store.folder).record([make_payload(77)])
    assert len(json.loads(ask(server, "/v1/results")[2])["items"]) == 6


def test_an_envelope_whose_append_never_ended_is_not_served(server: NodeServer) -> None:
    raw = dsse.sign(make_payload(88), server.store.signing_key.private).to_bytes()
    (server.store.folder / "envelopes" / dsse.digest(raw)).write_bytes(raw)
    assert ask(server, f"/v1/envelopes/{dsse.digest(raw)}")[0] == 404


def test_a_damaged_log_is_unavailable_not_wrong(
    server: NodeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (server.store.folder / "log" / "checkpoint").write_text("nonsense")
    assert ask(server, "/checkpoint")[0] == 200  # as it stands: the reader will refuse it
    assert ask(server, "/v1/results")[0] == 503
    assert "nonsense" not in capsys.readouterr().out
    assert ask(server, "/healthz")[0] == 200


def test_a_client_that_hangs_up_or_says_nothing_harms_nobody(server: NodeServer) -> None:
    silent = [socket.create_connection(server.server_address[:2]) for _ in range(8)]
    with socket.create_connection(server.server_address[:2]) as rude:
        rude.sendall(b"GET /v1/results HTTP/1.1\r\nHost: x\r\n\r\n")
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: ask(server, "/healthz")[0], range(24)))
        assert answers == [200] * 24
    finally:
        for connection in silent:
            connection.close()
