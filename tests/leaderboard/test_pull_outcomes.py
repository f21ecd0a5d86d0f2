"""Equivocation, retraction, superseding: first-class states, and nothing vanishes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from alliance_node.proofs.predicate import Retraction

from leaderboard.models import BenchmarkVersion, Node, NodeEvent, Quarantined, Result
from leaderboard.pull.cycle import pull
from tests.factories.leaderboard import make_node
from tests.node_simulator import NodeSimulator

pytestmark = pytest.mark.django_db


def _states() -> list[tuple[str, str]]:
    return list(Result.objects.order_by("pk").values_list("state", "reason"))


def test_two_truths_for_one_run_are_both_kept_and_neither_ranks(
    node: Node, simulator: NodeSimulator
) -> None:
    run, first = simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    second = simulator.equivocate(run, system="langid", successes=99, n=100)
    pull(node_id=node.pk)

    assert _states() == [("equivocated", "equivocation")] * 2
    assert {result.envelope_id for result in Result.objects.all()} == {first, second}
    one, other = Result.objects.order_by("pk")
    assert (one.ulid, one.run_id) == (run, run)
    assert other.run_id == run
    assert other.ulid != run
    assert [event.to_state for event in one.events.all()] == ["counted", "equivocated"]
    assert NodeEvent.objects.filter(kind="equivocation").exists()


def test_equivocation_within_one_pull_is_seen(node: Node, simulator: NodeSimulator) -> None:
    run, _ = simulator.add_result(system="langid", successes=95, n=100)
    simulator.equivocate(run, system="langid", successes=99, n=100)
    simulator.equivocate(run, system="langid", successes=98, n=100)
    pull(node_id=node.pk)
    assert _states() == [("equivocated", "equivocation")] * 3


def test_another_nodes_run_id_takes_nothing_away(
    simulate: Callable[..., NodeSimulator], version: BenchmarkVersion
) -> None:
    first, second = simulate("node-a"), simulate("node-b")
    a, b = make_node(first), make_node(second)
    run, _ = first.add_result(system="langid", successes=95, n=100)
    second.add_result(system="langid", successes=10, n=100, run_id=run)
    pull(node_id=b.pk)
    pull(node_id=a.pk)
    assert _states() == [("counted", "")] * 2
    assert Result.objects.of_run(a.pk, run).get().state == "counted"


def test_a_node_retracts_its_own_result(node: Node, simulator: NodeSimulator) -> None:
    run, digest = simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    simulator.add_result(
        system="langid",
        successes=95,
        n=100,
        run_id=run,
        retracts=Retraction(f"sha256:{digest}", "The data had duplicates."),
    )
    pull(node_id=node.pk)
    result = Result.objects.get()
    assert (result.state, result.reason) == ("retracted", "retracted")
    assert result.reason_text == "The data had duplicates."
    assert result.measurements.exists()


def test_retracting_one_of_two_truths_does_not_make_the_other_true(
    node: Node, simulator: NodeSimulator
) -> None:
    run, first = simulator.add_result(system="langid", successes=95, n=100)
    second = simulator.equivocate(run, system="langid", successes=99, n=100)
    for digest in (first, second):
        simulator.add_result(
            system="langid", successes=95, n=100, retracts=Retraction(f"sha256:{digest}", "Sorry.")
        )
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    assert attempt.outcome == "ok"
    assert {state for state, _reason in _states()} == {"equivocated"}


def test_a_later_run_supersedes_an_earlier_one(node: Node, simulator: NodeSimulator) -> None:
    _run, digest = simulator.add_result(system="langid", successes=95, n=100)
    simulator.add_result(system="langid", successes=96, n=100, supersedes=f"sha256:{digest}")
    pull(node_id=node.pk)
    old, new = Result.objects.order_by("pk")
    assert (old.state, old.superseded_by) == ("superseded", new)
    assert new.state == "counted"


@pytest.mark.parametrize("verb", ["retracts", "supersedes"])
def test_only_ones_own_results_can_be_taken_back(
    simulate: Callable[..., NodeSimulator], version: BenchmarkVersion, verb: str
) -> None:
    first, second = simulate("node-a"), simulate("node-b")
    a, b = make_node(first), make_node(second)
    _run, digest = first.add_result(system="langid", successes=95, n=100)
    pull(node_id=a.pk)
    named = f"sha256:{digest}"
    change = Retraction(named, "Because.") if verb == "retracts" else named
    second.add_result(system="langid", successes=95, n=100, **{verb: change})
    pull(node_id=b.pk)
    assert _states() == [("counted", "")]
    assert Quarantined.objects.get().reason_code == "unknown-target"
