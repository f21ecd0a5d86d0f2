"""Decisions about nodes and results: suspended, admitted again, retracted; and what waited is read again."""

from __future__ import annotations

from typing import Any

import pytest
from alliance_node.proofs.jwk import Jwk, raw_public_key
from django.test import Client
from django.utils import timezone

from governance import effects
from leaderboard import actions
from leaderboard.models import Benchmark, BenchmarkVersion, Node, NodeBenchmark, Quarantined, Result
from leaderboard.pull.cycle import pull
from tests.factories.leaderboard import make_node, pin
from tests.node_simulator import NodeSimulator, key_of
from transparency.models import Entry

pytestmark = pytest.mark.django_db


def _apply(kind: str, **params: Any) -> None:
    effect = effects.get(kind)
    effect.check(params)
    assert effect.describe(params)
    effect.apply(params=params, decision_number="TOC-2026-021", decided_at=timezone.now())


def _pull(node: Node) -> str:
    attempt = pull(node_id=node.pk)
    node.refresh_from_db()
    return attempt.outcome if attempt else "not pulled"


def test_a_suspended_node_is_not_pulled_and_its_owner_cannot_resume_it(
    node: Node, simulator: NodeSimulator, client: Client
) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    _pull(node)
    _apply("leaderboard.suspend_node", node=node.slug, reason="No answer since June.")
    node.refresh_from_db()
    assert node.state == "suspended"
    assert _pull(node) == "not pulled"
    assert not actions.wake_node(slug=node.slug)
    with pytest.raises(Exception, match="state"):
        actions.resume_node(node=node, actor=None)
    assert Result.objects.get().state == "counted"
    page = client.get(f"/en/leaderboard/nodes/{node.slug}/").content.decode()
    assert "Suspended" in page
    assert "No answer since June." in page
    assert "TOC-2026-021" in page
    assert Entry.objects.filter(kind="node-suspended").exists()
    _apply("leaderboard.admit_node", node=node.slug)
    assert _pull(node) == "unchanged"


def test_after_a_contradiction_a_decision_lets_what_waited_in(
    node: Node, simulator: NodeSimulator
) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    _pull(node)
    honest = list(simulator.items)
    simulator.rewrite_log(drop=0)
    simulator.add_result(system="pycld2", successes=86, n=100)
    assert _pull(node) == "inconsistent"
    assert node.health == "inconsistent"
    _apply("leaderboard.admit_node", node=node.slug)
    assert _pull(node) == "inconsistent"
    assert node.health == "inconsistent"  # forgiven, and at it again

    added = simulator.items[len(honest) - 1 :]
    simulator.items = [*honest, *added]
    _apply("leaderboard.admit_node", node=node.slug)
    assert _pull(node) == "ok"
    assert node.health == "fresh"
    assert Result.objects.filter(state="counted").count() == 2
    assert not Quarantined.objects.open().filter(reason_code="log-inconsistent").exists()


def test_a_retracted_result_keeps_its_page_with_the_reason(
    node: Node, simulator: NodeSimulator, client: Client, bells: list[tuple[Any, ...]],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    run, _ = simulator.add_result(system="langid", successes=95, n=100)
    _pull(node)
    why = "The test set was in the training data."
    with django_capture_on_commit_callbacks(execute=True):
        _apply("leaderboard.retract_result", result=run, reason=why)
    result = Result.objects.get(ulid=run)
    assert (result.state, result.reason, result.reason_text) == ("retracted", "retracted", why)
    assert result.events.last().details == {"decision": "TOC-2026-021"}
    assert ("leaderboard.refresh_board", result.benchmark_version_id) in bells
    page = client.get(f"/en/leaderboard/results/{run}/")
    assert why in page.content.decode()
    with pytest.raises(effects.EffectRefused) as refused:
        _apply("leaderboard.retract_result", result=run, reason=why)
    assert refused.value.code == "result-void"


@pytest.mark.parametrize(
    ("kind", "params", "code"),
    [
        ("leaderboard.suspend_node", {"node": "nobody", "reason": "x"}, "node-unknown"),
        ("leaderboard.suspend_node", {"node": "node-a"}, "effect-params"),
        ("leaderboard.admit_node", {"node": "node-a"}, "node-in-good-standing"),
        ("leaderboard.admit_node", {"node": "node-p"}, "node-keys-unconfirmed"),
        ("leaderboard.admit_node", {"node": 3}, "effect-params"),
        ("leaderboard.retract_result", {"result": "x", "reason": "y"}, "result-unknown"),
        ("leaderboard.retract_result", {"result": "x", "reason": " "}, "effect-params"),
    ],
)
def test_what_cannot_be_decided_is_refused(
    node: Node, kind: str, params: dict[str, Any], code: str
) -> None:
    make_node(slug="node-p", node_id="node-p.demo.example", state="pending")
    with pytest.raises(effects.EffectRefused) as refused:
        effects.get(kind).check(params)
    assert refused.value.code == code


def test_results_that_waited_for_a_benchmark_or_a_key_are_read_again(
    simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    node = make_node(simulator, benchmarks=())
    new = key_of("the node's next key")
    simulator.add_result(system="langid", successes=95, n=100)
    simulator.add_result(system="pycld2", successes=86, n=100, signed_by=new)
    assert _pull(node) == "ok"
    assert Quarantined.objects.open().count() == 4
    assert not NodeBenchmark.objects.exists()
    actions.associate_benchmark(node=node, benchmark=Benchmark.objects.get(), actor=None)
    assert _pull(node) == "ok"
    assert [it.reason_code for it in Quarantined.objects.open()] == ["unknown-key"]
    waiting = pin(node, Jwk(raw_public_key(new.public_key())), confirmed_at=None)
    actions.confirm_node(node=node, kids=[waiting.kid], actor=None)
    assert _pull(node) == "ok"
    assert not Quarantined.objects.open().exists()
    assert (Result.objects.count(), node.cursor) == (2, 4)
