"""``alliance-node status``: what the node is and what it has recorded."""

import argparse

from alliance_node.proofs.statement import EvalRun, RunStarted
from alliance_node.recording import is_result, retracted
from alliance_node.running import describe
from alliance_node.store import Entry, Store

from . import output

HELP = "show the node's identity, its log and its latest results"
EPILOG = "A run that was announced and has no result is listed as unfinished, as portals show it.\n"
LATEST = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    output.directory_argument(parser)


def run(options: argparse.Namespace) -> int:
    store = Store.open(options.folder)
    entries = store.entries()
    head = store.log.checkpoint()
    results = [entry for entry in entries if is_result(entry)]
    taken_back = retracted(entries)
    done = {entry.statement.predicate.run.id for entry in results}
    unfinished = [
        entry
        for entry in entries
        if isinstance(entry.statement.predicate, RunStarted)
        and entry.statement.predicate.run.id not in done
    ]
    value = {
        "node": {"id": store.config.node_id, "organisation": store.config.organisation},
        "contact": store.config.contact,
        "kid": store.config.signing_key,
        "retiring": store.config.retiring_key or None,
        "log": {
            "origin": head.origin,
            "size": head.size,
            "root": head.root.hex(),
            "vkey": store.verifier.vkey,
        },
        "results": len(results),
        "retracted": sorted(taken_back),
        "unfinished": [describe(entry) for entry in unfinished],
        "latest": [describe(entry) for entry in results[-LATEST:]],
    }
    output.result(
        options,
        value,
        f"node            {store.config.node_id} ({store.config.organisation})",
        f"key thumbprint  {store.config.signing_key}",
        f"log             {head.size} entries, root {head.root.hex()}",
        *([f"retiring key    {store.config.retiring_key}"] if store.config.retiring_key else []),
        f"results         {len(results)}, retracted {len(taken_back)}, "
        f"unfinished runs {len(unfinished)}",
        *(_line(entry, entry.digest in taken_back) for entry in results[-LATEST:]),
    )
    return 0


def _line(entry: Entry, is_retracted: bool) -> str:
    said = entry.statement.predicate
    assert isinstance(said, EvalRun)
    return (
        f"  {said.run.id}  {said.benchmark.id}@{said.benchmark.version}  "
        f"{said.system.id}@{said.system.revision}  {said.headline.id} {said.headline.value}"
        f"{'  retracted' if is_retracted else ''}"
    )
