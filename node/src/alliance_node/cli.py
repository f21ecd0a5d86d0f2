"""The command line: ``alliance-node COMMAND``."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Protocol

from . import __version__
from .commands import (
    export,
    import_results,
    init,
    retract,
    rotate_key,
    run,
    serve,
    status,
    verify,
)
from .errors import NodeError

EPILOG = """\
a first node:
  pip install 'alliance-node[language-id]'
  alliance-node init ./node --organisation "..." --node-id eval.example.org --contact you@example.org
  alliance-node run language-id --dir ./node
  alliance-node serve ./node

exit status: 0 done, 1 something was refused or failed, 2 wrong usage, 3 not a node's directory,
4 another process is writing, 5 what is on the disk is not what was signed.
"""


class Command(Protocol):
    HELP: str
    EPILOG: str

    def arguments(self, parser: argparse.ArgumentParser, /) -> None: ...

    def run(self, options: argparse.Namespace, /) -> int: ...


COMMANDS: dict[str, Command] = {
    "init": init,
    "run": run,
    "import": import_results,
    "retract": retract,
    "serve": serve,
    "export": export,
    "status": status,
    "verify": verify,
    "rotate-key": rotate_key,
}


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="alliance-node",
        description="Turn evaluation results into signed statements in a public log, and serve both.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"alliance-node {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=command.HELP,
            description=command.HELP[0].upper() + command.HELP[1:] + ".",
            epilog=command.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.add_argument("--json", action="store_true", help="print JSON, for programs")
        command.arguments(sub)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    options = parser().parse_args(argv)
    try:
        return COMMANDS[options.command].run(options)
    except NodeError as error:
        if options.json:
            print(json.dumps({"error": {"code": error.code, "reason": str(error)}}))
        print(f"alliance-node: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"alliance-node: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("alliance-node: interrupted; what was recorded is safe", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
