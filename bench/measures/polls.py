"""Quiet nodes polled by one worker, and tarpits around an honest node."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

from alliance_node.proofs import merkle
from django.db import connections
from django.test.utils import override_settings
from django.utils import timezone

from bench.figure import Figure, at_most, seen
from bench.nodes import quiet
from bench.quiet_nodes import ETAG

TITLE = "Polling"
NODES = int(os.environ.get("BENCH_NODES", "1000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "120"))
INTERVAL, TICK = 60, 5.0
TARPITS, WORKERS, TARPIT_INTERVAL = 49, 4, 10


def measure() -> list[Figure]:
    """Poll quiet nodes, then tarpits with one honest node among them."""
    from tests.factories.leaderboard import make_benchmark

    make_benchmark()
    return [*_quiet_nodes(), *_tarpits()]


def _quiet_nodes() -> Iterator[Figure]:
    with quiet() as host, override_settings(OUTBOUND_ALLOWED_HOSTS=[host]):
        _make_quiet(host)
        lateness, busy = _poll(SECONDS)
    ordered = sorted(lateness)
    p99 = ordered[max(0, round(len(ordered) * 0.99) - 1)]
    yield at_most(
        f"{NODES:,} quiet nodes polled each minute by one worker process, p99 lateness",
        p99, 10, "s", spread=f"{len(ordered)} pulls in {SECONDS} s, the scheduler looks each {TICK:g} s",
    )  # fmt: skip
    yield seen("CPU of the worker for a quiet pull", busy / len(ordered) * 1000, "ms")


def _make_quiet(host: str) -> None:
    """Make nodes in good standing whose next pulls are spread over one interval."""
    from leaderboard.models import Node, NodeCheckpoint, PullAttempt
    from tests.factories.leaderboard import make_organisation

    organisation, now = make_organisation(), timezone.now()
    nodes = Node.objects.bulk_create(
        Node(
            slug=f"quiet-{number}",
            node_id=f"quiet-{number}.demo.example",
            organisation=organisation,
            endpoint=f"http://{host}/{number}",
            log_origin=f"quiet-{number}.demo.example/log",
            state=Node.State.ACTIVE,
            health=Node.Health.FRESH,
            interval=INTERVAL,
            etag=ETAG,
            last_success_at=now,
            next_pull_at=now + timedelta(seconds=number * INTERVAL / NODES),
        )
        for number in range(NODES)
    )
    heads = NodeCheckpoint.objects.bulk_create(
        NodeCheckpoint(node=node, size=0, root=merkle.EMPTY_ROOT, note="", consistent=True)
        for node in nodes
    )
    for node, head in zip(nodes, heads, strict=True):
        node.last_checkpoint = head
    Node.objects.bulk_update(nodes, ["last_checkpoint"])
    PullAttempt.objects.bulk_create(
        PullAttempt(node=node, lease_token=0, started_at=now, finished_at=now, outcome="unchanged")
        for node in nodes
    )


def _poll(seconds: float) -> tuple[list[float], float]:
    """Do what beat and one worker do, in this process; return how late each node was done, and the CPU used."""
    from leaderboard import scheduling
    from leaderboard.models import Node
    from leaderboard.pull.cycle import pull
    from leaderboard.pull.glance import glance

    lateness: list[float] = []
    until, began = time.monotonic() + seconds, time.process_time()
    while time.monotonic() < until:
        tick = time.monotonic()
        due = scheduling.due_nodes()
        wanted = dict(Node.objects.filter(pk__in=due).values_list("pk", "next_pull_at"))
        quiet = scheduling.quiet_among(due)
        for node in (set(due) - set(quiet)) | set(glance(quiet)):
            pull(node_id=node)
        done = Node.objects.filter(pk__in=due).values_list("pk", "last_success_at")
        lateness += [(at - wanted[node]).total_seconds() for node, at in done]
        time.sleep(max(0.0, TICK - (time.monotonic() - tick)))
    Node.objects.update(state=Node.State.PAUSED)
    return lateness, time.process_time() - began


def _tarpits() -> Iterator[Figure]:
    from leaderboard.models import Node, Result
    from leaderboard.pull.cycle import pull
    from tests.factories.leaderboard import make_node
    from tests.node_simulator import NodeSimulator

    with ExitStack() as stack:
        pit = stack.enter_context(quiet(hangs=True))
        simulator = stack.enter_context(NodeSimulator("honest.demo.example"))
        hosts = [pit, simulator.host]
        stack.enter_context(override_settings(OUTBOUND_ALLOWED_HOSTS=hosts))
        honest = make_node(simulator, interval=TARPIT_INTERVAL)
        pull(node_id=honest.pk)
        for number in range(TARPITS):
            make_node(
                slug=f"pit-{number}",
                node_id=f"pit-{number}.demo.example",
                endpoint=f"http://{pit}/{number}",
                interval=TARPIT_INTERVAL,
            )
        with _Workers():
            time.sleep(2 * TICK)  # so that the tarpits hold whatever they can hold
            began = time.monotonic()
            simulator.add_result(system="honest", successes=95, n=100)
            while not Result.objects.filter(node=honest).exists():
                if time.monotonic() - began > 10 * TARPIT_INTERVAL:
                    break
                time.sleep(0.1)
            took = time.monotonic() - began
        Node.objects.update(state=Node.State.PAUSED)
    yield at_most(
        f"honest result stored among {TARPITS} tarpits, in intervals of {TARPIT_INTERVAL} s",
        took / TARPIT_INTERVAL, 2, "intervals", note=f"{WORKERS} workers",
    )  # fmt: skip


class _Workers:
    """A scheduler and a few workers as threads, as Celery would run them as processes."""

    def __enter__(self) -> None:
        self._stop = threading.Event()
        self._queue: list[int] = []
        self._ready = threading.Condition()
        for target in (self._schedule, *[self._work] * WORKERS):
            threading.Thread(target=target, daemon=True).start()

    def __exit__(self, *exc_info: object) -> None:
        self._stop.set()

    def _schedule(self) -> None:
        from leaderboard import scheduling

        while not self._stop.wait(1.0):
            due = scheduling.due_nodes()
            with self._ready:
                self._queue += due
                self._ready.notify_all()
        connections.close_all()

    def _work(self) -> None:
        from leaderboard.pull.cycle import pull
        from leaderboard.pull.leases import LeaseLost

        while not self._stop.is_set():
            with self._ready:
                self._ready.wait_for(lambda: bool(self._queue), timeout=1.0)
                node = self._queue.pop(0) if self._queue else None
            if node is not None:
                try:
                    pull(node_id=node)
                except LeaseLost:
                    continue
        connections.close_all()
