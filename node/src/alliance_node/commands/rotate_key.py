"""``alliance-node rotate-key``: replace the signing key without a gap."""

import argparse

from alliance_node import clock, rotation
from alliance_node.store import Store

from . import output

HELP = "replace the node's signing key, in two steps that leave no gap"
EPILOG = """\
  1. alliance-node rotate-key --dir ./node
     makes a new key. From now on everything is signed by both, the log's checkpoint too.
  2. On each portal that pulls the node: "Read the keys again", compare the new thumbprint with the
     one printed here, confirm it.
  3. alliance-node rotate-key --finish --dir ./node
     lets the old key go: it signs no more, its public half stays in the key set with the moment it
     ended, its private half is removed. Old results stay valid.

If somebody else may have the key:
  alliance-node rotate-key --compromised --dir ./node
changes it at once. Revoke the old key on each portal and confirm the new one there; until then
portals take nothing from the node. That is as it should be.

exit status: 0 done, 1 a rotation is under way already, or there is none to finish.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    output.directory_option(parser)
    step = parser.add_mutually_exclusive_group()
    step.add_argument("--finish", action="store_true", help="let the old key go")
    step.add_argument(
        "--compromised", action="store_true", help="change the key at once, without an overlap"
    )


def run(options: argparse.Namespace) -> int:
    store = Store.open(options.folder)
    before = store.config
    # Whole seconds, because that is what a key set can say.
    now = clock.now().replace(microsecond=0)
    if options.compromised:
        after, gone = rotation.replace_compromised(store, now=now)
        step = "replaced"
        advice = "Revoke the old key on every portal now, and confirm the new one there."
    elif options.finish:
        after, gone = rotation.finish(store, now=now), [before.retiring_key]
        step = "finished"
        advice = "The old key signs no more. What it signed stays valid."
    else:
        after, gone = rotation.begin(store, now=now), []
        step = "begun"
        advice = (
            "Confirm the new key on every portal, then: alliance-node rotate-key --finish\n"
            "Until then both keys sign."
        )
    output.result(
        options,
        {
            "rotation": step,
            "kid": after.config.signing_key,
            "retiring": after.config.retiring_key or None,
            "gone": gone,
            "vkey": after.verifier.vkey,
        },
        f"key thumbprint  {after.config.signing_key}",
        *[f"retiring        {kid}" for kid in [after.config.retiring_key] if kid],
        *[f"no longer signs {kid}" for kid in gone],
        f"log             {after.verifier.vkey}",
        advice,
    )
    return 0
