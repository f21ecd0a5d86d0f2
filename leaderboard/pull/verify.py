"""Is an item what it claims to be? Pure: the bytes, what is known of the node, and the clock in.

The order is that of `NODE-PROTOCOL.md` §3.3: size, digest, signature over the raw bytes, key window
and revocation; only then is the statement parsed, and what it says is held against what we know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from alliance_node.proofs import dsse
from alliance_node.proofs.fields import StatementError
from alliance_node.proofs.jwk import Jwk, key_valid_at
from alliance_node.proofs.predicate import BenchmarkRef, DatasetRef, Metric
from alliance_node.proofs.statement import EvalRun, Statement, parse_statement

SKEW = timedelta(hours=24)
LEAST_PLACES = 3  # a rounded share with fewer places could hide a wrong count
ERROR_SHARE = Fraction(5, 100)
LARGEST = Decimal(10) ** 26


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a node's list of results; one read from the log itself has no kind yet."""

    seq: int
    digest: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A confirmed key; from `revoked_at` on nothing it signed is taken."""

    jwk: Jwk
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkFacts:
    """What a benchmark version fixes; an empty digest fixes nothing."""

    id: int
    slug: str
    primary_metric: str
    metrics: Mapping[str, Mapping[str, Any]]
    dataset_digest: str = ""
    task_digest: str = ""
    n_items: int | None = None
    is_associated: bool = True


@dataclass(frozen=True)
class NodeFacts:
    """What the portal knows of a node before it reads a word from it."""

    node_id: str
    keys: Mapping[str, KeyFacts]
    benchmarks: Mapping[tuple[str, str], BenchmarkFacts]
    unconfirmed: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def jwks(self) -> dict[str, Jwk]:
        """The keys in the form that proofs take."""
        return {kid: key.jwk for kid, key in self.keys.items()}


@dataclass(eq=False)
class Refusal(Exception):
    """Why an item is not taken: a stable code, the field at fault, what was found there."""

    code: str
    field: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A metric, what its counts give, and whether that is what it states (None: no counts)."""

    metric: Metric
    recomputed: Decimal | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """An item that passed; `unranked` says why it is shown without a rank, if so."""

    item: Item
    raw: bytes
    kid: str
    statement: Statement
    benchmark: BenchmarkFacts
    checks: tuple[Check, ...] = ()
    unranked: str = ""


def verify_item(raw: bytes, item: Item, facts: NodeFacts, now: datetime) -> Accepted | Refusal:
    """Accept an item, or say why not."""
    try:
        kid, envelope = _signed(raw, item, facts, now)
        statement = _parsed(envelope.payload)
        said = statement.predicate
        if item.kind and statement.kind != item.kind:
            raise Refusal("wrong-kind", "kind", f"listed as {item.kind}, is {statement.kind}")
        _check_time(said.run.finished_at or said.run.started_at, facts.keys[kid].jwk, now)
        if said.node.id != facts.node_id:
            raise Refusal("wrong-node", "predicate.node.id", said.node.id)
        benchmark = _benchmark(said.benchmark, facts)
        if not isinstance(said, EvalRun):
            return Accepted(item, raw, kid, statement, benchmark)
        if said.retracts is not None:
            return Accepted(item, raw, kid, statement, benchmark)
        _check_dataset(said.dataset, benchmark)
        checks = tuple(
            _check_metric(metric, index, benchmark) for index, metric in enumerate(said.metrics)
        )
        unranked = _check_headline(said, checks, benchmark)
    except Refusal as refusal:
        return refusal
    return Accepted(item, raw, kid, statement, benchmark, checks, unranked)


def _signed(raw: bytes, item: Item, facts: NodeFacts, now: datetime) -> tuple[str, dsse.Envelope]:
    if len(raw) > dsse.MAX_ENVELOPE:
        raise Refusal("too-large", "envelope", f"{len(raw)} bytes")
    if dsse.digest(raw) != item.digest:
        raise Refusal("wrong-digest", "envelope", f"is {dsse.digest(raw)}")
    try:
        kid, envelope = dsse.verified(raw, facts.jwks)
    except dsse.EnvelopeError as error:
        raise _envelope_refusal(raw, error, facts) from error
    revoked_at = facts.keys[kid].revoked_at
    if revoked_at is not None and revoked_at <= now:
        raise Refusal("key-revoked", "signatures", kid)
    if envelope.payload_type != dsse.IN_TOTO:
        raise Refusal("payload-type", "payloadType", envelope.payload_type[:200])
    return kid, envelope


def _envelope_refusal(raw: bytes, error: dsse.EnvelopeError, facts: NodeFacts) -> Refusal:
    if error.code == "malformed":
        return Refusal("envelope-malformed", "envelope", str(error))
    if error.code == "unknown-key":
        signers = [signature.keyid for signature in dsse.Envelope.parse(raw).signatures]
        waiting = facts.unconfirmed.intersection(signers)
        code = "key-not-confirmed" if waiting else "unknown-key"
        return Refusal(code, "signatures", ", ".join(signers)[:200])
    return Refusal(error.code, "signatures" if error.code == "bad-signature" else "", str(error))


def _parsed(payload: bytes) -> Statement:
    try:
        return parse_statement(payload)
    except StatementError as error:
        code = {"too-large": "too-large", "counts": "wrong-counts", "outcomes": "wrong-counts"}
        raise Refusal(
            code.get(error.code, "statement-malformed"), error.field, error.reason
        ) from error


def _check_time(moment: datetime, key: Jwk, now: datetime) -> None:
    """The key must have been valid at the time the run claims; that time may not lie ahead.

    Old statements are read long after their key expired. Their times cannot be invented later:
    the item stands in a log whose head a key signed that is valid now.
    """
    if moment > now + SKEW:
        raise Refusal("in-future", "predicate.run", moment.isoformat())
    if not key_valid_at(key, moment):
        raise Refusal("key-window", "predicate.run", moment.isoformat())


def _benchmark(ref: BenchmarkRef, facts: NodeFacts) -> BenchmarkFacts:
    known = facts.benchmarks.get((ref.id, ref.version))
    if known is None:
        raise Refusal("unknown-benchmark", "predicate.benchmark", f"{ref.id} {ref.version}")
    if not known.is_associated:
        raise Refusal("benchmark-not-associated", "predicate.benchmark.id", ref.id)
    if known.task_digest and ref.task_digest.removeprefix("sha256:") != known.task_digest:
        raise Refusal("wrong-task", "predicate.benchmark.taskDigest", ref.task_digest)
    return known


def _check_dataset(dataset: DatasetRef, benchmark: BenchmarkFacts) -> None:
    if benchmark.dataset_digest and dataset.sha256 != benchmark.dataset_digest:
        raise Refusal("wrong-dataset", "predicate.dataset.sha256", dataset.sha256 or "")


def _check_metric(metric: Metric, index: int, benchmark: BenchmarkFacts) -> Check:
    where = f"predicate.metrics[{index}]"
    numbers = [metric.value, metric.stderr]
    numbers += [metric.ci.lower, metric.ci.upper] if metric.ci else []
    if any(number is not None and abs(number) >= LARGEST for number in numbers):
        raise Refusal("statement-malformed", f"{where}.value", "is too large")
    known = benchmark.metrics.get(metric.id)
    if known is not None and bool(known["higher_is_better"]) != metric.higher_is_better:
        raise Refusal("wrong-direction", f"{where}.higherIsBetter", metric.id)
    if metric.successes is None:
        return Check(metric, None, None)
    recomputed = Decimal(metric.successes) / Decimal(metric.n)
    return Check(metric, recomputed, is_rounding_of(metric.value, metric.successes, metric.n))


def _check_headline(run: EvalRun, checks: tuple[Check, ...], benchmark: BenchmarkFacts) -> str:
    """Refuse a headline that does not follow from its counts; return why it is unranked, if so."""
    at = next((i for i, it in enumerate(checks) if it.metric.id == benchmark.primary_metric), None)
    if at is None:
        raise Refusal("no-primary-metric", "predicate.metrics", benchmark.primary_metric)
    for index in sorted({0, at}):
        check = checks[index]
        if check.agrees is False:
            metric = check.metric
            raise Refusal(
                "wrong-value",
                f"predicate.metrics[{index}].value",
                f"{metric.value} stated, {metric.successes} of {metric.n} counted",
            )
    primary = checks[at].metric
    kind = benchmark.metrics.get(primary.id, {}).get("kind")
    if kind == "proportion" and not 0 <= primary.value <= 1:
        raise Refusal("wrong-value", f"predicate.metrics[{at}].value", str(primary.value))
    if benchmark.n_items and primary.n > benchmark.n_items:
        raise Refusal(
            "too-many-items",
            f"predicate.metrics[{at}].n",
            f"{primary.n} counted, the benchmark has {benchmark.n_items}",
        )
    return _unranked(run, primary, benchmark)


def _unranked(run: EvalRun, primary: Metric, benchmark: BenchmarkFacts) -> str:
    outcomes = run.outcomes
    if outcomes and outcomes.missing:
        return "limited"
    if benchmark.n_items and primary.n < benchmark.n_items:
        return "limited"
    if outcomes and Fraction(outcomes.error, outcomes.attempted or 1) > ERROR_SHARE:
        return "too-many-errors"
    return ""


def is_rounding_of(value: Decimal, successes: int, n: int) -> bool:
    """Tell whether a decimal is the exact share, or that share rounded to its own places. Whole numbers only."""
    numerator, denominator = value.as_integer_ratio()
    difference = abs(numerator * n - successes * denominator)  # in parts of n * denominator
    if difference == 0:
        return True
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    return places >= LEAST_PLACES and 2 * 10**places * difference <= n * denominator
