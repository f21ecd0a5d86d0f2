"""Keep `docs/api/openapi.yaml` equal to what the code serves: `python -m launcher.schema [--check]`."""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "docs" / "api" / "openapi.yaml"


def current() -> str:
    """Return the document as the code serves it; warnings of the generator are errors."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "spectacular", "--fail-on-warn", "--validate"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def main(arguments: list[str]) -> int:
    """Write the document, or compare it."""
    text = current()
    if "--check" not in arguments:
        SCHEMA.parent.mkdir(parents=True, exist_ok=True)
        SCHEMA.write_text(text)
        return 0
    kept = SCHEMA.read_text() if SCHEMA.exists() else ""
    changes = list(
        difflib.unified_diff(
            kept.splitlines(), text.splitlines(), "committed", "served", lineterm=""
        )
    )
    print("\n".join(changes[:80]))
    if changes:
        print("The API changed: look at the difference, then write it with `make schema`.")
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
