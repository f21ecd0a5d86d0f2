"""Nodes that are away, slow, lying or broken: each ends in a recorded state, and nothing is stored of it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from alliance_node.proofs.jwk import Jwk, raw_public_key
from alliance_node.proofs.predicate import Metric, Outcomes
from django.utils import timezone

from leaderboard import reasons
from leaderboard.models import BenchmarkVersion, Envelope, Node, Quarantined, Result
from leaderboard.pull.cycle import pull
from tests.factories.leaderboard import make_node, pin
from tests.leaderboard.test_pull_honest import _samples
from tests.node_simulator import NodeSimulator, key_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_deadlines(settings: Any) -> None:
    settings.PULL_LIMITS = {"exchange_seconds": 1.0, "pull_seconds": 4.0}


def _outcome(node: Node) -> str:
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    return attempt.outcome


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("slow", "timeout"),
        ("hang", "timeout"),
        ("oversized", "too-large"),
        ("oversized-unannounced", "too-large"),
        ("truncated", "truncated"),
        ("error-500", "bad-status"),
        ("not-found", "bad-status"),
        ("redirect", "redirect"),
        ("gzip", "encoding"),
    ],
)
@pytest.mark.parametrize("path", ["/checkpoint", "/v1/results", "/tile/"])
def test_a_broken_exchange_ends_the_pull_with_its_code(
    node: Node, simulator: NodeSimulator, path: str, fault: str, outcome: str
) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    simulator.misbehave(path, fault)
    begun = time.monotonic()
    assert _outcome(node) == outcome
    assert time.monotonic() - begun < 4
    node.refresh_from_db()
    assert (node.failures, node.cursor, node.lease_until) == (1, 0, None)
    assert not Result.objects.exists()
    assert reasons.explain(outcome).advice


def test_an_unreachable_node_is_named_so(
    node: Node, simulator: NodeSimulator, settings: Any
) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1:1"]
    Node.objects.filter(pk=node.pk).update(endpoint="http://127.0.0.1:1")
    assert _outcome(node) == "connect"


def test_a_private_address_is_never_asked(node: Node, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = []
    Node.objects.filter(pk=node.pk).update(endpoint="https://10.0.0.1")
    assert _outcome(node) == "private-address"


@pytest.mark.parametrize("fault", ["malformed", "not-json"])
def test_a_malformed_list_is_refused(node: Node, simulator: NodeSimulator, fault: str) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    simulator.misbehave("/v1/results", fault)
    assert _outcome(node) == "list-malformed"


def test_what_failed_once_is_read_when_the_node_is_well_again(
    node: Node, simulator: NodeSimulator
) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    simulator.misbehave("/v1/envelopes/", "error-500")
    assert _outcome(node) == "bad-status"
    simulator.behave()
    assert _outcome(node) == "ok"
    node.refresh_from_db()
    assert (Result.objects.count(), node.failures, node.health) == (1, 0, "fresh")


def _lie_about_the_value(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=90, n=100, value="0.9900")


def _round_too_coarsely(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=86, n=100, value="0.9")


def _corrupt(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=90, n=100, corrupt=True)


def _sign_with_a_stranger(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=90, n=100, signed_by=key_of("stranger"))


def _unknown_benchmark(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=90, n=100, benchmark="made-up")


def _unknown_version(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=90, n=100, version="9.9.9")


def _no_statement(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=90, n=100, statement=b'{"a":1,"a":2}')


def _other_metric(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=90, n=100, metric="made-up")


def _wrong_samples(node: NodeSimulator) -> None:
    node.add_result(system="liar", successes=95, n=100, samples=_samples(90, 100))


def _wrong_way_round(node: NodeSimulator) -> None:
    speed = Metric("sentences-per-second", Decimal(1), False, 100)
    node.add_result(system="liar", successes=95, n=100, more_metrics=(speed,))


def _garbage(node: NodeSimulator) -> None:
    node.add_raw(b"this is no envelope")


def _larger_than_a_leaf(node: NodeSimulator) -> None:
    node.add_raw(b"x" * 65_536)


@pytest.mark.parametrize(
    ("misdeed", "code", "field"),
    [
        (_lie_about_the_value, "wrong-value", "predicate.metrics[0].value"),
        (_round_too_coarsely, "wrong-value", "predicate.metrics[0].value"),
        (_corrupt, "bad-signature", "signatures"),
        (_sign_with_a_stranger, "unknown-key", "signatures"),
        (_unknown_benchmark, "unknown-benchmark", "predicate.benchmark"),
        (_unknown_version, "unknown-benchmark", "predicate.benchmark"),
        (_no_statement, "statement-malformed", "key 'a'"),
        (_other_metric, "no-primary-metric", "predicate.metrics"),
        (_wrong_samples, "samples-mismatch", "predicate.metrics"),
        (_wrong_way_round, "wrong-direction", "predicate.metrics[1].higherIsBetter"),
        (_garbage, "envelope-malformed", "envelope"),
        (_larger_than_a_leaf, "too-large", "envelope"),
    ],
)
def test_a_bad_item_is_set_aside_and_does_not_hold_up_the_next(
    node: Node,
    simulator: NodeSimulator,
    misdeed: Callable[[NodeSimulator], None],
    code: str,
    field: str,
) -> None:
    simulator._log_started_runs = False
    misdeed(simulator)
    simulator.add_result(system="honest", successes=97, n=100)

    assert _outcome(node) == "ok"

    item = Quarantined.objects.get()
    assert (item.seq, item.reason_code, item.field) == (1, code, field)
    assert reasons.explain_item(code).title != reasons.explain_item("no such code").title
    assert Result.objects.get().system_revision.system.identifier == "honest"
    node.refresh_from_db()
    assert node.cursor == 2


def test_a_value_rounded_to_its_places_is_taken(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="third", successes=1, n=3, value="0.3333")
    assert _outcome(node) == "ok"
    assert Result.objects.get().measurements.get().agrees is True


def test_a_benchmark_not_associated_is_set_aside(
    simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    node = make_node(simulator, benchmarks=())
    simulator.add_result(system="langid", successes=95, n=100)
    assert _outcome(node) == "ok"
    assert set(Quarantined.objects.values_list("reason_code", flat=True)) == {
        "benchmark-not-associated"
    }


@pytest.mark.parametrize(
    ("field", "code"), [("dataset_digest", "wrong-dataset"), ("task_digest", "wrong-task")]
)
def test_other_data_or_rules_are_not_this_benchmark(
    node: Node, simulator: NodeSimulator, version: BenchmarkVersion, field: str, code: str
) -> None:
    setattr(version, field, "0" * 64)
    version.save()
    simulator._log_started_runs = False
    simulator.add_result(system="langid", successes=95, n=100)
    _outcome(node)
    assert Quarantined.objects.get().reason_code == code


def test_more_items_than_the_benchmark_has_cannot_narrow_the_interval(
    node: Node, simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    version.n_items = 100
    version.save()
    simulator._log_started_runs = False
    simulator.add_result(system="langid", successes=9_500, n=10_000)
    _outcome(node)
    assert Quarantined.objects.get().reason_code == "too-many-items"


def test_counts_that_contradict_each_other_are_set_aside(
    node: Node, simulator: NodeSimulator
) -> None:
    simulator._log_started_runs = False
    simulator.add_result(system="langid", successes=95, n=100, outcomes=Outcomes(90, 10))
    _outcome(node)
    assert Quarantined.objects.get().reason_code == "wrong-counts"


def test_a_missing_envelope_is_set_aside(node: Node, simulator: NodeSimulator) -> None:
    simulator._log_started_runs = False
    _run, digest = simulator.add_result(system="lost", successes=95, n=100)
    simulator.add_result(system="honest", successes=97, n=100)
    simulator.misbehave(f"/v1/envelopes/{digest}", "not-found")
    assert _outcome(node) == "ok"
    assert Quarantined.objects.get().reason_code == "envelope-missing"
    assert Result.objects.count() == 1


def test_other_bytes_than_listed_are_set_aside(node: Node, simulator: NodeSimulator) -> None:
    simulator._log_started_runs = False
    _run, digest = simulator.add_result(system="langid", successes=95, n=100)
    simulator.misbehave(f"/v1/envelopes/{digest}", "wrong-digest")
    assert _outcome(node) == "ok"
    assert Quarantined.objects.get().reason_code == "wrong-digest"
    assert not Envelope.objects.exists()


def test_another_nodes_statement_is_not_taken(
    simulate: Callable[..., NodeSimulator], version: BenchmarkVersion
) -> None:
    """Even under a key that both nodes have: a statement belongs to the node it names."""
    first, second = simulate("node-a"), simulate("node-b")
    node = make_node(second)
    pin(node, first.keys[0])
    first.add_result(system="langid", successes=95, n=100)
    second.add_raw(first.items[1].raw)
    _outcome(node)
    assert Quarantined.objects.get().reason_code == "wrong-node"


def test_a_statement_of_a_revoked_key_is_not_taken(node: Node, simulator: NodeSimulator) -> None:
    new = key_of("the next key")
    simulator._log_started_runs = False
    simulator.add_result(system="langid", successes=95, n=100)
    pin(node, Jwk(raw_public_key(new.public_key())))
    node.keys.filter(kid=simulator.kid).update(revoked_at=timezone.now(), revoked_reason="lost")
    simulator.key = new
    assert _outcome(node) == "ok"
    assert Quarantined.objects.get().reason_code == "key-revoked"


def test_a_statement_replayed_at_another_place_counts_once(
    node: Node, simulator: NodeSimulator
) -> None:
    simulator._log_started_runs = False
    simulator.add_result(system="langid", successes=95, n=100)
    simulator.add_raw(simulator.items[0].raw)
    _outcome(node)
    assert Result.objects.count() == 1
    assert Quarantined.objects.get().reason_code == "replayed"


def test_an_item_outside_the_log_is_not_taken(
    node: Node, simulator: NodeSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list must be that of the log: a result shown to one reader only is no public result."""
    simulator._log_started_runs = False
    simulator.add_result(system="first", successes=95, n=100)
    simulator.add_result(system="second", successes=96, n=100)
    honest = simulator._results
    first, second = (item.digest.encode() for item in simulator.items)
    swapped = {first: second, second: first}

    def swap(target: str) -> bytes:
        return re.sub(b"[0-9a-f]{64}", lambda found: swapped[found[0]], honest(target))

    monkeypatch.setattr(simulator, "_results", swap)
    _outcome(node)
    assert set(Quarantined.objects.values_list("reason_code", flat=True)) == {"not-in-log"}
    assert not Result.objects.exists()
