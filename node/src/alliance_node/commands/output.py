"""How commands speak: results on standard output, progress and refusals on standard error."""

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Final

DIRECTORY_VARIABLE = "ALLIANCE_NODE_DIR"


def progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class Bar:
    """Shows how far long work has come: a bar on a terminal, a line now and then elsewhere."""

    WIDTH: Final = 24
    EVERY_SECONDS: Final = 10.0

    def __init__(self, what: str) -> None:
        self.what = what
        self._live = sys.stderr.isatty()
        self._last = time.monotonic()
        self._shown = 0

    def __call__(self, done: int, of: int, name: str = "") -> None:
        now = time.monotonic()
        pause = 0.1 if self._live else self.EVERY_SECONDS
        if now - self._last < pause and not (self._live and done == of):
            return
        self._last = now
        if self._live:
            self._draw(done, of, name)
        else:
            progress(f"{self.what}: {done} of {of}")

    def close(self) -> None:
        """Leave the terminal's line as it was found."""
        if self._shown:
            print("\r" + " " * self._shown + "\r", end="", file=sys.stderr, flush=True)
            self._shown = 0

    def line(self, text: str) -> None:
        """Print a line above the bar."""
        self.close()
        progress(text)

    def _draw(self, done: int, of: int, name: str) -> None:
        full = self.WIDTH * done // max(1, of)
        bar = "#" * full + "-" * (self.WIDTH - full)
        text = f"{self.what} [{bar}] {done}/{of} {name}"
        text = text[: shutil.get_terminal_size().columns - 1]
        print("\r" + text.ljust(self._shown), end="", file=sys.stderr, flush=True)
        self._shown = len(text)


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
