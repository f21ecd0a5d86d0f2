"""``alliance-node verify``: check a node's directory, or one envelope against a key set."""

import argparse
from pathlib import Path
from typing import Any

from alliance_node.errors import Corrupt, NodeError
from alliance_node.proofs import dsse
from alliance_node.proofs.fields import StatementError
from alliance_node.proofs.jwk import Jwk, JwkError, parse_jwks
from alliance_node.proofs.statement import EvalRun, headline_agrees, parse_statement
from alliance_node.store import Store

from . import output

HELP = "check a node's directory, or one envelope, byte for byte"
EPILOG = """\
A directory: the checkpoint's signature, every entry and tile of the log against it, every
envelope's signature, and every raw file against the digest in its statement.
A file: an envelope's signature under the keys of --jwks (or of the node in --dir), its statement,
and its headline against its counts.

exit status: 0 everything holds, 5 something does not.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", type=Path, metavar="FILE|DIR", help="what to check")
    parser.add_argument("--jwks", type=Path, help="a key set, as a node serves it")
    output.directory_option(parser)


def run(options: argparse.Namespace) -> int:
    if options.target.is_dir():
        store = Store.open(options.target)
        count = len(store.verify())
        value: dict[str, Any] = {"ok": True, "node": store.config.node_id, "entries": count}
        text = f"{store.config.node_id}: {count} entries, all as signed"
        output.result(options, value, text)
        return 0
    found = _check_envelope(options.target, _keys(options))
    output.result(
        options,
        found,
        f"signed by {found['kid']}",
        f"{found['kind']} {found['run']} of {found['node']}",
        *([f"headline {found['headline']}"] if "headline" in found else []),
    )
    return 0


def _keys(options: argparse.Namespace) -> dict[str, Jwk]:
    if options.jwks is None:
        return Store.open(options.folder).public_keys
    try:
        return parse_jwks(options.jwks.read_bytes())
    except (OSError, JwkError) as error:
        raise NodeError(f"{options.jwks}: {error}") from error


def _check_envelope(path: Path, keys: dict[str, Jwk]) -> dict[str, Any]:
    try:
        kid, envelope = dsse.verified(path.read_bytes(), keys)
        statement = parse_statement(envelope.payload)
    except OSError as error:
        raise NodeError(f"{path}: {error.strerror}") from error
    except (dsse.EnvelopeError, StatementError) as error:
        raise Corrupt(f"{path}: {error}") from error
    said = statement.predicate
    found = {
        "ok": True,
        "kid": kid,
        "kind": statement.kind,
        "run": said.run.id,
        "node": said.node.id,
        "digest": dsse.digest(path.read_bytes()),
    }
    if isinstance(said, EvalRun):
        if headline_agrees(said.headline) is False:
            raise Corrupt(
                f"{path}: the headline {said.headline.value} is not "
                f"{said.headline.successes} of {said.headline.n}"
            )
        found["headline"] = f"{said.headline.id} {said.headline.value}"
    return found
