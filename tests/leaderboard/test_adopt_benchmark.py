"""A decision adopts a benchmark: its board appears, with what came in before. And the facts we ship."""

from __future__ import annotations

from typing import Any

import pytest
from alliance_node.suites.language_id.suite import LanguageId
from django.utils import timezone, translation

import governance.demo
import members.demo
import members.seed
from governance import effects
from leaderboard import actions, demo, scheduling
from leaderboard.models import Benchmark, BenchmarkVersion, BoardSnapshot, Node, System
from leaderboard.pull.cycle import pull
from leaderboard.seed import seed
from tests.factories.leaderboard import make_benchmark, make_node
from tests.node_simulator import NodeSimulator

pytestmark = pytest.mark.django_db

PARAMS = {"benchmark": "language-id", "version": "1.0.0"}


def _apply(params: dict[str, Any]) -> None:
    effects.get("leaderboard.adopt_benchmark").apply(
        params=params, decision_number="TOC-2026-014", decided_at=timezone.now()
    )


def test_adopting_puts_a_benchmark_with_its_results_on_the_leaderboard(
    simulator: NodeSimulator,
    bells: list[tuple[Any, ...]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    version = make_benchmark(state="proposed")
    node = make_node(simulator)
    simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    actions.refresh_board(benchmark_version_id=version.pk)
    assert not BoardSnapshot.objects.exists()
    assert scheduling.boards_behind() == []

    with django_capture_on_commit_callbacks(execute=True):
        _apply(PARAMS)

    version.refresh_from_db()
    assert (version.state, version.adopted_by) == ("adopted", "TOC-2026-014")
    assert ("leaderboard.refresh_board", version.pk) in bells
    actions.refresh_board(benchmark_version_id=version.pk)
    assert BoardSnapshot.objects.get(metric="accuracy").rows


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"benchmark": "made-up", "version": "1.0.0"}, "benchmark-unknown"),
        ({"benchmark": "language-id", "version": "9"}, "benchmark-unknown"),
        ({"benchmark": "language-id"}, "effect-params"),
        ({"benchmark": 1, "version": 2}, "effect-params"),
    ],
)
def test_what_cannot_be_adopted_is_refused_when_it_is_proposed(
    params: dict[str, Any], code: str
) -> None:
    make_benchmark(state="proposed")
    effect = effects.get("leaderboard.adopt_benchmark")
    for attempt in (effect.check, lambda it: _apply(dict(it))):
        with pytest.raises(effects.EffectRefused) as refusal:
            attempt(params)
        assert refusal.value.code == code


def test_a_benchmark_is_adopted_once() -> None:
    make_benchmark(state="proposed")
    _apply(PARAMS)
    with pytest.raises(effects.EffectRefused) as refusal:
        _apply(PARAMS)
    assert refusal.value.code == "benchmark-not-proposed"


def test_the_effect_says_what_it_does_and_where() -> None:
    effect = effects.get("leaderboard.adopt_benchmark")
    assert "language-id" in effect.describe(PARAMS)
    with translation.override("fr"):
        assert effect.url(PARAMS) == "/fr/leaderboard/language-id/"
    make_benchmark(state="proposed")
    effect.check(effect.example)


def test_the_facts_fit_the_suite_that_nodes_run() -> None:
    """The portal knows the data and the rules by digest; a node that runs the suite states the same ones."""
    seed()
    seed()
    for benchmark in LanguageId().benchmarks():
        version = BenchmarkVersion.objects.named(benchmark.ref.id, benchmark.ref.version).get()
        assert version.dataset_digest == benchmark.dataset.sha256
        assert f"sha256:{version.task_digest}" == benchmark.ref.task_digest
        assert version.benchmark.dimension == benchmark.dimension
        assert version.metric(version.primary_metric) is not None
        assert version.state == "proposed"
    assert set(System.objects.values_list("identifier", flat=True)) == set(LanguageId.system_names)
    assert not Benchmark.objects.filter(name_fr="").exists()


def test_seeding_again_does_not_change_what_an_adopted_version_means() -> None:
    seed()
    BenchmarkVersion.objects.update(
        state="adopted", adopted_at=timezone.now(), dataset_digest="f" * 64
    )
    seed()
    assert set(BenchmarkVersion.objects.values_list("dataset_digest", flat=True)) == {"f" * 64}


def test_the_demonstration_brings_nodes_in_and_follows_them(simulate: Any) -> None:
    for step in (members.seed.seed, seed, members.demo.demo, governance.demo.demo):
        step()  # nodes are admitted by the demonstration's board
    first = simulate("node-a")
    demo.demo({"node-a": first.url})
    node = Node.objects.get()
    assert (node.state, node.organisation.slug, node.benchmarks.count()) == ("active", "demo-a", 2)
    demo.demo({"node-a": first.url})
    second = simulate("node-a")
    demo.demo({"node-a": second.url})
    node.refresh_from_db()
    assert (Node.objects.count(), node.endpoint) == (1, second.url)
