"""Several organisations measured one thing: one headline, never the best of them, and how far they disagree.

The headline is the mean over independent organisations weighted by their number of items. An organisation with several
nodes or several runs counts once, with its own mean. Organisations that run the same benchmark measure the *same*
items: agreement makes a figure more trustworthy, not more precise. The interval therefore stands on the largest number
of items any one organisation measured, not on the sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

HETEROGENEITY_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one run says about a cell. `value` is exact as signed; `n` is None where the node gave no count."""

    organisation: str
    value: Fraction
    n: int | None = None
    stderr: float | None = None


@dataclass(frozen=True, slots=True)
class OrganisationMean:
    """What one organisation says, over all of its runs."""

    organisation: str
    value: Fraction
    n: int | None
    stderr: float | None
    runs: int


@dataclass(frozen=True, slots=True)
class Pooled:
    """One figure for a cell, with what stands behind it."""

    value: Fraction
    n: int | None
    stderr: float | None
    spread: Fraction
    cochran_q: float | None
    heterogeneous: bool
    organisations: tuple[OrganisationMean, ...]


def pool(contributions: Iterable[Contribution], *, is_proportion: bool) -> Pooled:
    """Combine the runs of a cell; the order of the runs does not matter."""
    by_organisation: dict[str, list[Contribution]] = {}
    for item in contributions:
        by_organisation.setdefault(item.organisation, []).append(item)
    if not by_organisation:
        raise ValueError("nothing to pool")
    means = tuple(
        _organisation_mean(name, by_organisation[name]) for name in sorted(by_organisation)
    )
    if len(means) == 1:
        (only,) = means
        return Pooled(only.value, only.n, only.stderr, Fraction(), None, False, means)
    values = [mean.value for mean in means]
    q = cochran_q(means, is_proportion=is_proportion)
    return Pooled(
        value=_weighted(means),
        n=_largest(mean.n for mean in means),
        stderr=_widest(mean.stderr for mean in means),
        spread=max(values) - min(values),
        cochran_q=q,
        heterogeneous=q is not None and chi_square_tail(q, len(means) - 1) < HETEROGENEITY_LEVEL,
        organisations=means,
    )


def _organisation_mean(name: str, runs: Sequence[Contribution]) -> OrganisationMean:
    if len(runs) == 1:
        (only,) = runs
        return OrganisationMean(name, only.value, only.n or None, only.stderr, 1)
    return OrganisationMean(
        organisation=name,
        value=_weighted(runs),
        n=_largest(run.n for run in runs),
        stderr=_widest(run.stderr for run in runs),
        runs=len(runs),
    )


def _weighted(rows: Sequence[Contribution] | Sequence[OrganisationMean]) -> Fraction:
    """Weigh by items where every row has a count; else all alike."""
    weights = [row.n for row in rows]
    if any(not weight for weight in weights):
        return sum((row.value for row in rows), Fraction()) / len(rows)
    total = sum(weight or 0 for weight in weights)
    return sum((row.value * (row.n or 0) for row in rows), Fraction()) / total


def _largest(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count]
    return max(known) if known else None


def _widest(errors: Iterable[float | None]) -> float | None:
    """Keep the widest reported error: the same items give no licence to shrink it. One missing leaves it unknown."""
    known = list(errors)
    return (
        None
        if not known or any(e is None for e in known)
        else max(e for e in known if e is not None)
    )


def cochran_q(means: Sequence[OrganisationMean], *, is_proportion: bool) -> float | None:
    """Return Cochran's Q over organisations (W. G. Cochran, Biometrics 10, 1954); None where it has no meaning."""
    if len(means) < 2:
        return None
    variances = [_variance(mean, is_proportion=is_proportion) for mean in means]
    if any(not variance for variance in variances):
        return None
    weights = [1 / variance for variance in variances if variance]
    values = [float(mean.value) for mean in means]
    centre = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    return sum(w * (v - centre) ** 2 for w, v in zip(weights, values, strict=True))


def _variance(mean: OrganisationMean, *, is_proportion: bool) -> float | None:
    """Give a share half a success and half a failure more, so that 0 and 1 keep a variance (Agresti)."""
    if is_proportion and mean.n:
        share = (float(mean.value) * mean.n + 0.5) / (mean.n + 1)
        return share * (1 - share) / mean.n
    return None if mean.stderr is None else mean.stderr**2


def chi_square_tail(x: float, degrees: int) -> float:
    """Return P(X > x) for a chi-square variable with whole degrees of freedom, by its closed form."""
    if x <= 0:
        return 1.0
    half = x / 2
    if degrees % 2 == 0:
        term = total = math.exp(-half)
        for i in range(1, degrees // 2):
            term *= half / i
            total += term
        return min(1.0, total)
    total = math.erfc(math.sqrt(half))
    term = math.exp(-half) * math.sqrt(half) / math.gamma(1.5)
    for i in range(1, (degrees - 1) // 2 + 1):
        total += term
        term *= half / (i + 0.5)
    return min(1.0, total)
