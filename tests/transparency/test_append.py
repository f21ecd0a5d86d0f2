"""An entry is written with what it records, broker or no broker."""

from __future__ import annotations

import logging

import pytest
from alliance_node.proofs.merkle import leaf_hash
from celery.exceptions import OperationalError
from django.db import transaction
from redis.exceptions import ConnectionError as RedisAway

from transparency import actions, sequencer, tasks
from transparency.actions import append
from transparency.models import Entry, Waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test find the bell left alone because of another."""
    monkeypatch.setattr(actions, "_rung_at", float("-inf"))


def test_a_dictionary_becomes_canonical_json() -> None:
    entry = append(kind="decision", body={"b": "é", "a": [1, 2]})
    assert bytes(entry.body) == '{"body":{"a":[1,2],"b":"é"},"kind":"decision"}'.encode()
    assert bytes(entry.leaf_hash) == leaf_hash(bytes(entry.body))


def test_bytes_stay_as_they_are() -> None:
    assert bytes(append(kind="result", body=b"\x00 \xff").body) == b"\x00 \xff"


def test_a_roll_back_takes_the_entry_along() -> None:
    with transaction.atomic():
        append(kind="test", body={})
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert sequencer.sequence() is None


@pytest.mark.parametrize("away", [OperationalError, RedisAway, ConnectionRefusedError])
def test_the_broker_may_be_away(
    away: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks,
) -> None:
    def refuse(**_options: object) -> None:
        raise away("no route")

    monkeypatch.setattr(tasks.sequence, "apply_async", refuse)
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        append(kind="test", body={})
    assert "broker is away" in caplog.text
    assert Waiting.objects.count() == 1


def test_many_entries_ring_once(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    rung: list[dict[str, object]] = []
    monkeypatch.setattr(tasks.sequence, "apply_async", lambda **options: rung.append(options))
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            append(kind="test", body={"n": number})
    assert len(rung) == 1


def test_a_process_that_has_just_rung_leaves_the_bell_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[dict[str, object]] = []
    monkeypatch.setattr(tasks.sequence, "apply_async", lambda **options: rung.append(options))
    monkeypatch.setattr(actions, "RING_SECONDS", 3600)
    actions._ring()
    actions._ring()
    assert len(rung) == 1
    monkeypatch.setattr(actions, "RING_SECONDS", 0)
    actions._ring()
    assert len(rung) == 2


def test_the_task_places_everything_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        append(kind="test", body={"n": number})
    monkeypatch.setattr(sequencer, "BATCH", 2)
    tasks.sequence()
    assert not Waiting.objects.exists()
