"""However the log grows, it is the RFC 6962 tree over its entries; whatever breaks leaves the old tree or the new."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from alliance_node.proofs.merkle import root, verify_consistency, verify_inclusion
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.factories.transparency import entries, placed
from transparency import audit, sequencer, tree
from transparency.errors import LogError
from transparency.models import Checkpoint, Entry, Leaf, Tile, Waiting
from transparency.proofs import proof_of

STEPS = [
    "_take_lock", "_take_waiting", "_refuse_another_history", "_place", "_store_full_tiles", "_read_back", "_sign",
    "purge", "announce",
]  # fmt: skip


class TestGrowth(TestCase):
    """Batches of any sizes, cut at any limit."""

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.integers(1, 300), min_size=1, max_size=4), st.integers(1, 400))
    def test_any_batches_make_the_same_tree(self, batches: list[int], limit: int) -> None:
        heads: list[Checkpoint] = []
        for count in batches:
            entries(count)
            while head := sequencer.sequence(limit):
                heads.append(head)
        in_order = Leaf.objects.order_by("index").values_list("entry__leaf_hash", flat=True)
        hashes = [bytes(value) for value in in_order]
        assert len(hashes) == sum(batches)
        assert bytes(heads[-1].root) == root(hashes)
        assert list(audit.faults()) == []
        for old, new in pairwise(heads):
            path = tree.consistency_path(old.size, new.size)
            assert verify_consistency(old.size, bytes(old.root), new.size, bytes(new.root), path)
        last = Entry.objects.placed().first()
        assert last is not None
        proof = proof_of(last)
        assert proof is not None
        assert verify_inclusion(proof.leaf_hash, proof.index, proof.size, proof.path, proof.root)


@pytest.mark.django_db
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_step_leaves_the_old_tree(
    monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    placed(4)
    old = Checkpoint.objects.latest_or_none()
    entries(300)
    real = getattr(sequencer, step)

    def broken(*arguments: object, **named: object) -> None:
        if when == "after":
            real(*arguments, **named)
        raise OSError("the machine died")

    with monkeypatch.context() as patch:
        patch.setattr(sequencer, step, broken)
        with pytest.raises(OSError, match="died"):
            sequencer.sequence()
    assert Checkpoint.objects.latest_or_none() == old
    assert (Leaf.objects.count(), Tile.objects.count(), Waiting.objects.count()) == (4, 0, 300)
    assert list(audit.faults()) == []
    new = sequencer.sequence()
    assert new is not None
    assert new.size == 304
    assert list(audit.faults()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_while_the_file_is_written_leaves_the_new_tree(
    monkeypatch: pytest.MonkeyPatch, settings, tmp_path, when: str
) -> None:
    settings.LOG_CHECKPOINT_FILE = tmp_path / "checkpoint"
    placed(2)
    real = sequencer.outside.keep

    def broken(text: str) -> None:
        if when == "after":
            real(text)
        raise OSError("the disk is full")

    entries(3)
    with monkeypatch.context() as patch:
        patch.setattr(sequencer.outside, "keep", broken)
        with pytest.raises(OSError, match="full"):
            sequencer.sequence()
    assert Checkpoint.objects.latest_or_none().size == 5
    assert list(audit.faults()) == []
    placed(1)
    assert "\n6\n" in settings.LOG_CHECKPOINT_FILE.read_text()


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_without_the_lock_still_cannot_sign_two_trees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lock is a courtesy: places and sizes are unique, and a tree is signed only on the newest."""
    entries(40)
    monkeypatch.setattr(sequencer, "_take_lock", lambda: True)
    barrier = threading.Barrier(2)
    failed: list[Exception] = []

    def run() -> None:
        barrier.wait()
        try:
            sequencer.sequence()
        except (IntegrityError, LogError) as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) <= 1
    assert Checkpoint.objects.count() == 1
    assert Leaf.objects.count() == 40
    assert list(audit.faults()) == []


@pytest.mark.django_db
def test_a_leaf_hash_that_is_not_that_of_its_body_is_not_signed() -> None:
    placed(2)
    (lying,) = entries(1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE transparency_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE transparency_entry SET body = 'x' WHERE id = %s", [lying.pk])
    with pytest.raises(LogError, match="do not hash"):
        sequencer.sequence()
    assert Checkpoint.objects.latest_or_none().size == 2


@pytest.mark.django_db
@pytest.mark.slow
def test_twenty_thousand_leaves_are_placed() -> None:
    from alliance_node.proofs.merkle import leaf_hash

    bodies = [b"%d" % n for n in range(20_000)]
    made = Entry.objects.bulk_create(
        [Entry(kind="test", body=body, leaf_hash=leaf_hash(body)) for body in bodies]
    )
    Waiting.objects.bulk_create([Waiting(entry=entry) for entry in made])
    while sequencer.sequence() is not None:
        pass
    newest = Checkpoint.objects.latest_or_none()
    assert newest is not None
    assert newest.size == 20_000
    assert Tile.objects.filter(level=0).count() == 78
    assert list(audit.faults()) == []
