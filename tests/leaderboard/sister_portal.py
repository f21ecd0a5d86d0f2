"""A second portal in a process of its own: `python -m tests.leaderboard.sister_portal PORT`.

It serves its public addresses over HTTP and does what it is told on standard input, a JSON list a line: the name of a
function below and its arguments. Each answer is a line of JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the answers apart from the chatter."""


def measure(url: str, node_id: str, kid: str, key: str, origin: str) -> Any:
    """Take a node into service and pull it."""
    from leaderboard.models import Benchmark, Node, NodeBenchmark, NodeKey
    from leaderboard.pull.cycle import pull
    from tests.factories.leaderboard import make_organisation

    node = Node.objects.create(
        node_id=node_id, slug=node_id.split(".")[0], organisation=make_organisation("far-away"),
        endpoint=url, log_origin=origin, state="active",
    )  # fmt: skip
    NodeKey.objects.create(
        node=node, kid=kid, public_key=bytes.fromhex(key), confirmed_at=node.created_at
    )
    for benchmark in Benchmark.objects.all():
        NodeBenchmark.objects.create(node=node, benchmark=benchmark)
    attempt = pull(node_id=node.pk)
    return attempt and attempt.outcome


def take_from(url: str, *node_ids: str) -> Any:
    """Register another portal's relay and take nodes through it."""
    from leaderboard.actions import relays
    from tests.factories.leaderboard import make_organisation

    row = relays.confirm_relay(relay=relays.register_relay(endpoint=url, actor=None), actor=None)
    for origin in relays.origins_on_offer(row):
        if origin.node_id in node_ids:
            kids = list(relays.keys_shown(row, origin))
            relays.accept_origin(
                relay=row, node_id=origin.node_id, organisation=make_organisation("near"), kids=kids, actor=None
            )  # fmt: skip
    return row.pk


def offers() -> Any:
    """Say which nodes the relay still offers."""
    from leaderboard.actions import relays
    from leaderboard.models import Relay

    return [origin.node_id for origin in relays.origins_on_offer(Relay.objects.get())]


def pull_relay() -> Any:
    """Pull the relay, and give what is new its place in the log."""
    from leaderboard.models import Relay
    from leaderboard.relays.cycle import pull

    outcome = pull(relay_id=Relay.objects.get().pk)
    settle()
    return outcome


def settle() -> Any:
    """Give every entry its place."""
    from transparency.sequencer import sequence

    while sequence():
        pass
    return True


def state() -> Any:
    """Say what the portal holds."""
    from leaderboard.models import Result
    from transparency.models import Entry

    rows = Result.objects.select_related("node", "envelope__relay", "system_revision__system")
    return {
        "entries": Entry.objects.filter(kind__in=("result", "run-started")).count(),
        "results": sorted(
            [r.node.node_id, r.system_revision.system.slug, r.state, r.envelope.relay and r.envelope.relay.relay_id]
            for r in rows
        ),
    }  # fmt: skip


def main() -> None:
    django.setup()
    from django.core.wsgi import get_wsgi_application

    from alliance import doorbell
    from tests.factories.leaderboard import make_benchmark

    doorbell.ring = lambda *args: None
    make_benchmark()
    port = int(sys.argv[1])
    server = make_server("127.0.0.1", port, get_wsgi_application(), _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known = {f.__name__: f for f in (measure, take_from, offers, pull_relay, settle, state)}
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(known[name](*arguments)), flush=True)
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
