"""From answers to metrics: pure, exact for counts, rounded half to even at four decimals.

An abstention ("unknown") is an outcome of its own and counts as not right; so does an error.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

from alliance_node.proofs.predicate import Metric, Outcomes

from .dataset import Sentence

DECIMALS: Final = 4
CALIBRATION_BINS: Final = 10


@dataclass(frozen=True)
class Answer:
    """What a system said; ``language`` ``None`` is an abstention, ``error`` a failure to say."""

    language: str | None
    confidence: float | None = None
    error: str | None = None


@dataclass(frozen=True)
class Scored:
    sentence: Sentence
    answer: Answer

    @property
    def correct(self) -> bool:
        return self.answer.language == self.sentence.language

    @property
    def outcome(self) -> str:
        if self.answer.error is not None:
            return "error"
        if self.answer.language is None:
            return "abstained"
        return "success" if self.correct else "failure"


def outcomes(scored: Sequence[Scored]) -> Outcomes:
    count = dict.fromkeys(("success", "failure", "error", "abstained"), 0)
    for item in scored:
        count[item.outcome] += 1
    return Outcomes(**count)


def accuracy(name: str, group: str, scored: Sequence[Scored]) -> Metric:
    successes = sum(item.correct for item in scored)
    value = decimal(Fraction(successes, len(scored)))
    return Metric(name, value, True, len(scored), successes, unit="proportion", group=group)


def worst_language(scored: Sequence[Scored]) -> Metric:
    """Return the accuracy of the language that fares worst; the first by name on a tie."""
    groups = grouped(scored, lambda item: item.sentence.language)
    worst = min(sorted(groups), key=lambda name: _share(groups[name]))
    return accuracy("worst-language-accuracy", "fairness", groups[worst])


def script_gap(scored: Sequence[Scored]) -> Metric:
    """Return how far the worst-served script lies behind the best-served one."""
    shares = [
        _share(items) for items in grouped(scored, lambda item: item.sentence.script).values()
    ]
    gap = decimal(max(shares) - min(shares))
    return Metric("script-gap", gap, False, len(scored), unit="proportion", group="fairness")


def calibration(scored: Sequence[Scored]) -> tuple[Metric, ...]:
    """Return Brier score and calibration error of the top answer, where all have a confidence.

    Answers without one (abstentions among them) leave nothing to calibrate: then neither metric
    is given rather than one over a chosen part.
    """
    pairs = [
        (Fraction(item.answer.confidence), item.correct)
        for item in scored
        if item.answer.confidence is not None
    ]
    if not pairs or len(pairs) < len(scored):
        return ()
    brier = sum(((share - right) ** 2 for share, right in pairs), Fraction(0)) / len(pairs)
    bins: dict[int, list[tuple[Fraction, bool]]] = defaultdict(list)
    for share, right in pairs:
        bins[min(CALIBRATION_BINS - 1, int(share * CALIBRATION_BINS))].append((share, right))
    error = sum(
        (
            abs(sum((share - right for share, right in items), Fraction(0)))
            for items in bins.values()
        ),
        Fraction(0),
    ) / len(pairs)
    return tuple(
        Metric(name, decimal(value), False, len(pairs), unit="proportion", group="calibration")
        for name, value in (("brier", brier), ("ece", error))
    )


def table(scored: Sequence[Scored], key: Callable[[Scored], str]) -> dict[str, dict[str, int]]:
    """Return right answers and number of sentences for each group."""
    return {
        name: {"successes": sum(item.correct for item in items), "n": len(items)}
        for name, items in sorted(grouped(scored, key).items())
    }


def grouped(scored: Iterable[Scored], key: Callable[[Scored], str]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = defaultdict(list)
    for item in scored:
        groups[key(item)].append(item)
    return dict(groups)


def decimal(value: Fraction | float, decimals: int = DECIMALS) -> Decimal:
    exact = Fraction(value)
    scaled = round(exact * 10**decimals)
    return (
        Decimal(scaled)
        .scaleb(-decimals)
        .quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    )


def _share(items: Sequence[Scored]) -> Fraction:
    return Fraction(sum(item.correct for item in items), len(items))
