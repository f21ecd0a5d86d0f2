"""A long backlog and a static copy are read from the log's own bundles, with the same checks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from alliance_node import exporting
from alliance_node.config import Config
from alliance_node.proofs import tiles
from alliance_node.proofs.jwk import Jwk, raw_public_key
from alliance_node.proofs.predicate import Contamination, Retraction
from alliance_node.store import Store
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leaderboard.models import BenchmarkVersion, Envelope, Node, Quarantined, Result
from leaderboard.pull.cycle import pull
from tests.factories.leaderboard import make_node, pin
from tests.leaderboard.conftest import Simulate
from tests.node_simulator import NodeSimulator, key_of

pytestmark = pytest.mark.django_db


def _outcome(node: Node) -> str:
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    return attempt.outcome


def _fill(simulator: NodeSimulator, entries: int) -> None:
    while simulator.size < entries:
        simulator.add_result(system=f"system-{simulator.size}", successes=90, n=100)


def _asked(simulator: NodeSimulator, prefix: str) -> int:
    return sum(path.startswith(prefix) for path in simulator.requests)


def test_a_backlog_is_read_in_bundles_and_the_rest_one_by_one(
    node: Node, simulator: NodeSimulator
) -> None:
    _fill(simulator, 270)
    assert _outcome(node) == "ok"
    node.refresh_from_db()
    assert (node.cursor, Envelope.objects.count(), Result.objects.count()) == (270, 270, 135)
    assert _asked(simulator, "/tile/entries/") == 1
    assert _asked(simulator, "/v1/envelopes/") == 14
    assert not Quarantined.objects.exists()


def test_a_bundle_is_begun_where_the_cursor_stands(node: Node, simulator: NodeSimulator) -> None:
    _fill(simulator, 10)
    assert _outcome(node) == "ok"
    _fill(simulator, 256)
    assert _outcome(node) == "ok"
    assert (Envelope.objects.count(), _asked(simulator, "/tile/entries/")) == (256, 1)


def test_a_long_bundle_asks_the_database_no_more_than_a_short_one(
    node: Node, simulator: NodeSimulator
) -> None:
    _fill(simulator, 192)
    assert _outcome(node) == "ok"
    asked = []
    for size in (256, 512):  # 64 new ones, then 256
        _fill(simulator, size)
        with CaptureQueriesContext(connection) as queries:
            assert _outcome(node) == "ok"
        asked.append(len(queries))
    assert (Envelope.objects.count(), _asked(simulator, "/tile/entries/")) == (512, 2)
    assert asked[0] == asked[1]


def test_bad_items_in_a_bundle_are_set_aside_and_the_others_taken(
    node: Node, simulator: NodeSimulator
) -> None:
    simulator.add_result(system="liar", successes=90, n=100, value="0.9900")
    simulator.add_result(system="forger", successes=90, n=100, signed_by=key_of("stranger"))
    run, digest = simulator.add_result(system="honest", successes=95, n=100)
    simulator.equivocate(run, system="honest", successes=99, n=100)
    _, late = simulator.add_result(system="late", successes=90, n=100)
    _retract(simulator, late)
    _fill(simulator, 256)
    assert _outcome(node) == "ok"
    reasons = dict(Quarantined.objects.values_list("reason_code", "seq"))
    assert set(reasons) == {"wrong-value", "unknown-key"}
    states = set(Result.objects.filter(run_id=run).values_list("state", flat=True))
    assert states == {"equivocated"}
    assert Result.objects.get(envelope=late).state == "retracted"
    assert Envelope.objects.filter(pk=digest).exists()


def _retract(simulator: NodeSimulator, digest: str) -> None:
    simulator.add_result(
        system="late", successes=90, n=100, retracts=Retraction(f"sha256:{digest}", "wrong data")
    )


def test_a_bundle_that_is_not_in_the_signed_tree_is_not_read(
    node: Node, simulator: NodeSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Swapped entries: whatever the server says, only what the head signs is taken."""
    _fill(simulator, 256)
    honest = simulator._tile

    def swapped(tile: tiles.Tile) -> bytes | None:
        raw = honest(tile)
        if tile.level != tiles.ENTRIES or raw is None:
            return raw
        entries = tiles.parse_entry_bundle(raw)
        entries[0], entries[1] = entries[1], entries[0]
        return tiles.entry_bundle(entries)

    monkeypatch.setattr(simulator, "_tile", swapped)
    assert _outcome(node) == "tiles-wrong"
    assert not Envelope.objects.exists()


def test_one_item_that_cannot_be_stored_does_not_hold_up_the_others(
    node: Node, simulator: NodeSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leaderboard.pull import rows

    honest = rows._plain

    def odd(part: Any) -> dict[str, Any]:
        if isinstance(part, Contamination) and part.notes == "bad":
            return {"notes": "\x00"}  # JSON in PostgreSQL has no such character
        return honest(part)

    monkeypatch.setattr(rows, "_plain", odd)
    simulator.add_result(
        system="odd", successes=90, n=100, contamination=Contamination("unknown", "bad")
    )
    simulator.add_result(system="fine", successes=90, n=100)
    assert _outcome(node) == "ok"
    assert [it.reason_code for it in Quarantined.objects.all()] == ["statement-malformed"]
    assert [it.system_revision.system.slug for it in Result.objects.all()] == ["fine"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@contextmanager
def _static(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_static_copy_is_pulled_like_a_node(
    version: BenchmarkVersion, simulate: Simulate, tmp_path: Path, settings: Any
) -> None:
    """`alliance-node export` on any web server: no queries there, and still every result."""
    source = simulate("static")
    config = Config("static.demo.example", "Demo Organisation A", "x@static.demo.example")
    store = Store.create(tmp_path / "node", config, now=datetime(2026, 1, 1, tzinfo=UTC))
    digests = [source.add_result(system=f"system-{at}", successes=90, n=100)[1] for at in range(3)]
    store.record([_payload(source, digest) for digest in digests])
    exporting.export(store, tmp_path / "public")
    with _static(tmp_path / "public") as host:
        settings.OUTBOUND_ALLOWED_HOSTS = [host]
        node = make_node(
            node_id=config.node_id,
            slug="static",
            endpoint=f"http://{host}",
            log_origin=config.log_origin,
        )
        pin(node, Jwk(raw_public_key(store.signing_key.private.public_key())))
        assert _outcome(node) == "ok"
        assert _outcome(node) in ("unchanged", "ok")
        store.record([_payload(source, source.add_result(system="new", successes=9, n=10)[1])])
        exporting.export(store, tmp_path / "public")
        assert _outcome(node) == "ok"
    node.refresh_from_db()
    assert (node.cursor, Result.objects.count(), node.health) == (4, 4, "fresh")
    assert not Quarantined.objects.exists()


def _payload(source: NodeSimulator, digest: str) -> bytes:
    return source.statement_of(digest).to_payload()
