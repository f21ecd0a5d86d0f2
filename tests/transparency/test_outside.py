"""A restored or foreign database is told apart from the log by the checkpoint kept in a file."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories.transparency import entries, placed
from transparency import audit, health, outside, sequencer, signing
from transparency.errors import LogError
from transparency.models import Checkpoint

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(settings, tmp_path: Path) -> Path:
    settings.LOG_CHECKPOINT_FILE = tmp_path / "log" / "checkpoint"
    return settings.LOG_CHECKPOINT_FILE


def test_the_file_follows_the_newest_checkpoint(file: Path) -> None:
    placed(3)
    placed(2)
    assert file.read_text() == Checkpoint.objects.latest_or_none().note
    assert [item.name for item in file.parent.iterdir()] == ["checkpoint"]


@pytest.mark.parametrize(
    ("size", "root", "said"),
    [(9, b"\x01" * 32, "restored backup"), (2, b"\x01" * 32, "another history")],
)
def test_a_newer_or_different_tree_in_the_file_stops_the_signing(
    file: Path, size: int, root: bytes, said: str
) -> None:
    placed(3)
    file.write_text(signing.sign_checkpoint(size, root))
    entries(1)
    with pytest.raises(LogError, match=said):
        sequencer.sequence()
    assert said in (health.fault(timezone.now()) or "")
    assert Checkpoint.objects.latest_or_none().size == 3
    assert list(audit.faults())


@pytest.mark.parametrize("text", ["", "nonsense", "a\n1\nAAAA\n\n— a AAAA\n"])
def test_a_damaged_file_stops_the_signing_and_is_named(file: Path, text: str) -> None:
    placed(1)
    file.write_text(text)
    entries(1)
    with pytest.raises(LogError, match="can't be read"):
        sequencer.sequence()
    assert any("can't be read" in fault for fault in audit.faults())


def test_an_older_checkpoint_never_replaces_a_newer(file: Path) -> None:
    notes = [signing.sign_checkpoint(size, bytes([size]) * 32) for size in range(1, 9)]

    def keep(text: str) -> None:
        outside.keep(text)
        connection.close()

    threads = [threading.Thread(target=keep, args=(text,)) for text in notes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_text() == notes[-1]


def test_health_says_when_entries_wait_too_long(file: Path) -> None:
    placed(1)
    assert health.fault(timezone.now()) is None
    entries(1)
    assert health.fault(timezone.now()) is None
    assert "waited 5 minutes" in (health.fault(timezone.now() + timedelta(minutes=5)) or "")
