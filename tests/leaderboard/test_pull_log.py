"""A node's log may only grow. One that was rewritten is a public state, with both heads as evidence."""

from __future__ import annotations

import json

import pytest

from leaderboard.models import Node, NodeCheckpoint, NodeEvent, Quarantined, Result
from leaderboard.pull.cycle import pull
from tests.node_simulator import NodeSimulator, key_of
from transparency.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def pulled(node: Node, simulator: NodeSimulator) -> Node:
    """A node whose two results were accepted."""
    simulator.add_result(system="first", successes=90, n=100)
    simulator.add_result(system="second", successes=91, n=100)
    _pull(node)
    assert Result.objects.count() == 2
    return node


def _pull(node: Node) -> str:
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    node.refresh_from_db()
    return attempt.outcome


def test_a_rewritten_log_makes_the_node_inconsistent_in_public(
    pulled: Node, simulator: NodeSimulator
) -> None:
    held = simulator.checkpoint
    simulator.rewrite_log(drop=1)
    simulator.add_result(system="third", successes=92, n=100)

    assert _pull(pulled) == "inconsistent"

    assert pulled.health == "inconsistent"
    evidence = NodeCheckpoint.objects.get(consistent=False)
    assert evidence.note == simulator.checkpoint
    assert evidence.contradicts is not None
    assert evidence.contradicts.note == held
    assert evidence.cosignature == ""
    entry = Entry.objects.get(kind="node-inconsistent")
    body = json.loads(bytes(entry.body))["body"]
    assert (body["held"], body["shown"], body["code"]) == (held, evidence.note, "log-rewritten")


def test_later_results_of_an_inconsistent_node_wait_in_quarantine(
    pulled: Node, simulator: NodeSimulator
) -> None:
    simulator.rewrite_log(drop=1)
    simulator.add_result(system="third", successes=92, n=100)
    _pull(pulled)
    simulator.add_result(system="fourth", successes=93, n=100)
    _pull(pulled)
    assert set(Quarantined.objects.values_list("reason_code", flat=True)) == {"log-inconsistent"}
    assert Quarantined.objects.filter(raw=simulator.items[-1].raw).exists()
    assert Result.objects.count() == 2


def test_the_accusation_is_made_once(pulled: Node, simulator: NodeSimulator) -> None:
    simulator.rewrite_log(drop=1)
    simulator.add_result(system="third", successes=92, n=100)
    for _ in range(3):
        assert _pull(pulled) == "inconsistent"
    assert NodeCheckpoint.objects.filter(consistent=False).count() == 1
    assert Entry.objects.filter(kind="node-inconsistent").count() == 1
    assert NodeEvent.objects.filter(kind="log-rewritten").count() == 1


def test_going_back_to_the_old_log_does_not_undo_the_fork(
    pulled: Node, simulator: NodeSimulator
) -> None:
    kept = list(simulator.items)
    simulator.rewrite_log(drop=1)
    simulator.add_result(system="third", successes=92, n=100)
    _pull(pulled)
    simulator.items[:] = kept
    assert _pull(pulled) == "inconsistent"
    assert pulled.health == "inconsistent"


def test_the_same_size_with_another_root_is_a_fork(pulled: Node, simulator: NodeSimulator) -> None:
    simulator.items[0], simulator.items[1] = simulator.items[1], simulator.items[0]
    assert _pull(pulled) == "inconsistent"
    assert NodeEvent.objects.filter(kind="log-forked").exists()


def test_a_shorter_log_never_seen_is_a_roll_back(pulled: Node, simulator: NodeSimulator) -> None:
    simulator.roll_back_log(1)
    assert _pull(pulled) == "inconsistent"
    assert NodeEvent.objects.filter(kind="log-rolled-back").exists()


def test_an_old_checkpoint_that_we_know_is_a_stale_copy_and_no_fork(
    pulled: Node, simulator: NodeSimulator
) -> None:
    """A cache that serves too long must not get an honest node accused."""
    old = simulator.checkpoint
    simulator.add_result(system="third", successes=92, n=100)
    _pull(pulled)
    simulator.show_checkpoint(old)
    assert _pull(pulled) == "checkpoint-old"
    assert pulled.health == "fresh"
    assert not NodeCheckpoint.objects.filter(consistent=False).exists()


def test_broken_tiles_are_no_evidence_of_a_fork(pulled: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="third", successes=92, n=100)
    simulator.misbehave("/tile/", "wrong-digest")
    assert _pull(pulled) == "tiles-wrong"
    assert pulled.health == "fresh"
    simulator.behave()
    assert _pull(pulled) == "ok"


def test_a_checkpoint_of_another_key_is_refused(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="first", successes=90, n=100)
    simulator.key = key_of("stranger")
    assert _pull(node) == "checkpoint-unsigned"
    assert not NodeCheckpoint.objects.exists()


def test_a_checkpoint_of_another_log_is_refused(node: Node, simulator: NodeSimulator) -> None:
    simulator.log_origin = "node-z.demo.example/log"
    assert _pull(node) in ("checkpoint-origin", "checkpoint-unsigned")


def test_an_unreadable_checkpoint_is_refused(node: Node, simulator: NodeSimulator) -> None:
    simulator.show_checkpoint("hello\n")
    assert _pull(node) == "checkpoint-malformed"


def test_results_beyond_the_checked_head_wait_for_the_next_pull(
    node: Node, simulator: NodeSimulator
) -> None:
    simulator.add_result(system="first", successes=90, n=100)
    shown = simulator.checkpoint
    simulator.add_result(system="second", successes=91, n=100)
    simulator.show_checkpoint(shown)
    assert _pull(node) == "ok"
    assert (Result.objects.count(), node.cursor) == (1, 2)
    simulator.behave()
    assert _pull(node) == "ok"
    assert Result.objects.count() == 2
