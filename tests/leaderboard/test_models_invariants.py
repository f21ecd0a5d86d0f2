"""What the database itself refuses, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from alliance.viewer import ANONYMOUS, Viewer
from leaderboard.models import (
    BenchmarkVersion,
    BoardSnapshot,
    Envelope,
    Measurement,
    Node,
    NodeCheckpoint,
    NodeEvent,
    NodeKey,
    Result,
    ResultEvent,
    RunStarted,
    SampleSheet,
    Standing,
    SystemRevision,
)
from leaderboard.pull.cycle import pull
from tests.factories.leaderboard import make_benchmark
from tests.leaderboard.test_pull_honest import _samples
from tests.node_simulator import NodeSimulator
from transparency.actions import append

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(node: Node, simulator: NodeSimulator, version: BenchmarkVersion) -> Result:
    simulator.add_result(system="langid", successes=95, n=100, samples=_samples(95, 100))
    pull(node_id=node.pk)
    BoardSnapshot.objects.create(
        benchmark_version=version,
        metric="accuracy",
        number=1,
        ranking_code_version="1",
        digest="0" * 64,
    )
    return Result.objects.get()


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Envelope, "kid"),
        (NodeCheckpoint, "note"),
        (RunStarted, "system"),
        (BoardSnapshot, "digest"),
        (ResultEvent, "reason"),
        (NodeEvent, "kind"),
        (SampleSheet, "items"),
    ],
)
def test_append_only_tables_refuse_change_and_deletion(
    filled: Result, model: Any, column: str
) -> None:
    assert model.objects.exists()
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        model.objects.update(**{column: "changed"})
    with pytest.raises(DatabaseError, match="or delete rows"), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)


def _second_truth(result: Result) -> None:
    envelope = result.envelope
    other = Envelope.objects.create(
        sha256="a" * 64,
        raw=b"x",
        kind="eval-run",
        node=result.node,
        seq=99,
        kid="k",
        entry=_entry(),
    )
    assert envelope != other
    result.pk, result.ulid, result.envelope, result._state.adding = None, "0" * 26, other, True
    result.save(force_insert=True)


def _entry() -> Any:
    return append(kind="result", body=b"x")


def _unranked_without_reason(result: Result) -> None:
    Result.objects.update(state="unranked", reason="")


def _counted_with_reason(result: Result) -> None:
    Result.objects.update(state="counted", reason="limited")


def _ended_before_it_began(result: Result) -> None:
    Result.objects.update(finished_at=datetime(2000, 1, 1, tzinfo=UTC))


def _more_successes_than_items(result: Result) -> None:
    Measurement.objects.update(successes=101)


def _second_place(result: Result) -> None:
    Envelope.objects.create(
        sha256="b" * 64,
        raw=b"x",
        kind="eval-run",
        node=result.node,
        seq=result.envelope.seq,
        kid="k",
        entry=_entry(),
    )


def _key_that_ends_before_it_begins(result: Result) -> None:
    now = timezone.now()
    NodeKey.objects.update(not_before=now, not_after=now)


def _negative_cursor(result: Result) -> None:
    Node.objects.update(cursor=-1)


def _adopted_without_a_time(result: Result) -> None:
    BenchmarkVersion.objects.update(state="adopted", adopted_at=None)


def _two_heads_of_one_size(result: Result) -> None:
    head = result.node.checkpoints.get()
    NodeCheckpoint.objects.create(
        node=result.node, size=head.size, root=b"\1" * 32, note="x", consistent=True
    )


def _rank_without_being_ranked(result: Result) -> None:
    Standing.objects.create(
        snapshot=BoardSnapshot.objects.get(),
        system_revision=SystemRevision.objects.get(),
        position=1,
        ranked=False,
        value=1,
        rank_low=1,
        rank_high=1,
        assurance="self-attested",
    )


@pytest.mark.parametrize(
    "misdeed",
    [
        _second_truth,
        _unranked_without_reason,
        _counted_with_reason,
        _ended_before_it_began,
        _more_successes_than_items,
        _second_place,
        _key_that_ends_before_it_begins,
        _negative_cursor,
        _adopted_without_a_time,
        _two_heads_of_one_size,
        _rank_without_being_ranked,
    ],
)
def test_a_contradiction_cannot_be_stored(
    filled: Result, misdeed: Callable[[Result], None]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        misdeed(filled)


def test_a_node_is_public_once_it_is_in_service(node: Node) -> None:
    owner = Viewer(person_id=1, organisation_ids=frozenset({node.organisation_id}))
    assert Node.objects.visible_to(ANONYMOUS).count() == 1
    Node.objects.update(state="pending")
    assert Node.objects.visible_to(ANONYMOUS).count() == 0
    assert Node.objects.visible_to(owner).count() == 1


def test_the_current_version_is_the_newest_adopted_one(version: BenchmarkVersion) -> None:
    newer = make_benchmark(version="2.0.0")
    make_benchmark(version="3.0.0", state="proposed")
    assert list(BenchmarkVersion.objects.current()) == [newer]
