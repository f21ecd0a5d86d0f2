"""A simulated node that the portal may reach, and bells that only note who rang."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from alliance import doorbell
from leaderboard.models import BenchmarkVersion, Node
from members.models import Organisation
from tests.factories.leaderboard import make_benchmark, make_node, make_organisation
from tests.node_simulator import NodeSimulator

Simulate = Callable[..., NodeSimulator]


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Every ring, instead of a broker; what is rung for is called by the tests themselves."""
    rung: list[tuple[Any, ...]] = []
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: rung.append((task.name, *args)))
    return rung


@pytest.fixture
def simulate(settings: Any) -> Iterator[Simulate]:
    """Start simulated nodes; exactly they may be reached on this machine."""
    settings.OUTBOUND_ALLOWED_HOSTS = []
    with ExitStack() as stack:

        def start(name: str = "node-a", **options: Any) -> NodeSimulator:
            node = stack.enter_context(NodeSimulator(f"{name}.demo.example", **options))
            settings.OUTBOUND_ALLOWED_HOSTS = [*settings.OUTBOUND_ALLOWED_HOSTS, node.host]
            return node

        yield start


@pytest.fixture
def simulator(simulate: Simulate) -> NodeSimulator:
    return simulate()


@pytest.fixture
def organisation(db: None) -> Organisation:
    return make_organisation()


@pytest.fixture
def version(db: None) -> BenchmarkVersion:
    return make_benchmark()


@pytest.fixture
def node(simulator: NodeSimulator, version: BenchmarkVersion) -> Node:
    """A node in service, with the simulator's keys pinned and the benchmark associated."""
    return make_node(simulator)
