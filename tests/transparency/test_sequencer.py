"""The sequencer: gapless places, signed trees, one at a time, all or nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alliance_node.proofs import note
from alliance_node.proofs.merkle import root, verify_consistency, verify_inclusion
from django.db import DatabaseError, connection, transaction

from transparency import audit, sequencer, signing, tree
from transparency.actions import LEAF_LIMIT, append
from transparency.errors import LogError
from transparency.models import Checkpoint, Entry, Leaf, Tile, Waiting
from transparency.proofs import proof_of

pytestmark = pytest.mark.django_db


def fill(count: int) -> list[Entry]:
    with transaction.atomic():
        return [append(kind="test", body={"n": n}) for n in range(count)]


def test_an_entry_waits_until_it_has_a_place() -> None:
    (entry,) = fill(1)
    assert entry.leaf_index is None
    assert proof_of(entry) is None
    sequencer.sequence()
    entry = Entry.objects.select_related("leaf").get(pk=entry.pk)
    assert entry.leaf_index == 0
    assert not Waiting.objects.exists()


def test_places_are_gapless_and_the_root_is_that_of_rfc_6962() -> None:
    fill(5)
    sequencer.sequence()
    fill(300)
    newest = sequencer.sequence()
    assert newest is not None
    hashes = [
        bytes(h) for h in Leaf.objects.order_by("index").values_list("entry__leaf_hash", flat=True)
    ]
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(305))
    assert bytes(newest.root) == root(hashes)
    assert Tile.objects.get(level=0, index=0)


def test_the_checkpoint_is_signed_by_the_log() -> None:
    fill(3)
    newest = sequencer.sequence()
    assert newest is not None
    signed = note.verify_checkpoint(newest.note, [signing.verifier()], origin=newest.origin)
    assert (signed.size, signed.root) == (3, bytes(newest.root))


def test_every_entry_proves_its_inclusion() -> None:
    fill(70)
    sequencer.sequence()
    for entry in Entry.objects.select_related("leaf"):
        proof = proof_of(entry)
        assert proof is not None
        assert verify_inclusion(proof.leaf_hash, proof.index, proof.size, proof.path, proof.root)


def test_a_newer_tree_only_adds_to_an_older_one() -> None:
    fill(10)
    old = sequencer.sequence()
    fill(23)
    new = sequencer.sequence()
    assert old is not None
    assert new is not None
    path = tree.consistency_path(old.size, new.size)
    assert verify_consistency(old.size, bytes(old.root), new.size, bytes(new.root), path)


def test_nothing_waiting_means_nothing_signed() -> None:
    assert sequencer.sequence() is None
    assert not Checkpoint.objects.exists()


def test_append_asks_for_a_transaction_and_a_fitting_body() -> None:
    with pytest.raises(ValueError, match="at most"):
        append(kind="test", body=b"x" * (LEAF_LIMIT + 1))


@pytest.mark.django_db(transaction=True)
def test_append_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        append(kind="test", body=b"x")


@pytest.mark.parametrize("step", ["_place", "_store_full_tiles"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_step_leaves_the_old_tree(
    monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    fill(4)
    old = sequencer.sequence()
    fill(300)
    real = getattr(sequencer, step)

    def broken(*arguments: object) -> None:
        if when == "after":
            real(*arguments)
        raise OSError("the machine died")

    monkeypatch.setattr(sequencer, step, broken)
    with pytest.raises(OSError, match="died"):
        sequencer.sequence()
    monkeypatch.setattr(sequencer, step, real)
    assert Checkpoint.objects.latest_or_none() == old
    assert Leaf.objects.count() == 4
    assert list(audit.faults()) == []
    new = sequencer.sequence()
    assert new is not None
    assert new.size == 304


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_at_once_make_one_tree() -> None:
    fill(50)
    barrier = threading.Barrier(4)

    def run() -> None:
        barrier.wait()
        sequencer.sequence()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sequencer.sequence()
    assert Leaf.objects.count() == 50
    assert list(audit.faults()) == []


@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_refuses_to_sign(settings, tmp_path: Path) -> None:
    settings.LOG_CHECKPOINT_FILE = tmp_path / "checkpoint"
    fill(3)
    sequencer.sequence()
    assert settings.LOG_CHECKPOINT_FILE.exists()
    settings.LOG_CHECKPOINT_FILE.write_text(signing.sign_checkpoint(9, b"\x01" * 32))
    fill(2)
    with pytest.raises(LogError, match="restored backup"):
        sequencer.sequence()
    assert Checkpoint.objects.latest_or_none().size == 3
    assert any("newer" in fault for fault in audit.faults())


@pytest.mark.parametrize("table", ["entry", "leaf", "checkpoint"])
@pytest.mark.parametrize(
    "command", ["DELETE FROM transparency_{}", "UPDATE transparency_{} SET {} = {}"]
)
def test_the_database_refuses_to_change_the_log(table: str, command: str) -> None:
    fill(2)
    sequencer.sequence()
    column = {"entry": "kind", "leaf": "index", "checkpoint": "note"}[table]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(command.format(table, column, column))


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        ("UPDATE transparency_entry SET body = 'x' WHERE id = (SELECT entry_id FROM transparency_leaf WHERE index = 1)",
         "does not hash to the stored leaf hash"),
        ("DELETE FROM transparency_leaf WHERE index = 2", "is missing"),
        ("UPDATE transparency_checkpoint SET root = decode(repeat('00', 32), 'hex')", "something else than the row"),
        ("UPDATE transparency_checkpoint SET note = replace(note, 'a', 'b')", "Checkpoint 300"),
        ("UPDATE transparency_tile SET hashes = decode(repeat('00', 8192), 'hex')", "does not hold the hashes"),
        ("DELETE FROM transparency_tile", "is full but not stored"),
    ],
)  # fmt: skip
def test_fsck_finds_what_was_tampered_with_underneath(tamper: str, expected: str) -> None:
    fill(300)
    sequencer.sequence()
    assert list(audit.faults()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("entry", "leaf", "tile", "checkpoint"):
            cursor.execute(f"ALTER TABLE transparency_{table} DISABLE TRIGGER USER")
        cursor.execute(tamper)
    assert any(expected in fault for fault in audit.faults())
