"""The nouns of a statement as frozen values, each reading itself from JSON.

Field names in JSON are the camel-case of those here and follow the open in-toto ``eval-result``
proposal where that has them. What a harness does not know stays ``None``; nothing is imputed.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from .fields import Fields, StatementError

DIMENSIONS: Final = (
    "capability",
    "safety",
    "fairness",
    "robustness",
    "calibration",
    "efficiency",
)
RELATIONSHIPS: Final = ("first_party", "third_party")
CONTAMINATION: Final = ("none-known", "possible", "known", "unknown")
OPAQUE: Final = "opaque"


@dataclass(frozen=True)
class NodeRef:
    id: str
    organisation: str

    @classmethod
    def read(cls, fields: Fields) -> "NodeRef":
        return cls(fields.identifier("id"), fields.text("organisation"))


@dataclass(frozen=True)
class Run:
    """One execution; ``id`` is the result's identity, ``attempt`` counts tries of the same cell."""

    id: str
    attempt: int
    started_at: datetime
    finished_at: datetime | None = None

    @classmethod
    def read(cls, fields: Fields, *, finished: bool) -> "Run":
        run = cls(
            fields.run_id("id"),
            fields.count("attempt", least=1),
            fields.moment("startedAt"),
            fields.moment("finishedAt") if finished else None,
        )
        if run.finished_at is not None and run.finished_at < run.started_at:
            raise StatementError("range", fields.path("finishedAt"), "is before startedAt")
        return run


@dataclass(frozen=True)
class BenchmarkRef:
    id: str
    version: str
    task_digest: str

    @classmethod
    def read(cls, fields: Fields) -> "BenchmarkRef":
        return cls(
            fields.identifier("id"), fields.identifier("version"), fields.digest("taskDigest")
        )


@dataclass(frozen=True)
class DatasetRef:
    """The data a run used; a private set gives a salted commitment in place of its digest."""

    id: str
    revision: str | None = None
    sha256: str | None = None
    salted_commitment: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> "DatasetRef":
        dataset = cls(
            fields.text("id"),
            fields.maybe(fields.text, "revision"),
            fields.maybe(fields.sha256, "sha256"),
            fields.maybe(fields.digest, "saltedCommitment"),
        )
        if dataset.sha256 and dataset.salted_commitment:
            raise StatementError(
                "format", fields.path("saltedCommitment"), "stands beside sha256; give one of them"
            )
        return dataset


@dataclass(frozen=True)
class SystemRef:
    """The system under test: a digest of what was run, or openly declared opaque."""

    id: str
    revision: str
    digest: str = OPAQUE
    precision: str | None = None
    adapter: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> "SystemRef":
        return cls(
            fields.identifier("id"),
            fields.text("revision"),
            fields.digest_or_opaque("digest"),
            fields.maybe(fields.text, "precision"),
            fields.maybe(fields.text, "adapter"),
        )


@dataclass(frozen=True)
class Harness:
    """What ran the benchmark; ``dirty`` is ``None`` where the harness does not say."""

    name: str
    version: str
    settings_digest: str
    git_commit: str | None = None
    dirty: bool | None = None
    image_digest: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> "Harness":
        return cls(
            fields.identifier("name"),
            fields.text("version"),
            fields.digest("settingsDigest"),
            fields.maybe(fields.identifier, "gitCommit"),
            fields.maybe(fields.boolean, "dirty"),
            fields.maybe(fields.digest, "imageDigest"),
        )


@dataclass(frozen=True)
class Accelerator:
    vendor: str
    model: str
    count: int
    driver: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> "Accelerator":
        return cls(
            fields.text("vendor"),
            fields.text("model"),
            fields.count("count", least=1),
            fields.maybe(fields.text, "driver"),
        )


@dataclass(frozen=True)
class Environment:
    accelerator: Accelerator | None = None
    cpu: str | None = None
    memory_bytes: int | None = None
    os: str | None = None
    lock_digest: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> "Environment":
        accelerator = fields.maybe(fields.object, "accelerator")
        return cls(
            Accelerator.read(accelerator) if accelerator else None,
            fields.maybe(fields.text, "cpu"),
            fields.maybe(fields.count, "memoryBytes"),
            fields.maybe(fields.text, "os"),
            fields.maybe(fields.digest, "lockDigest"),
        )


@dataclass(frozen=True)
class Interval:
    lower: Decimal
    upper: Decimal
    level: Decimal
    method: str

    @classmethod
    def read(cls, fields: Fields) -> "Interval":
        interval = cls(
            fields.decimal("lower"),
            fields.decimal("upper"),
            fields.decimal("level"),
            fields.text("method"),
        )
        if interval.lower > interval.upper or not 0 < interval.level < 1:
            raise StatementError("range", fields.path("lower"), "is not a confidence interval")
        return interval


@dataclass(frozen=True)
class Metric:
    """One number. With ``successes`` it is a proportion of ``n`` and can be recomputed."""

    id: str
    value: Decimal
    higher_is_better: bool
    n: int
    successes: int | None = None
    stderr: Decimal | None = None
    stderr_method: str | None = None
    ci: Interval | None = None
    unit: str | None = None
    group: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> "Metric":
        interval = fields.maybe(fields.object, "ci")
        metric = cls(
            fields.identifier("id"),
            fields.decimal("value"),
            fields.boolean("higherIsBetter"),
            fields.count("n", least=1),
            fields.maybe(fields.count, "successes"),
            fields.maybe(fields.amount, "stderr"),
            fields.maybe(fields.text, "stderrMethod"),
            Interval.read(interval) if interval else None,
            fields.maybe(fields.text, "unit"),
            fields.maybe(fields.identifier, "group"),
        )
        if metric.successes is not None and metric.successes > metric.n:
            raise StatementError(
                "counts", fields.path("successes"), f"{metric.successes} is more than n {metric.n}"
            )
        return metric


@dataclass(frozen=True)
class Outcomes:
    """What became of every sample.

    All but ``missing`` were put to the system and make up the headline's ``n``, errors included.
    ``missing`` counts samples of the benchmark that were never run: a limited run has some.
    """

    success: int
    failure: int
    limit: int = 0
    error: int = 0
    abstained: int = 0
    missing: int = 0

    @property
    def attempted(self) -> int:
        return self.success + self.failure + self.limit + self.error + self.abstained

    @classmethod
    def read(cls, fields: Fields) -> "Outcomes":
        names = ("success", "failure", "limit", "error", "abstained", "missing")
        return cls(*(fields.count(name) for name in names))


@dataclass(frozen=True)
class Cost:
    wall_seconds: Decimal
    usd: Decimal | None = None
    energy_joules: Decimal | None = None
    kg_co2e: Decimal | None = None
    method: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> "Cost":
        return cls(
            fields.amount("wallSeconds"),
            fields.maybe(fields.amount, "usd"),
            fields.maybe(fields.amount, "energyJoules"),
            fields.maybe(fields.amount, "kgCO2e"),
            fields.maybe(fields.text, "method"),
        )


@dataclass(frozen=True)
class Contamination:
    declared: str = "unknown"
    notes: str = ""

    @classmethod
    def read(cls, fields: Fields) -> "Contamination":
        return cls(
            fields.choice("declared", CONTAMINATION), fields.maybe(fields.prose, "notes") or ""
        )


@dataclass(frozen=True)
class Retraction:
    digest: str
    reason: str

    @classmethod
    def read(cls, fields: Fields) -> "Retraction":
        return cls(fields.digest("digest"), fields.text("reason", most=2000))
