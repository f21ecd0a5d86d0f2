"""`python -m bench [SUBJECT …]`: measure in processes of their own, print and keep the report."""

from __future__ import annotations

import argparse
import os
import pkgutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import database, measures
from bench.figure import Figure, Verdict, from_json, not_run, table

MARK = "FIGURES "
REPORT = Path(os.environ.get("BENCH_REPORT", ".data/bench/report.md"))
SECONDS = 1800


def subjects() -> list[str]:
    """Return every subject by name."""
    return sorted(module.name for module in pkgutil.iter_modules(measures.__path__))


def main() -> int:
    """Run the chosen subjects; 0 when every one of them ran, whether its targets were met or not."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("subject", nargs="*", help=f"of: {', '.join(subjects())} (all)")
    chosen = parser.parse_args().subject or subjects()
    unknown = set(chosen) - set(subjects())
    if unknown:
        parser.error(
            f"no such subject: {', '.join(sorted(unknown))}. There are: {', '.join(subjects())}"
        )
    url = os.environ["DATABASE_URL"]
    print("Making the database", flush=True)
    database.make_template(url)
    figures: list[Figure] = []
    broken = []
    for number, name in enumerate(chosen, 1):
        began = time.monotonic()
        print(f"[{number}/{len(chosen)}] {name} …", flush=True)
        found, well = _run(url, name)
        print(f"{table(found)}({time.monotonic() - began:.0f} s)\n", flush=True)
        figures += found
        broken += [] if well else [name]
    _keep(figures)
    short = sum(figure.verdict == Verdict.SHORT for figure in figures)
    print(f"{len(figures)} figures, {short} short of their target; the report is in {REPORT}")
    if broken:
        print(f"Broken off: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


def _run(url: str, name: str) -> tuple[list[Figure], bool]:
    """Run one subject on a database of its own; one that breaks off is a line of the report, too."""
    env = os.environ | database.PORTAL | {"DATABASE_URL": database.copy_for(url, name)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.one", name], env=env, stdout=subprocess.PIPE, text=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [not_run(name, "", f"not finished after {SECONDS} s")], False
    finally:
        database.drop(url, name)
    for line in done.stdout.splitlines():
        if line.startswith(MARK):
            return from_json(line.removeprefix(MARK)), True
    return [not_run(name, "", f"broke off with exit code {done.returncode}; see above")], False


def _keep(figures: list[Figure]) -> None:
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    head = (
        f"# Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n"
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load and servers on the same machine.\n\n"
    )
    REPORT.write_text(head + table(figures))


if __name__ == "__main__":
    sys.exit(main())
