"""Quiet nodes are asked side by side and noted together; whoever has news, or is being pulled, is left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leaderboard import actions, scheduling, tasks
from leaderboard.models import Node, NodeCheckpoint, PullAttempt
from leaderboard.pull import glance as glancing
from leaderboard.pull import leases
from leaderboard.pull.cycle import pull
from leaderboard.pull.glance import glance
from tests.factories.leaderboard import make_node
from tests.leaderboard.conftest import Simulate
from tests.node_simulator import NodeSimulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet(node: Node, simulator: NodeSimulator) -> Node:
    """A node that was pulled to its end and then had no news."""
    simulator.add_result(system="langid", successes=90, n=100)
    assert [_pulled(node), _pulled(node)] == ["ok", "unchanged"]
    _make_due(node)
    return node


def _pulled(node: Node) -> str:
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    return attempt.outcome


def _make_due(node: Node) -> None:
    Node.objects.filter(pk=node.pk).update(next_pull_at=timezone.now() - timedelta(seconds=30))
    node.refresh_from_db()


def test_a_node_without_news_costs_one_request_and_its_last_pull_counts_up(
    quiet: Node, simulator: NodeSimulator
) -> None:
    before, asked = PullAttempt.objects.of_node(quiet.pk).first(), len(simulator.requests)
    assert before is not None
    assert glance([quiet.pk]) == []
    after = PullAttempt.objects.of_node(quiet.pk).first()
    assert after is not None
    assert (after.pk, after.repeats) == (before.pk, before.repeats + 1)
    assert after.finished_at > before.finished_at
    assert simulator.requests[asked:] == ["/checkpoint"]
    token, success = quiet.lease_token, quiet.last_success_at
    quiet.refresh_from_db()
    assert (quiet.lease_token, quiet.rung_at) == (token, None)
    assert success is not None
    assert quiet.last_success_at > success
    assert quiet.next_pull_at > timezone.now()


def test_a_node_with_news_is_left_to_a_pull(quiet: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="py3langid", successes=91, n=100)
    assert glance([quiet.pk]) == [quiet.pk]
    assert _pulled(quiet) == "ok"


def test_a_node_that_does_not_answer_is_left_to_a_pull_that_says_why(
    quiet: Node, simulator: NodeSimulator
) -> None:
    simulator.misbehave("/checkpoint", "error-500")
    assert glance([quiet.pk]) == [quiet.pk]
    quiet.refresh_from_db()
    assert quiet.failures == 0


@pytest.mark.parametrize(
    "change",
    [
        {"state": "paused"},
        {"health": "inconsistent"},
        {"failures": 1},
        {"etag": ""},
        {"cursor": 0},
        {"last_checkpoint": None},
        {"lease_token": 99},
    ],
)
def test_only_nodes_in_good_order_get_a_glance(
    quiet: Node, simulator: NodeSimulator, change: dict[str, Any]
) -> None:
    Node.objects.filter(pk=quiet.pk).update(**change)
    asked = len(simulator.requests)
    assert glance([quiet.pk]) == [quiet.pk]
    assert len(simulator.requests) == asked


@pytest.mark.parametrize("is_over", [True, False])
def test_a_pull_that_began_meanwhile_outdates_the_glance(
    quiet: Node, monkeypatch: pytest.MonkeyPatch, is_over: bool
) -> None:
    def begin() -> None:
        if is_over:
            assert _pulled(quiet) == "unchanged"
        else:
            assert leases.take(node_id=quiet.pk, seconds=60) is not None

    _while_asking(monkeypatch, begin)
    assert glance([quiet.pk]) == [quiet.pk]


def test_a_wake_up_meanwhile_stands(quiet: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    _while_asking(monkeypatch, lambda: actions.wake_node(slug=quiet.slug))
    assert glance([quiet.pk]) == []
    assert scheduling.due_nodes() == [quiet.pk]


def _while_asking(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen between the answer and the note of it."""
    note = glancing._note

    def late(*args: Any) -> set[int]:
        happens()
        return note(*args)

    monkeypatch.setattr(glancing, "_note", late)


def test_a_node_that_is_slow_does_not_hold_up_the_others(
    quiet: Node, simulate: Simulate, settings: Any
) -> None:
    pit = simulate("pit")
    pit.add_result(system="slow", successes=90, n=100)
    slow = make_node(pit, slug="pit", node_id="pit.demo.example")
    assert [_pulled(slow), _pulled(slow)] == ["ok", "unchanged"]
    pit.misbehave("/checkpoint", "hang")
    settings.PULL_LIMITS = {"glance_seconds": 2.0, "glance_exchange_seconds": 30.0}
    assert glance([slow.pk, quiet.pk]) == [slow.pk]
    quiet.refresh_from_db()
    assert quiet.next_pull_at > timezone.now()


def test_many_quiet_nodes_cost_as_many_queries_as_one(
    quiet: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glancing, "_answers", lambda looks, bounds: [[(it, 1) for it in looks]])
    asked = []
    for count in (1, 20):
        while Node.objects.count() < count:
            _twin(quiet, Node.objects.count())
        keys = list(Node.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            assert glance(keys) == []
        asked.append(len(queries))
    assert asked[0] == asked[1]


def _twin(node: Node, number: int) -> None:
    last = node.last_checkpoint
    assert last is not None
    twin = Node.objects.get(pk=node.pk)
    twin.pk, twin.slug, twin.node_id = None, f"twin-{number}", f"twin-{number}.demo.example"
    twin.last_checkpoint = None
    twin.save()
    twin.last_checkpoint = NodeCheckpoint.objects.create(
        node=twin, size=last.size, root=bytes(last.root), note=last.note, consistent=True
    )
    twin.save()
    now = timezone.now()
    PullAttempt.objects.create(
        node=twin,
        lease_token=twin.lease_token,
        started_at=now,
        finished_at=now,
        outcome="unchanged",
    )


def test_the_schedule_glances_at_quiet_nodes_and_pulls_the_others(
    quiet: Node, simulate: Simulate, bells: list[tuple[Any, ...]]
) -> None:
    new = make_node(simulate("new"), slug="new", node_id="new.demo.example")
    tasks.pull_due_nodes()
    assert ("leaderboard.glance_at_nodes", quiet.pk) in bells
    assert ("leaderboard.pull_node", new.pk) in bells
    assert ("leaderboard.pull_node", quiet.pk) not in bells
    bells.clear()
    tasks.glance_at_nodes(quiet.pk, new.pk)
    assert bells == [("leaderboard.pull_node", new.pk)]
