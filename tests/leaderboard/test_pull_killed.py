"""A worker killed with SIGKILL at any point of a pull loses nothing and doubles nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from leaderboard.models import Envelope, Measurement, Node, PullAttempt, Result, RunStarted
from leaderboard.pull.cycle import pull
from tests.factories.leaderboard import make_benchmark, make_node
from tests.node_simulator import NodeSimulator
from transparency.models import Entry

ROOT = Path(__file__).parent.parent.parent
RESULTS = 2


def database_url(name: str = "") -> str:
    """Return where a process of its own finds this test's database, or another one beside it."""
    values = connection.settings_dict
    name = name or values["NAME"]
    password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    host = str(values["HOST"])
    if host.startswith("/"):
        return f"postgres://{values['USER']}{password}@/{name}?host={host}"
    port = f":{values['PORT']}" if values["PORT"] else ""
    return f"postgres://{values['USER']}{password}@{host}{port}/{name}"


def _kill(points: list[str], hosts: list[str]) -> int:
    """Run the pulls in real processes that die at their points; return how many did."""
    env = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "OUTBOUND_ALLOWED_HOSTS": ",".join(hosts),
    }
    command = [sys.executable, "-m", "tests.leaderboard.killed_pulls", *points]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    return int(done.stdout)


def _check_nothing_is_half_done(node: Node) -> None:
    """What the cursor says was dealt with is exactly what is there."""
    node.refresh_from_db()
    assert Envelope.objects.filter(node=node).count() == node.cursor
    stored = Result.objects.of_node(node.pk).count() + RunStarted.objects.of_node(node.pk).count()
    assert stored == node.cursor


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_nothing_is_lost_and_nothing_doubled(
    simulate: Callable[..., NodeSimulator],
) -> None:
    make_benchmark()
    points = [f"{at}{mark}" for at in range(1, 52, 3) for mark in ("", "+")]
    nodes: list[Node] = []
    simulators = [simulate(f"node-{number}") for number in range(len(points))]
    for simulator in simulators:
        nodes.append(make_node(simulator))
        for number in range(RESULTS):
            simulator.add_result(system=f"system-{number}", successes=90 + number, n=100)

    killed = _kill(
        [f"{node.pk}:{point}" for node, point in zip(nodes, points, strict=True)],
        [simulator.host for simulator in simulators],
    )

    assert killed >= 20
    for node in nodes:
        _check_nothing_is_half_done(node)
    Node.objects.update(lease_until=timezone.now())
    for node in nodes:
        pull(node_id=node.pk)
        _check_nothing_is_half_done(node)
        assert node.cursor == 2 * RESULTS
    counts = Result.objects.values("node").annotate(number=Count("pk"))
    assert {row["number"] for row in counts} == {RESULTS}
    assert Measurement.objects.count() == RESULTS * len(nodes)
    assert Entry.objects.count() == 2 * RESULTS * len(nodes)
    assert not Result.objects.exclude(state="counted").exists()
    assert not PullAttempt.objects.unfinished().exists()
    assert PullAttempt.objects.filter(outcome="worker-lost").exists()
