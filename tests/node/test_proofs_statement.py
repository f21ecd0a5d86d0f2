"""Statements: what is written reads back, and each wrong field is named with its reason."""

import contextlib
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from alliance_node.proofs import strict_json
from alliance_node.proofs.fields import StatementError
from alliance_node.proofs.predicate import (
    Accelerator,
    Contamination,
    Cost,
    Environment,
    Interval,
    Metric,
    Outcomes,
    Retraction,
)
from alliance_node.proofs.statement import (
    EVAL_RUN,
    RUN_STARTED,
    RunStarted,
    Statement,
    Subject,
    build_statement,
    headline_agrees,
    parse_statement,
    recomputed,
)
from hypothesis import given
from hypothesis import strategies as st

from .conftest import digest, make_payload, make_run

SUBJECT = (Subject("results.json", digest("results")),)


def test_a_full_statement_reads_back() -> None:
    run = make_run(
        metrics=(
            Metric(
                "accuracy",
                Decimal("0.970"),
                True,
                100,
                97,
                stderr=Decimal("0.0171"),
                stderr_method="analytic",
                ci=Interval(Decimal("0.91"), Decimal("0.99"), Decimal("0.95"), "wilson"),
                unit="proportion",
                group="capability",
            ),
            Metric("peak-memory", Decimal("143970304"), False, 100, unit="bytes"),
            Metric("acc_norm,strict-match", Decimal("-0.0000001"), True, 50),
        ),
        environment=Environment(
            Accelerator("NVIDIA", "A100", 8, "550.54"), "Xeon", 2**36, "Linux", f"sha256:{'0' * 64}"
        ),
        cost=Cost(Decimal("1.5"), Decimal("0.02"), Decimal("7"), Decimal("0.1"), "metered"),
        contamination=Contamination("possible", "Two lines\nof notes"),
        supersedes=f"sha256:{'1' * 64}",
        retracts=Retraction(f"sha256:{'2' * 64}", "wrong data set"),
    )
    payload = build_statement(SUBJECT, run)
    assert parse_statement(payload) == Statement(SUBJECT, run)
    assert strict_json.canonical(json.loads(payload)) == payload
    assert json.loads(payload)["predicate"]["cost"]["kgCO2e"] == "0.1"
    assert json.loads(payload)["predicateType"] == EVAL_RUN


def test_a_started_run_reads_back() -> None:
    run = make_run()
    started = RunStarted(run.node, replace(run.run, finished_at=None), run.benchmark, run.system)
    statement = parse_statement(build_statement(SUBJECT, started))
    assert statement == Statement(SUBJECT, started)
    assert (statement.kind, statement.predicate_type) == ("run-started", RUN_STARTED)


@given(
    st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(0, 30),
)
def test_the_rounded_quotient_agrees_and_its_neighbours_do_not(
    counts: tuple[int, int], decimals: int
) -> None:
    successes, n = counts
    scaled, rest = divmod(successes * 10**decimals * 2 + n, 2 * n)
    if rest == 0 and scaled % 2:
        scaled -= 1  # half to even
    value = Decimal(f"{scaled}E-{decimals}")
    metric = Metric("accuracy", value, True, n, successes)
    assert recomputed(metric) == value
    assert headline_agrees(metric)
    for step in (1, -1):
        wrong = replace(metric, value=Decimal(f"{scaled + step}E-{decimals}"))
        assert headline_agrees(wrong) is False


@pytest.mark.parametrize(
    ("value", "successes", "n", "agrees"),
    [
        ("0.3412", 29, 85, True),
        ("0.3412", 29, 89, False),
        ("0.34", 29, 85, True),
        ("0.125", 1, 8, True),
        ("0.12", 1, 8, True),
        ("0.13", 1, 8, False),
        ("0.38", 3, 8, True),
        ("1", 1, 1, True),
        ("0.0", 0, 9, True),
    ],
)
def test_known_quotients(value: str, successes: int, n: int, agrees: bool) -> None:
    assert headline_agrees(Metric("a", Decimal(value), True, n, successes)) is agrees


def test_without_counts_there_is_nothing_to_recompute() -> None:
    metric = Metric("f1", Decimal("0.5"), True, 10)
    assert recomputed(metric) is None
    assert headline_agrees(metric) is None


def changed(path: str, value: Any) -> bytes:
    """Return a good statement with one field replaced, or removed where the value is ``...``."""
    document = json.loads(make_payload())
    target, *rest = document, *path.split(".")
    for name in rest[:-1]:
        target = target[int(name) if isinstance(target, list) else name]
    if value is ...:
        del target[rest[-1]]
    else:
        target[rest[-1]] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("path", "value", "code", "field"),
    [
        ("_type", "https://in-toto.io/Statement/v0.1", "format", "_type"),
        ("predicateType", "https://example.org/other/v1", "format", "predicateType"),
        ("predicateType", ..., "missing", "predicateType"),
        ("subject", [], "range", "subject"),
        ("subject", "file", "wrong-type", "subject"),
        ("subject.0.digest.sha256", "AB" * 32, "format", "subject[0].digest.sha256"),
        ("predicate", [], "wrong-type", "predicate"),
        ("predicate.node.id", "no spaces", "format", "predicate.node.id"),
        ("predicate.node.organisation", "two\nlines", "format", "predicate.node.organisation"),
        ("predicate.node.organisation", "", "format", "predicate.node.organisation"),
        ("predicate.run.id", "01arz3ndektsv4rrffq69g5fav", "format", "predicate.run.id"),
        ("predicate.run.attempt", 0, "range", "predicate.run.attempt"),
        ("predicate.run.attempt", True, "wrong-type", "predicate.run.attempt"),
        ("predicate.run.startedAt", "2026-11-23 12:00", "format", "predicate.run.startedAt"),
        ("predicate.run.startedAt", "2026-13-23T12:00:00Z", "format", "predicate.run.startedAt"),
        ("predicate.run.startedAt", "2026-11-23T12:00:00+01:00", "format", "predicate.run.startedAt"),
        ("predicate.run.finishedAt", "2026-11-23T11:59:59Z", "range", "predicate.run.finishedAt"),
        ("predicate.run.finishedAt", ..., "missing", "predicate.run.finishedAt"),
        ("predicate.benchmark.taskDigest", "0" * 64, "format", "predicate.benchmark.taskDigest"),
        ("predicate.dataset.saltedCommitment", f"sha256:{'0' * 64}", "format",
         "predicate.dataset.saltedCommitment"),
        ("predicate.system.digest", "unknown", "format", "predicate.system.digest"),
        ("predicate.system.digest", ..., "missing", "predicate.system.digest"),
        ("predicate.harness.dirty", "no", "wrong-type", "predicate.harness.dirty"),
        ("predicate.metrics", [], "range", "predicate.metrics"),
        ("predicate.metrics.0.value", 0.97, "wrong-type", "predicate.metrics[0].value"),
        ("predicate.metrics.0.value", "9.7e-1", "format", "predicate.metrics[0].value"),
        ("predicate.metrics.0.value", "NaN", "format", "predicate.metrics[0].value"),
        ("predicate.metrics.0.value", "00.97", "format", "predicate.metrics[0].value"),
        ("predicate.metrics.0.value", "0." + "9" * 63, "format", "predicate.metrics[0].value"),
        ("predicate.metrics.0.n", 0, "range", "predicate.metrics[0].n"),
        ("predicate.metrics.0.n", 96, "counts", "predicate.metrics[0].successes"),
        ("predicate.metrics.0.n", 99, "outcomes", "predicate.outcomes"),
        ("predicate.metrics.0.successes", -1, "range", "predicate.metrics[0].successes"),
        ("predicate.metrics.0.successes", 96, "outcomes", "predicate.outcomes.success"),
        ("predicate.metrics.0.stderr", "-0.1", "range", "predicate.metrics[0].stderr"),
        ("predicate.outcomes", ..., "missing", "predicate.outcomes"),
        ("predicate.outcomes.error", 1, "outcomes", "predicate.outcomes"),
        ("predicate.outcomes.missing", ..., "missing", "predicate.outcomes.missing"),
        ("predicate.dimension", "quality", "format", "predicate.dimension"),
        ("predicate.relationship", "friend", "format", "predicate.relationship"),
        ("predicate.contamination.declared", "no", "format", "predicate.contamination.declared"),
        ("predicate.supersedes", "x", "format", "predicate.supersedes"),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named(path: str, value: Any, code: str, field: str) -> None:
    with pytest.raises(StatementError) as refusal:
        parse_statement(changed(path, value))
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert refusal.value.reason


def test_errors_cannot_leave_the_denominator() -> None:
    """The published flaw: 29 of 89 right, 4 errors, and a mean over the 85 that were left."""
    metric = Metric("avg", Decimal("0.3412"), True, 85, 29)
    with pytest.raises(StatementError) as refusal:
        build_statement(SUBJECT, make_run(metrics=(metric,), outcomes=Outcomes(29, 56, error=4)))
    assert refusal.value.code == "outcomes"


def test_a_limited_run_shows_what_is_missing() -> None:
    metric = Metric("acc", Decimal("0.5"), True, 10, 5)
    run = make_run(metrics=(metric,), outcomes=Outcomes(5, 5, missing=90))
    assert parse_statement(build_statement(SUBJECT, run)).predicate == run


def test_names_must_not_repeat() -> None:
    metric = make_run().headline
    with pytest.raises(StatementError, match="twice among the metrics"):
        build_statement(SUBJECT, make_run(metrics=(metric, metric)))
    with pytest.raises(StatementError, match="twice among the subjects"):
        build_statement(SUBJECT * 2, make_run())


def test_unknown_fields_are_ignored_as_in_toto_asks() -> None:
    assert parse_statement(changed("predicate.later", {"x": 1})) == parse_statement(make_payload())


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b"{", "not-json"), (b'{"a":1,"a":1}', "not-json"), (b" " * 65537, "too-large")],
)
def test_what_is_no_statement_is_refused(payload: bytes, code: str) -> None:
    with pytest.raises(StatementError) as refusal:
        parse_statement(payload)
    assert refusal.value.code == code


@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_do_worse_than_refuse(payload: bytes) -> None:
    with pytest.raises(StatementError):
        parse_statement(payload)


@given(st.data())
def test_arbitrary_values_in_any_place_never_do_worse_than_refuse(data: st.DataObject) -> None:
    document = json.loads(make_payload())
    target = document
    while True:
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        key = data.draw(st.sampled_from(keys))
        if not target[key] or not isinstance(target[key], dict | list) or data.draw(st.booleans()):
            break
        target = target[key]
    target[key] = data.draw(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})
    )
    with contextlib.suppress(StatementError):
        parse_statement(strict_json.canonical(document))
