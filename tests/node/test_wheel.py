"""The node is a distribution of its own: it builds, and it runs without the portal's framework."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

NODE = Path(__file__).parent.parent.parent / "node"
ALONE = """
import sys, pkgutil, importlib
for name in ("django", "rest_framework", "celery", "alliance", "leaderboard"):
    sys.modules[name] = None
sys.path.insert(0, sys.argv[1])
import alliance_node
assert alliance_node.__file__.startswith(sys.argv[1]), alliance_node.__file__
for module in pkgutil.walk_packages(alliance_node.__path__, "alliance_node."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
from alliance_node.cli import main
sys.exit(main(["init", sys.argv[2], "--organisation", "Demo", "--node-id", "a.demo.example",
               "--contact", "a@demo.example"]))
"""


@pytest.mark.slow
def test_the_wheel_builds_and_runs_without_django(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--no-index", "--wheel-dir", str(tmp_path), str(NODE)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("alliance_node-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(it for it in names if it.endswith("METADATA"))).decode()
        archive.extractall(tmp_path / "site")
    assert "django" not in metadata.lower()
    assert any(name.endswith("language_id/sentences.jsonl") or "dataset" in name for name in names)
    ran = subprocess.run(
        [sys.executable, "-c", ALONE, str(tmp_path / "site"), str(tmp_path / "node")],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "node" / "log" / "checkpoint").exists()
