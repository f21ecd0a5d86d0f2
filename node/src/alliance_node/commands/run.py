"""``alliance-node run``: evaluate on this machine and sign the results."""

import argparse

from alliance_node.running import describe, run_suite
from alliance_node.store import Store
from alliance_node.suites import SUITES, suite
from alliance_node.waking import wake

from . import output

HELP = "evaluate systems on this machine with a built-in suite and sign the results"
EPILOG = """\
Each system gets a "run started" leaf in the log before it is run, so an attempt that fails stays
visible. Systems that are not installed are skipped; one named with --systems must be there.
  pip install 'alliance-node[language-id]'     installs the five systems of language-id

exit status: 0 all done or skipped, 1 a system failed.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suite", metavar="SUITE", help=f"one of: {', '.join(SUITES)}")
    output.directory_option(parser)
    evaluation_options(parser)


def evaluation_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``run`` and ``serve --run`` have in common."""
    parser.add_argument("--systems", metavar="A,B", help="only these systems, separated by commas")
    parser.add_argument(
        "--if-new",
        action="store_true",
        help="skip a system whose very revision has a result on this benchmark version already",
    )
    parser.add_argument(
        "--wake", metavar="URL", help="POST nothing to this address after each new result"
    )


def run(options: argparse.Namespace) -> int:
    report = run_suite(
        Store.open(options.folder),
        suite(options.suite),
        systems=chosen(options),
        if_new=options.if_new,
        progress=output.progress,
        after_each=lambda: wake_portal(options.wake),
    )
    lines = [
        f"{line['seq']:>5}  {line['run']}  {line['benchmark']}  {line['system']}"
        for line in map(describe, report.recorded)
    ]
    output.result(options, report.to_json(), *lines)
    return 1 if report.failed else 0


def chosen(options: argparse.Namespace) -> list[str] | None:
    return [name.strip() for name in options.systems.split(",")] if options.systems else None


def wake_portal(url: str | None) -> None:
    problem = wake(url) if url else None
    if problem:
        output.progress(f"the portal was not woken ({problem}); it will look by itself")
