"""``alliance-node verify``: check a node's directory, or one envelope against a key set."""

import argparse
from pathlib import Path
from typing import Any

from alliance_node import remote
from alliance_node.errors import Corrupt, NodeError
from alliance_node.proofs import dsse
from alliance_node.proofs.fields import StatementError
from alliance_node.proofs.jwk import Jwk, JwkError, parse_jwks
from alliance_node.proofs.statement import EvalRun, headline_agrees, parse_statement
from alliance_node.store import Store

from . import output

HELP = "check a node's directory, a node elsewhere, or one envelope, byte for byte"
EPILOG = """\
An address of a node: its keys, the signature of its log's head, every entry of the log against
that head, and every statement's signature and counts.
An address of an envelope, …/v1/envelopes/SHA256: under the keys that stand at the same address.
A directory: the checkpoint's signature, every entry and tile of the log against it, every
envelope's signature, and every raw file against the digest in its statement.
A file: an envelope's signature under the keys of --jwks (or of the node in --dir), its statement,
and its headline against its counts.

Keys that come from the same address as the statements prove only that they belong together; to know
whose they are, compare the thumbprint, or give the keys a portal has pinned with --jwks.

exit status: 0 everything holds, 5 something does not, 1 the address does not answer.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="URL|FILE|DIR", help="what to check")
    parser.add_argument("--jwks", type=Path, help="a key set, as a node serves it")
    output.directory_option(parser)


def run(options: argparse.Namespace) -> int:
    if remote.is_address(options.target):
        return _check_address(options)
    target = Path(options.target)
    if target.is_dir():
        store = Store.open(target)
        bar = output.Bar("checking")
        try:
            count = len(store.verify(bar))
        finally:
            bar.close()
        value: dict[str, Any] = {"ok": True, "node": store.config.node_id, "entries": count}
        text = f"{store.config.node_id}: {count} entries, all as signed"
        output.result(options, value, text)
        return 0
    try:
        raw = target.read_bytes()
    except OSError as error:
        raise NodeError(f"{target}: {error.strerror}") from error
    return _tell(options, _check_envelope(options.target, raw, _keys(options)))


def _tell(options: argparse.Namespace, found: dict[str, Any]) -> int:
    output.result(
        options,
        found,
        f"signed by {found['kid']}",
        f"{found['kind']} {found['run']} of {found['node']}",
        *([f"headline {found['headline']}"] if "headline" in found else []),
    )
    return 0


def _check_address(options: argparse.Namespace) -> int:
    url = options.target
    if "/v1/envelopes/" in url:
        keys = remote.keys_at(url) if options.jwks is None else _keys(options)
        return _tell(options, _check_envelope(url, remote.fetch(url), keys))
    bar = output.Bar("checking")
    try:
        checked = remote.check_node(url, bar)
    finally:
        bar.close()
    head = checked.head
    output.result(
        options,
        {
            "ok": True,
            "node": checked.node_id,
            "entries": head.size,
            "root": head.root.hex(),
            "kinds": checked.kinds,
        },
        f"{checked.node_id}: {head.size} entries, all as signed; root {head.root.hex()}",
    )
    return 0


def _keys(options: argparse.Namespace) -> dict[str, Jwk]:
    if options.jwks is None:
        return Store.open(options.folder).public_keys
    try:
        return parse_jwks(options.jwks.read_bytes())
    except (OSError, JwkError) as error:
        raise NodeError(f"{options.jwks}: {error}") from error


def _check_envelope(path: str, raw: bytes, keys: dict[str, Jwk]) -> dict[str, Any]:
    try:
        kid, envelope = dsse.verified(raw, keys)
        statement = parse_statement(envelope.payload)
    except (dsse.EnvelopeError, StatementError) as error:
        raise Corrupt(f"{path}: {error}") from error
    said = statement.predicate
    found = {
        "ok": True,
        "kid": kid,
        "kind": statement.kind,
        "run": said.run.id,
        "node": said.node.id,
        "digest": dsse.digest(raw),
    }
    if isinstance(said, EvalRun):
        if headline_agrees(said.headline) is False:
            raise Corrupt(
                f"{path}: the headline {said.headline.value} is not "
                f"{said.headline.successes} of {said.headline.n}"
            )
        found["headline"] = f"{said.headline.id} {said.headline.value}"
    return found
