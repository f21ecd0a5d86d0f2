"""``alliance-node serve``: offer statements, raw files and the log over HTTP."""

import argparse
import threading

from alliance_node.errors import NodeError
from alliance_node.running import run_suite
from alliance_node.serving import NodeServer, serve_until_stopped
from alliance_node.store import Store
from alliance_node.suites import SUITES, suite

from . import output
from .run import chosen, evaluation_options, wake_portal

HELP = "serve the node's statements, raw files and log over HTTP"
EPILOG = """\
Reads only; nothing can be sent to it. It speaks plain HTTP: put your TLS front before it, for
portals pull over https. SIGTERM and Ctrl-C stop it. Results that another alliance-node process
records meanwhile are served at once.

  alliance-node serve ./node --port 8080 --run language-id --if-new
serves at once and evaluates beside it what has no result yet.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    output.directory_argument(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=8080, help="port to listen on, 0 for any (%(default)s)"
    )
    parser.add_argument(
        "--run", metavar="SUITE", help=f"evaluate meanwhile; one of: {', '.join(SUITES)}"
    )
    evaluation_options(parser)


def run(options: argparse.Namespace) -> int:
    store = Store.open(options.folder)
    store.entries()  # a damaged log is found now, not at the first request
    wanted = suite(options.run) if options.run else None

    def evaluate(stop: threading.Event) -> None:
        assert wanted is not None
        try:
            run_suite(
                Store.open(options.folder),
                wanted,
                systems=chosen(options),
                if_new=options.if_new,
                progress=output.progress,
                after_each=lambda: wake_portal(options.wake),
                stop=stop.is_set,
            )
        except NodeError as error:
            output.progress(f"the evaluation ended: {error}")

    with NodeServer(store, options.host, options.port) as server:
        address = {"node": store.config.node_id, "url": server.address}
        output.result(options, address, f"{store.config.node_id} at {server.address}")
        output.progress(f"key thumbprint {store.config.signing_key}")
        serve_until_stopped(server, evaluate if wanted else None)
    output.progress("stopped")
    return 0
