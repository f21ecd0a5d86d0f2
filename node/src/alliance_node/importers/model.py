"""What every adapter gives: findings with the moments of their run, or a refusal that says why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final

from alliance_node.errors import NodeError
from alliance_node.proofs.predicate import OPAQUE, Metric
from alliance_node.recording import Findings

UNDECLARED: Final = "undeclared"
"""What a file does not say and nobody has added; portals show it as such."""

LOWER_IS_BETTER: Final = frozenset(
    {
        *("perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte", "brier_score"),
        *("wer", "ter", "cer", "loss", "mae", "mse", "rmse"),
    }
)
PROPORTIONS: Final = frozenset(
    {"acc", "acc_norm", "acc_bytes", "accuracy", "exact_match", "em", "pass@1"}
)
"""Metrics that are a share of right answers, so that their counts can be had from n."""
HIGHER_IS_BETTER: Final = PROPORTIONS | {
    *("f1", "mcc", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "mean"),
}


class Refusal(NodeError):
    """A file, or one task in it, that cannot be imported: where, and why."""

    code: ClassVar[str] = "refused"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Options:
    """What the operator adds to what the file says."""

    system: str | None = None
    system_revision: str | None = None
    system_digest: str = OPAQUE
    n: int | None = None
    dimension: str = "capability"
    relationship: str = "third_party"


@dataclass(frozen=True)
class Imported:
    """One result found in a file; ``task`` names it among others of the same file."""

    task: str
    findings: Findings
    started_at: datetime
    finished_at: datetime
    notes: tuple[str, ...] = ()


@dataclass
class Reading:
    """What came of one file: results, and refusals of single tasks in it."""

    imported: list[Imported] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def proportion(
    name: str, higher: bool, successes: int, n: int, *, stderr: Decimal | None = None
) -> Metric:
    """Return a metric whose value comes from its counts, at six decimals."""
    value = Decimal(round(Fraction(successes, n) * 10**6)).scaleb(-6)
    return Metric(
        name,
        value.quantize(Decimal("0.000001")),
        higher,
        n,
        successes,
        stderr=stderr,
        stderr_method="reported by the harness" if stderr is not None else None,
        unit="proportion",
    )


def successes_of(value: float, n: int) -> int | None:
    """Return the count a share of ``n`` stands for, or ``None`` if it is no whole number."""
    count = round(value * n)
    return count if 0 <= count <= n and abs(value * n - count) < 1e-6 * max(1, n) else None


def decimal_of(value: float) -> Decimal:
    """Return the shortest decimal that is this float, without an exponent."""
    return Decimal(format(Decimal(repr(float(value))), "f"))


def direction(name: str, stated: object, field: str) -> bool:
    """Tell whether higher is better: as stated, else as is known of the metric."""
    if isinstance(stated, bool):
        return stated
    if name in LOWER_IS_BETTER:
        return False
    if name in HIGHER_IS_BETTER:
        return True
    raise Refusal(field, f"does not say whether a higher {name} is better")


def mapping(value: object, name: str) -> Mapping[str, Any]:
    """Return an object that may be missing or something else; then it is empty."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
