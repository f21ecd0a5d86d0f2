"""How commands speak: results on standard output, progress and refusals on standard error."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

DIRECTORY_VARIABLE = "ALLIANCE_NODE_DIR"


def progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def result(options: argparse.Namespace, value: dict[str, Any], *lines: str) -> None:
    """Print the machine's form with ``--json``, the human's otherwise."""
    if options.json:
        print(json.dumps(value, indent=2, ensure_ascii=False))
    else:
        for line in lines:
            print(line)


def directory_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dir",
        type=Path,
        dest="folder",
        default=default_directory(),
        metavar="DIR",
        help=f"the node's directory (default: ${DIRECTORY_VARIABLE}, or the current one)",
    )


def directory_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        default=default_directory(),
        metavar="DIR",
        help=f"the node's directory (default: ${DIRECTORY_VARIABLE}, or the current one)",
    )


def default_directory() -> Path:
    return Path(os.environ.get(DIRECTORY_VARIABLE, "."))
