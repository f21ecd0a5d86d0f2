"""Large boards: computed again after a new result, and shown filtered without any cache."""

from __future__ import annotations

import hashlib
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from bench.figure import Figure, Verdict, at_most, seen

TITLE = "Large boards"
BOARD = "/en/leaderboard/language-id/"
ASKED = f"{BOARD}?node=node-a&q=system&page=2"
FEW, MANY, ROUNDS = 50, 5000, 7
CPU_MS, UPDATE_SECONDS = 40.0, 1.0


def measure() -> list[Figure]:
    """Grow one board to 5,000 systems with samples, then change it and read it."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        return list(_figures())


def _figures() -> Iterator[Figure]:
    from tests.leaderboard.boards import METRICS, make_world

    world = make_world()
    world.version.metrics = METRICS[:1]
    world.version.save()
    _grow(world, 0, FEW)
    world.refresh()
    few = _queries()
    _grow(world, FEW, MANY)
    world.refresh()
    yield from _read(few)
    yield from _updated(world)


def _read(few: int) -> Iterator[Figure]:
    many = _queries()
    yield Figure(
        f"queries of a filtered board at {MANY} rows", many, "", f"= {few}, as at {FEW} rows",
        Verdict.MET if few == many else Verdict.SHORT,
    )  # fmt: skip
    client = Client(HTTP_HOST="127.0.0.1")
    spent = _rounds(lambda: client.get(ASKED), 31)
    yield at_most(
        f"filtered, uncached board of {MANY} systems, processor time of the application",
        1000 * statistics.median(spent), CPU_MS, "ms", spread=_inner([1000 * s for s in spent]),
        note="one page of 50 rows; without the database's share",
    )  # fmt: skip
    database = _database_ms()
    yield seen("the database's share of it", database, "ms", note="execution time of all queries")


def _database_ms() -> float:
    """Return how long the database works for one such page, by its own clock."""
    client = Client(HTTP_HOST="127.0.0.1")
    with CaptureQueriesContext(connection) as asked:
        client.get(ASKED)
    total = 0.0
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            if query["sql"].lstrip().upper().startswith("SELECT"):
                cursor.execute(
                    f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql'].replace('%', '%%')}", []
                )
                total += cursor.fetchone()[0][0]["Execution Time"]
    return total


def _updated(world: Any) -> Iterator[Figure]:
    """Let a new result come in, and time until its snapshot and standings are committed."""
    waits, spent = [], []
    for number in range(ROUNDS):
        world.result(f"newcomer-{number}", "a", wrong=set(range(number, 40)))
        began, cpu = time.perf_counter(), time.process_time()
        assert world.refresh()
        waits.append(time.perf_counter() - began)
        spent.append(time.process_time() - cpu)
    yield at_most(
        f"standings of a board of {MANY} rows after a new result", statistics.median(waits),
        UPDATE_SECONDS, "s", spread=_inner(waits),
        note=f"one metric, answers of every sample known; {statistics.median(spent):.2f} s of processor time",
    )  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield seen("peak memory of the process that computes it", peak, "MiB")


def _rounds(work: Callable[[], Any], count: int) -> list[float]:
    """Return the processor time of each round, the first ones left out."""
    work(), work()
    spent = []
    for _round in range(count):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return spent


def _inner(values: list[float]) -> str:
    ordered = sorted(values)
    quarter = len(ordered) // 4
    return f"{ordered[quarter]:.3g} to {ordered[-1 - quarter]:.3g}"


def _queries() -> int:
    client = Client(HTTP_HOST="127.0.0.1")
    client.get(ASKED)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(ASKED)
    assert answer.status_code == 200, f"{ASKED} answered {answer.status_code}"
    return len(asked)


def _grow(world: Any, have: int, want: int) -> None:
    """Enter results in bulk: envelopes and entries as rows, since nothing here reads their bytes."""
    from leaderboard.models import (
        Envelope,
        Measurement,
        Result,
        SampleSheet,
        System,
        SystemRevision,
    )
    from tests.leaderboard.boards import BEGAN, ITEMS, SETTINGS
    from transparency.models import Entry

    node, numbers = world.node("a"), range(have, want)
    systems = System.objects.bulk_create(
        System(slug=f"system-{i:05}", identifier=f"system-{i:05}", name=f"System {i:05}")
        for i in numbers
    )
    revisions = SystemRevision.objects.bulk_create(
        SystemRevision(system=system, revision="1") for system in systems
    )
    entries = Entry.objects.bulk_create(
        Entry(kind="result", body=b"{}", leaf_hash=hashlib.sha256(b"%d" % i).digest())
        for i in numbers
    )
    envelopes = Envelope.objects.bulk_create(
        Envelope(
            sha256=hashlib.sha256(b"envelope %d" % i).hexdigest(),
            raw=b"{}",
            kind="eval-run",
            node=node,
            seq=1_000_000 + i,
            kid="k",
            entry=entry,
        )
        for i, entry in zip(numbers, entries, strict=True)
    )
    results = Result.objects.bulk_create(
        Result(
            ulid=f"BENCH{i:021}",
            envelope=envelope,
            node=node,
            run_id=f"BENCH{i:021}",
            attempt=1,
            benchmark_version=world.version,
            system_revision=revision,
            started_at=BEGAN,
            finished_at=BEGAN + timedelta(seconds=20),
            harness_name="alliance-node",
            harness_version="0.1.0",
            settings_digest=SETTINGS,
            outcomes={"success": 100},
            dimension="capability",
            relationship="third_party",
        )
        for i, envelope, revision in zip(numbers, envelopes, revisions, strict=True)
    )
    answers = [_answers(i) for i in numbers]
    Measurement.objects.bulk_create(
        Measurement(
            result=result,
            position=0,
            metric="accuracy",
            value=Decimal(sum(right)) / 100,
            n=100,
            successes=sum(right),
            higher_is_better=True,
            agrees=True,
        )
        for result, right in zip(results, answers, strict=True)
    )
    SampleSheet.objects.bulk_create(
        SampleSheet(result=result, items=ITEMS, correct=right)
        for result, right in zip(results, answers, strict=True)
    )


def _answers(number: int) -> bytes:
    """Return who is right where: between 40 and 97 of 100, spread by a digest."""
    chance = hashlib.sha256(b"answers %d" % number).digest() * 4
    bar = 100 + number % 57 * 3
    return bytes(byte < min(248, bar) for byte in chance[:100])
