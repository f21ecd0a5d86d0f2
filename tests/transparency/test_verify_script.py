"""The verifier that readers download, against a portal that really serves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.factories.transparency import placed
from transparency import signing
from transparency.models import Checkpoint, Entry

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).parent.parent.parent / "docs" / "verify" / "verify_log.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments], capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def entry() -> Entry:
    return placed(300)[123]


def test_an_entry_checks_out(live_server: LiveServer, entry: Entry) -> None:
    answer = run(live_server.url, str(entry.pk), signing.verifier().vkey)
    assert answer.returncode == 0, answer.stderr
    assert "leaf 123" in answer.stdout


def test_a_kept_checkpoint_shows_that_the_log_only_grew(
    live_server: LiveServer, entry: Entry, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_text(Checkpoint.objects.latest_or_none().note, encoding="utf-8")
    placed(500)
    answer = run(live_server.url, str(entry.pk), signing.verifier().vkey, str(kept))
    assert answer.returncode == 0, answer.stderr
    assert "first 300 entries" in answer.stdout


def test_another_history_is_refused(live_server: LiveServer, entry: Entry, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(signing.sign_checkpoint(200, b"\x07" * 32), encoding="utf-8")
    answer = run(live_server.url, str(entry.pk), signing.verifier().vkey, str(kept))
    assert answer.returncode == 1
    assert "not what they were" in answer.stderr


def test_another_key_is_refused(live_server: LiveServer, entry: Entry, settings) -> None:
    settings.LOG_SIGNING_KEY = "B" * 43 + "="
    other = signing.verifier().vkey
    settings.LOG_SIGNING_KEY = "A" * 43 + "="
    answer = run(live_server.url, str(entry.pk), other)
    assert answer.returncode == 1
    assert "not signed with this key" in answer.stderr
