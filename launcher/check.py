"""`make check`: every check with its name and time; all run, two at a time; the failures are summed up at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from launcher.processes import ROOT

TOOLS = Path(sys.executable).parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
SHOWN = 8000
AT_ONCE = 2
DEMONSTRATION = {"DEMO": "1", "PLAIN_STATIC": "1"}
# As an operator would set it; the values are nobody's.
PRODUCTION = {
    "DEMO": "0", "DEBUG": "0", "SITE_ORIGIN": "https://portal.example", "ALLOWED_HOSTS": "portal.example",
    "SECRET_KEY": "check-" + "k7Qz" * 16, "LOG_SIGNING_KEY": "c" * 43 + "=",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """A command that must end well."""

    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=lambda: DEMONSTRATION)


@dataclass(frozen=True)
class Outcome:
    """How a check ended, and what it wrote."""

    check: Check
    passed: bool
    seconds: float
    said: str


def checks() -> list[Check]:
    """Return every check, the slow ones first."""
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    return [
        Check("mypy: types", [str(TOOLS / "mypy")]),
        Check("ruff: rules", [str(TOOLS / "ruff"), "check", "."]),
        Check("ruff: format", [str(TOOLS / "ruff"), "format", "--check", "."]),
        Check("djade: templates", [str(TOOLS / "djade"), "--check", "--target-version", "5.2", *templates]),
        Check("import-linter: who imports whom", [str(TOOLS / "lint-imports")]),
        Check("deptry: dependencies", [str(TOOLS / "deptry"), "."]),
        Check("migrations are complete", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
        Check("ready for production", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        Check("OpenAPI document is current", [sys.executable, "-m", "launcher.schema", "--check"]),
        Check("French is complete", [*MANAGE, "catalogues", "check"]),
    ]  # fmt: skip


def run(check: Check) -> Outcome:
    """Run one check to its end."""
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=dict(os.environ) | dict(check.env),
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    return Outcome(check, done.returncode == 0, seconds, (done.stdout + done.stderr).strip())


def main() -> int:
    """Run all checks; 0 when all passed."""
    failed = []
    listed = checks()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for future in as_completed([pool.submit(run, check) for check in listed]):
            outcome = future.result()
            word = "ok    " if outcome.passed else "FAILED"
            print(f"{word} {outcome.check.name} ({outcome.seconds:.1f} s)", flush=True)
            if not outcome.passed:
                failed.append(outcome.check.name)
                print(outcome.said[-SHOWN:], flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}")
    print(f"{len(listed) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0
