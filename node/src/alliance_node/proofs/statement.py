"""The statements a node signs: in-toto Statement v1 with our ``eval-run`` and ``run-started``.

The predicate types are names, chosen once and for ever; nothing is fetched from them.
"""

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from . import strict_json
from .fields import Fields, StatementError
from .predicate import (
    DIMENSIONS,
    RELATIONSHIPS,
    BenchmarkRef,
    Contamination,
    Cost,
    DatasetRef,
    Environment,
    Harness,
    Metric,
    NodeRef,
    Outcomes,
    Retraction,
    Run,
    SystemRef,
)

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
EVAL_RUN: Final = "https://alliance-portal.org/eval-run/v1"
RUN_STARTED: Final = "https://alliance-portal.org/run-started/v1"
KINDS: Final = {EVAL_RUN: "eval-run", RUN_STARTED: "run-started"}
MAX_STATEMENT: Final = 64 * 1024
RESULTS_SUBJECT: Final = "results.json"
SAMPLES_SUBJECT: Final = "samples.jsonl"

_JSON_NAMES = {"kg_co2e": "kgCO2e"}


@dataclass(frozen=True)
class Subject:
    """A file the statement is about, by name and SHA-256."""

    name: str
    sha256: str


@dataclass(frozen=True)
class RunStarted:
    """Entered in the node's log before a run, so that a bad run cannot be dropped unseen."""

    node: NodeRef
    run: Run
    benchmark: BenchmarkRef
    system: SystemRef


@dataclass(frozen=True)
class EvalRun:
    """One finished run of one system on one benchmark version. ``metrics[0]`` is the headline."""

    node: NodeRef
    run: Run
    benchmark: BenchmarkRef
    dataset: DatasetRef
    system: SystemRef
    harness: Harness
    metrics: tuple[Metric, ...]
    dimension: str
    relationship: str
    outcomes: Outcomes | None = None
    environment: Environment = field(default_factory=Environment)
    cost: Cost | None = None
    contamination: Contamination = field(default_factory=Contamination)
    supersedes: str | None = None
    retracts: Retraction | None = None

    @property
    def headline(self) -> Metric:
        return self.metrics[0]


@dataclass(frozen=True)
class Statement:
    subject: tuple[Subject, ...]
    predicate: EvalRun | RunStarted

    @property
    def predicate_type(self) -> str:
        return EVAL_RUN if isinstance(self.predicate, EvalRun) else RUN_STARTED

    @property
    def kind(self) -> str:
        return KINDS[self.predicate_type]

    def digest_of(self, name: str) -> str | None:
        """Return the SHA-256 of the subject with this name, where there is one."""
        return next((item.sha256 for item in self.subject if item.name == name), None)

    def to_payload(self) -> bytes:
        """Return the canonical bytes to sign."""
        return strict_json.canonical(
            {
                "_type": STATEMENT_TYPE,
                "subject": [
                    {"name": item.name, "digest": {"sha256": item.sha256}} for item in self.subject
                ],
                "predicateType": self.predicate_type,
                "predicate": _to_json(self.predicate),
            }
        )


def build_statement(subject: tuple[Subject, ...], predicate: EvalRun | RunStarted) -> bytes:
    """Return the payload to sign, after the same checks a reader will make."""
    payload = Statement(subject, predicate).to_payload()
    parse_statement(payload)
    return payload


def parse_statement(payload: bytes) -> Statement:
    """Read a payload strictly; raise :class:`StatementError` with code, field and reason."""
    if len(payload) > MAX_STATEMENT:
        raise StatementError(
            "too-large", "statement", f"has {len(payload)} bytes, more than {MAX_STATEMENT}"
        )
    try:
        document = strict_json.loads(payload, max_bytes=MAX_STATEMENT)
    except strict_json.StrictJsonError as error:
        raise StatementError("not-json", error.where, error.reason) from error
    top = Fields(document, "")
    top.choice("_type", (STATEMENT_TYPE,))
    kind = KINDS[top.choice("predicateType", tuple(KINDS))]
    subject = _subjects(top)
    predicate = top.object("predicate")
    if kind == "run-started":
        return Statement(subject, _read_run_started(predicate))
    return Statement(subject, _read_eval_run(predicate))


def recomputed(metric: Metric) -> Decimal | None:
    """Return ``successes / n`` at the published number of decimals, or ``None`` without counts.

    Rounding is half to even and exact: no float comes near it.
    """
    if metric.successes is None:
        return None
    decimals = max(0, -_exponent(metric.value))
    scaled = round(Fraction(metric.successes, metric.n) * 10**decimals)
    return Decimal((0, tuple(map(int, str(scaled))), -decimals))


def headline_agrees(metric: Metric) -> bool | None:
    """Tell whether the published value is what the counts give; ``None`` without counts."""
    value = recomputed(metric)
    return None if value is None else value == metric.value


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "a parsed decimal is finite"
    return exponent


def _subjects(top: Fields) -> tuple[Subject, ...]:
    subjects: list[Subject] = []
    for entry in top.objects("subject", least=1, most=32):
        item = Subject(entry.text("name"), entry.object("digest").sha256("sha256"))
        if any(item.name == other.name for other in subjects):
            raise StatementError("format", entry.path("name"), "stands twice among the subjects")
        subjects.append(item)
    return tuple(subjects)


def _read_run_started(fields: Fields) -> RunStarted:
    return RunStarted(
        NodeRef.read(fields.object("node")),
        Run.read(fields.object("run"), finished=False),
        BenchmarkRef.read(fields.object("benchmark")),
        SystemRef.read(fields.object("system")),
    )


def _read_eval_run(fields: Fields) -> EvalRun:
    outcomes = fields.maybe(fields.object, "outcomes")
    cost = fields.maybe(fields.object, "cost")
    environment = fields.maybe(fields.object, "environment")
    contamination = fields.maybe(fields.object, "contamination")
    retracts = fields.maybe(fields.object, "retracts")
    run = EvalRun(
        node=NodeRef.read(fields.object("node")),
        run=Run.read(fields.object("run"), finished=True),
        benchmark=BenchmarkRef.read(fields.object("benchmark")),
        dataset=DatasetRef.read(fields.object("dataset")),
        system=SystemRef.read(fields.object("system")),
        harness=Harness.read(fields.object("harness")),
        metrics=_metrics(fields),
        dimension=fields.choice("dimension", DIMENSIONS),
        relationship=fields.choice("relationship", RELATIONSHIPS),
        outcomes=Outcomes.read(outcomes) if outcomes else None,
        environment=Environment.read(environment) if environment else Environment(),
        cost=Cost.read(cost) if cost else None,
        contamination=Contamination.read(contamination) if contamination else Contamination(),
        supersedes=fields.maybe(fields.digest, "supersedes"),
        retracts=Retraction.read(retracts) if retracts else None,
    )
    _check_outcomes(run, fields)
    return run


def _metrics(fields: Fields) -> tuple[Metric, ...]:
    metrics: list[Metric] = []
    for entry in fields.objects("metrics", least=1, most=200):
        metric = Metric.read(entry)
        if any(metric.id == other.id for other in metrics):
            raise StatementError("format", entry.path("id"), "stands twice among the metrics")
        metrics.append(metric)
    return tuple(metrics)


def _check_outcomes(run: EvalRun, fields: Fields) -> None:
    """Hold the headline's counts against the outcomes, so that no error leaves the denominator."""
    headline, outcomes = run.headline, run.outcomes
    if outcomes is None:
        if headline.successes is not None:
            raise StatementError(
                "missing", fields.path("outcomes"), "is required where the headline has counts"
            )
        return
    if outcomes.attempted != headline.n:
        raise StatementError(
            "outcomes",
            fields.path("outcomes"),
            f"sum to {outcomes.attempted} without missing, but the headline's n is {headline.n}",
        )
    if headline.successes is not None and headline.successes != outcomes.success:
        raise StatementError(
            "outcomes",
            fields.path("outcomes.success"),
            f"is {outcomes.success}, but the headline has {headline.successes} successes",
        )


def _to_json(value: Any) -> Any:
    """Write a value as JSON: absent fields left out, numbers that matter as decimal strings."""
    if is_dataclass(value):
        return {
            _json_name(item.name): _to_json(part)
            for item in fields(value)
            if (part := getattr(value, item.name)) is not None
        }
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return rfc3339(value)
    return value


def rfc3339(moment: datetime) -> str:
    """Write an aware time in UTC, with microseconds only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json_name(name: str) -> str:
    first, *rest = name.split("_")
    return _JSON_NAMES.get(name, first + "".join(part.capitalize() for part in rest))
