"""What every adapter gives: findings with the moments of their run, or a refusal that says why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final, TypeGuard

from alliance_node.errors import NodeError
from alliance_node.proofs import strict_json
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
    {
        *("acc", "acc_norm", "acc_bytes", "accuracy", "exact_match", "em", "pass@1"),
        *("quasi_exact_match", "prefix_exact_match", "quasi_prefix_exact_match"),
        *("success_rate", "resolved_rate"),
    }
)
"""Metrics that are a share of right answers, so that their counts can be had from n."""
HIGHER_IS_BETTER: Final = PROPORTIONS | {
    *("f1", "mcc", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "mean"),
    *("f1_score", "rouge_l", "rouge_1", "rouge_2", "bleu_1", "bleu_4", "math_equiv"),
    *("math_equiv_chain_of_thought", "ndcg_cut_10", "NDCG@10", "RR@10", "map", "mrr"),
    *("main_score", "cosine_spearman", "cosine_pearson", "ndcg_at_10", "v_measure", "ap"),
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
    counts: Mapping[str, int] = field(default_factory=dict)
    benchmark: str | None = None
    benchmark_version: str | None = None
    benchmark_size: int | None = None
    harness_version: str | None = None
    metric: str | None = None
    finished_at: datetime | None = None
    dimension: str = "capability"
    relationship: str = "third_party"

    def samples_of(self, task: str) -> int | None:
        """Return how many samples a task had, as the operator says: of it, else of all."""
        return self.counts.get(task, self.n)


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


def required_samples(found: object, task: str, options: Options, field: str) -> int:
    """Return how many samples were scored: as the file says, else as the operator does."""
    n = found if is_count(found) and found else options.samples_of(task)
    if n is None or n < 1:
        raise Refusal(
            field, f"does not say how many samples were scored; add --n '{task}=N' if you know it"
        )
    return n


def measured(
    name: str,
    value: float,
    higher: bool,
    n: int,
    *,
    stderr: object = None,
    stderr_method: str = "reported by the harness",
    label: str | None = None,
) -> Metric:
    """Return a metric: from its counts where it is a share of right answers, else as published."""
    error = decimal_of(stderr) if is_number(stderr) and stderr >= 0 else None
    successes = successes_of(value, n) if name in PROPORTIONS else None
    if successes is not None:
        return proportion(label or name, higher, successes, n, stderr=error)
    return Metric(
        label or name,
        decimal_of(value),
        higher,
        n,
        stderr=error,
        stderr_method=None if error is None else stderr_method,
    )


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


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def text_of(value: object) -> str | None:
    """Return a text with something in it, or ``None``."""
    return value if isinstance(value, str) and value.strip() else None


def identifier(text: str, field: str) -> str:
    """Spell a name with the marks an identifier may have; a space becomes a hyphen."""
    name = re.sub(r"[^A-Za-z0-9._:@/+=,~-]+", "-", text).lstrip("._:@/+=,~-")[:200].rstrip("-")
    if not name:
        raise Refusal(field, "has no letter or digit to make a name of")
    return name


def digest_of(value: object) -> str:
    """Name settings or a task's content by the digest of its one spelling."""
    return "sha256:" + sha256(strict_json.canonical(value)).hexdigest()


def moment_of(value: object) -> datetime | None:
    """Read seconds since 1970, as a number or a text, or an ISO time with a zone."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return _iso(str(value))
    if is_number(value) and 0 < value < 4e9:
        return datetime.fromtimestamp(int(value * 1000) / 1000, UTC)
    return None


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def moment_or_written(
    found: datetime | None, path: Path, options: Options, notes: list[str]
) -> datetime:
    """Return when a run ended: as told, else as found, else when its file was written."""
    if options.finished_at is not None:
        return options.finished_at
    if found is not None:
        return found
    notes.append("the file does not say when it was made; the time it was written is given")
    written = path.stat().st_mtime
    return datetime.fromtimestamp(int(written * 1000) / 1000, UTC)
