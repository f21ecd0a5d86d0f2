"""`make check`: every check, each with its name and time; all run, the failures are summed up at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "DEMO": "0", "DEBUG": "0", "SITE_ORIGIN": "https://portal.example", "ALLOWED_HOSTS": "portal.example",
    "SECRET_KEY": "check-" + "k7Qz" * 16, "LOG_SIGNING_KEY": "c" * 43 + "=",
}  # fmt: skip
DEMONSTRATION = {"DEMO": "1", "PLAIN_STATIC": "1"}


def checks() -> list[tuple[str, list[str], Mapping[str, str]]]:
    """Return (name, command, extra environment)."""
    tools = Path(sys.executable).parent
    python, manage = sys.executable, str(ROOT / "manage.py")
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    return [
        ("ruff: rules", [str(tools / "ruff"), "check", "."], {}),
        ("ruff: format", [str(tools / "ruff"), "format", "--check", "."], {}),
        ("mypy: types", [str(tools / "mypy")], DEMONSTRATION),
        (
            "djade: templates",
            [str(tools / "djade"), "--check", "--target-version", "5.2", *templates],
            {},
        ),
        ("import-linter: who imports whom", [str(tools / "lint-imports")], DEMONSTRATION),
        ("deptry: dependencies", [str(tools / "deptry"), "."], {}),
        (
            "migrations are complete",
            [python, manage, "makemigrations", "--check", "--dry-run"],
            DEMONSTRATION,
        ),
        (
            "check --deploy",
            [python, manage, "check", "--deploy", "--fail-level", "WARNING"],
            PRODUCTION,
        ),
        (
            "OpenAPI document is current",
            [python, "-m", "launcher.schema", "--check"],
            DEMONSTRATION,
        ),
        ("French is complete", [python, manage, "catalogues", "check"], DEMONSTRATION),
    ]


def main() -> int:
    """Run all checks; 0 when all passed."""
    failed = []
    for name, command, extra in checks():
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=dict(os.environ) | dict(extra),
            capture_output=True,
            text=True,
            check=False,
        )
        passed = done.returncode == 0
        print(
            f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)",
            flush=True,
        )
        if not passed:
            failed.append(name)
            print((done.stdout + done.stderr)[-6000:], flush=True)
    print(f"{len(checks()) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0
