"""``alliance-node retract``: take back a result, with the reason, in public."""

import argparse

from alliance_node import retracting
from alliance_node.running import describe
from alliance_node.store import Store

from . import output
from .run import wake_portal

HELP = "take back a result: sign and log a statement that says which and why"
EPILOG = """\
Nothing is deleted: the result, the retraction and the reason stay in the log and on portals, where
the result is shown as retracted and no longer counts. RUN is the run id that status shows, or the
SHA-256 of the envelope. Retracting the same result again changes nothing.

example:
  alliance-node retract 01KB2M5W3V8Q4Z7N9C1D6F2G0H --why "The test set was in the training data."

exit status: 0 retracted, or was already, 1 there is no such result.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN", help="the result's run id or envelope digest")
    parser.add_argument("--why", required=True, help="the reason; everybody will read it")
    output.directory_option(parser)
    parser.add_argument("--wake", metavar="URL", help="POST nothing to this address afterwards")


def run(options: argparse.Namespace) -> int:
    store = Store.open(options.folder)
    target = retracting.find(store, options.run_id)
    before = retracting.retraction_of(store.entries(), target.digest)
    entry = before or retracting.retract(store, target, options.why)
    if before is None:
        wake_portal(options.wake)
    state = "already retracted" if before else "retracted"
    output.result(
        options,
        {"state": state, "result": describe(target), "retraction": describe(entry)},
        f"{state}  {target.statement.predicate.run.id}",
        f"log entry {entry.seq}, envelope {entry.digest}",
    )
    return 0
