"""`python -m bench.one SUBJECT`: one subject in this process; `bench` starts it on a database of its own."""

from __future__ import annotations

import importlib
import sys

import django

from bench.__main__ import MARK
from bench.figure import to_json


def main(name: str) -> None:
    """Measure and write the figures on a line that `bench` looks for."""
    django.setup()
    subject = importlib.import_module(f"bench.measures.{name}")
    print(f"\n{MARK}{to_json(subject.measure())}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
