"""``alliance-node init``: make a node's directory, key and empty log."""

import argparse
from pathlib import Path

from alliance_node import clock
from alliance_node import config as configuration
from alliance_node.config import Config
from alliance_node.errors import NotANode
from alliance_node.store import Store

from . import output

HELP = "make a node: its signing key, its identity and an empty signed log"
EPILOG = """\
Afterwards, send your Alliance contact the three lines this prints: they are how portals come to
know the node. The private key stays in DIR/keys and must never leave the machine; a copy of DIR is
the backup.

example:
  alliance-node init ./node --organisation "Example University" \\
      --node-id eval.example.org --contact evaluation@example.org
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to make it")
    parser.add_argument("--organisation", required=True, help="the member that runs the node")
    parser.add_argument(
        "--node-id", required=True, help="a DNS-like name for it, such as eval.example.org"
    )
    parser.add_argument("--contact", required=True, help="whom to write to about its results")
    parser.add_argument(
        "--if-missing", action="store_true", help="be content with the same node already there"
    )


def run(options: argparse.Namespace) -> int:
    wanted = Config(options.node_id, options.organisation, options.contact)
    made = not (options.if_missing and (options.folder / configuration.FILE).exists())
    if made:
        store = Store.create(options.folder, wanted, now=clock.now().replace(microsecond=0))
    else:
        store = Store.open(options.folder)
        if store.config.node_id != wanted.node_id:
            raise NotANode(
                f"{options.folder} holds the node {store.config.node_id}, not {wanted.node_id}"
            )
    kid, vkey = store.config.signing_key, store.verifier.vkey
    output.result(
        options,
        {
            "made": made,
            "directory": str(options.folder),
            "node": {"id": store.config.node_id, "organisation": store.config.organisation},
            "kid": kid,
            "vkey": vkey,
            "logOrigin": store.config.log_origin,
        },
        f"{'made' if made else 'found'} the node {store.config.node_id} in {options.folder}",
        f"key thumbprint  {kid}",
        f"log             {vkey}",
    )
    return 0
