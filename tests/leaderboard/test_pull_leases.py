"""Leases, fencing, pauses and whose turn it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from leaderboard import scheduling, tasks
from leaderboard.models import BenchmarkVersion, Node, NodeEvent, PullAttempt, Result
from leaderboard.pull import finishing, health, ingest, leases
from leaderboard.pull.cycle import Report, pull
from leaderboard.pull.facts import facts_of
from leaderboard.pull.limits import Limits
from leaderboard.pull.verify import Accepted, Item, Refusal, verify_item
from tests.factories.leaderboard import make_benchmark, make_node, make_organisation
from tests.node_simulator import NodeSimulator


def _accepted(node: Node, simulator: NodeSimulator) -> Accepted:
    simulator._log_started_runs = False
    _run, digest = simulator.add_result(system="langid", successes=95, n=100)
    item = Item(1, digest, "eval-run")
    verdict = verify_item(simulator.items[0].raw, item, facts_of(node), timezone.now())
    assert isinstance(verdict, Accepted)
    return verdict


def _taken(accepted: Accepted) -> ingest.Taken:
    return ingest.Taken(accepted.item, accepted.raw, accepted)


@pytest.mark.django_db
def test_a_node_is_pulled_by_one_worker_at_a_time(node: Node) -> None:
    first = leases.take(node_id=node.pk, seconds=60)
    assert first is not None
    assert leases.take(node_id=node.pk, seconds=60) is None


@pytest.mark.django_db
def test_an_expired_lease_can_be_taken_and_the_lost_attempt_is_recorded(node: Node) -> None:
    first = leases.take(node_id=node.pk, seconds=0)
    second = leases.take(node_id=node.pk, seconds=60)
    assert first is not None
    assert second is not None
    assert second.token == first.token + 1
    assert PullAttempt.objects.get(pk=first.attempt_id).outcome == "worker-lost"


@pytest.mark.django_db
def test_a_late_worker_changes_nothing(node: Node, simulator: NodeSimulator) -> None:
    """SIGSTOP past the lease, another worker, SIGCONT: every write of the first one is refused."""
    accepted = _accepted(node, simulator)
    late = leases.take(node_id=node.pk, seconds=0)
    current = leases.take(node_id=node.pk, seconds=60)
    assert late is not None
    assert current is not None
    before = Node.objects.values().get(pk=node.pk)
    with pytest.raises(leases.LeaseLost):
        ingest.store_batch(late, [_taken(accepted)])
    refused = ingest.Taken(accepted.item, accepted.raw, Refusal("wrong-value"))
    with pytest.raises(leases.LeaseLost):
        ingest.store_batch(late, [refused])
    with pytest.raises(leases.LeaseLost):
        finishing.finish(late, Report(outcome="connect"), Limits())
    assert not Result.objects.exists()
    assert Node.objects.values().get(pk=node.pk) == before
    assert ingest.store_batch(current, [_taken(accepted)]).touched != set()
    assert Result.objects.count() == 1


@pytest.mark.django_db
def test_a_lease_is_asked_only_inside_a_transaction_of_writes(node: Node) -> None:
    lease = leases.take(node_id=node.pk, seconds=60)
    assert lease is not None
    with transaction.atomic():
        assert leases.hold(lease).pk == node.pk


@pytest.mark.django_db
def test_five_failures_open_the_breaker_and_a_success_closes_it(
    node: Node, simulator: NodeSimulator
) -> None:
    simulator.misbehave("/", "error-500")
    for number in range(1, 6):
        pull(node_id=node.pk)
        node.refresh_from_db()
        assert node.failures == number
        assert (node.breaker_until is not None) == (number == 5)
    assert node.health == "down"
    assert pull(node_id=node.pk) is None  # not while it is open
    assert NodeEvent.objects.filter(kind="health-down").count() == 1
    simulator.behave()
    Node.objects.update(breaker_until=timezone.now())
    pull(node_id=node.pk)
    node.refresh_from_db()
    assert (node.health, node.failures, node.breaker_until) == ("fresh", 0, None)


def test_the_pause_doubles_with_jitter_up_to_a_quarter_of_an_hour() -> None:
    limits = Limits()
    assert health.pause_after(4, 60, limits) is None
    for failures, longest in ((5, 120), (6, 240), (7, 480), (8, 900), (500, 900)):
        pauses = {health.pause_after(failures, 60, limits) for _ in range(20)}
        assert len(pauses) > 1
        for pause in pauses:
            assert pause is not None
            assert timedelta(seconds=longest / 2) <= pause <= timedelta(seconds=longest)


@pytest.mark.django_db
def test_a_node_that_missed_three_intervals_is_stale(node: Node) -> None:
    now = timezone.now()
    Node.objects.update(health="fresh", last_success_at=now - timedelta(seconds=29))
    health.mark_overdue(now)
    node.refresh_from_db()
    assert node.health == "fresh"
    Node.objects.update(last_success_at=now - timedelta(seconds=31))
    health.mark_overdue(now)
    node.refresh_from_db()
    assert node.health == "stale"


@pytest.mark.django_db
def test_a_due_node_is_rung_for_once_until_the_ring_seems_lost(node: Node) -> None:
    assert scheduling.due_nodes() == [node.pk]
    assert scheduling.due_nodes() == []
    Node.objects.update(rung_at=timezone.now() - timedelta(seconds=31))
    assert scheduling.due_nodes() == [node.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"state": "paused"},
        {"state": "pending"},
        {"state": "suspended"},
        {"next_pull_at": timezone.now() + timedelta(hours=1)},
        {"lease_until": timezone.now() + timedelta(hours=1)},
        {"breaker_until": timezone.now() + timedelta(hours=1)},
    ],
)
def test_a_node_out_of_service_or_not_yet_due_is_left_alone(
    node: Node, fields: dict[str, Any]
) -> None:
    Node.objects.update(**fields)
    assert scheduling.due_nodes() == []


@pytest.mark.django_db
def test_failing_nodes_share_two_places_and_good_ones_have_all_the_others() -> None:
    organisation = make_organisation()
    for number in range(12):
        make_node(
            organisation=organisation,
            slug=f"n-{number}",
            node_id=f"n-{number}.example",
            failures=0 if number >= 6 else 3,
            last_success_at=timezone.now(),
        )
    claimed = set(scheduling.due_nodes())
    good = set(Node.objects.trusted().values_list("pk", flat=True))
    assert good <= claimed
    assert len(claimed - good) == 2


@pytest.mark.django_db
def test_the_sweep_rings_for_nodes_and_for_boards_that_are_behind(
    node: Node, version: BenchmarkVersion, bells: list[tuple[Any, ...]]
) -> None:
    BenchmarkVersion.objects.update(results_revision=2, board_revision=1)
    tasks.pull_due_nodes()
    assert bells == [
        ("leaderboard.pull_node", node.pk),
        ("leaderboard.refresh_board", version.pk),
    ]


@pytest.mark.django_db
def test_a_refreshed_board_is_behind_no_more(
    node: Node, simulator: NodeSimulator, version: BenchmarkVersion, bells: list[tuple[Any, ...]]
) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    tasks.pull_node(node.pk)
    assert ("leaderboard.refresh_board", version.pk) in bells
    tasks.refresh_board(version.pk)
    assert scheduling.boards_behind() == []
    assert version.snapshots.filter(metric="accuracy").count() == 1


@pytest.mark.django_db
def test_a_wake_up_during_a_pull_asks_for_another(node: Node, simulator: NodeSimulator) -> None:
    lease = leases.take(node_id=node.pk, seconds=60)
    assert lease is not None
    Node.objects.update(next_pull_at=timezone.now() + timedelta(milliseconds=1))
    finishing.finish(lease, Report(outcome="unchanged"), Limits())
    node.refresh_from_db()
    assert node.next_pull_at <= timezone.now()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_crowd_of_tarpits_never_delays_the_honest_node(
    simulate: Callable[..., NodeSimulator], settings: Any
) -> None:
    """Twelve tarpits, one honest node, four workers: the honest one is pulled within two intervals each time."""
    settings.PULL_LIMITS = {"exchange_seconds": 2.0, "pull_seconds": 4.0, "ring_again_seconds": 6.0}
    make_benchmark()
    honest = simulate("node-honest")
    node = make_node(honest, interval=1)
    honest.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    for number in range(12):
        tarpit = simulate(f"tarpit-{number}")
        tarpit.misbehave("/", "hang")
        make_node(tarpit, interval=1)
    stop, waiting = threading.Event(), threading.Semaphore(0)
    queue: list[int] = []
    workers = [
        threading.Thread(target=_work, args=(queue, waiting, stop), name=f"worker-{number}")
        for number in range(4)
    ]
    for worker in workers:
        worker.start()
    try:
        delays = [_publish_and_wait(honest, queue, waiting, number) for number in range(3)]
    finally:
        stop.set()
        for _worker in workers:
            waiting.release()
        for worker in workers:
            worker.join(30)
    assert max(delays) < 2.5
    assert PullAttempt.objects.filter(outcome="timeout").exists()


def _publish_and_wait(
    honest: NodeSimulator, queue: list[int], waiting: threading.Semaphore, number: int
) -> float:
    """Publish a result and run the scheduler until the portal has it."""
    _run, digest = honest.add_result(system=f"new-{number}", successes=90, n=100)
    begun = time.monotonic()
    while not Result.objects.of_envelope(digest).exists():
        assert time.monotonic() - begun < 20, "the honest node waits"
        for node_id in scheduling.due_nodes():
            queue.append(node_id)
            waiting.release()
        time.sleep(0.1)
    return time.monotonic() - begun


def _work(queue: list[int], waiting: threading.Semaphore, stop: threading.Event) -> None:
    """A worker: one task at a time, in the order of the queue."""
    try:
        while waiting.acquire() and not stop.is_set():
            pull(node_id=queue.pop(0))
    finally:
        connection.close()
