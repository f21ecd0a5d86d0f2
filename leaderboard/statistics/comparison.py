"""Can two scores be told apart? Exact where counts allow it."""

from __future__ import annotations

import math
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Outcomes = npt.NDArray[np.bool_]
LEVEL = 0.05
_EXACT_INTEGERS = 4096  # above this, tails are summed as logarithms: same test, floating point
_TABLE_LIMIT = 2_000_000


class Test(StrEnum):
    """Which test gave a p; the board prints it."""

    __test__ = False  # not a test case, whatever pytest thinks

    ANCHOR = "anchor"
    MCNEMAR = "mcnemar"
    FISHER = "fisher"
    NORMAL = "normal"
    NONE = "none"


@lru_cache(maxsize=65_536)
def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Return the two-sided exact p of McNemar's test from the discordant counts.

    Under the null hypothesis each discordant item falls to either side with probability ½, so p is a doubled binomial
    tail, capped at 1 (Q. McNemar, Psychometrika 12, 1947).
    """
    if only_first < 0 or only_second < 0:
        raise ValueError("counts are zero or more")
    n, k = only_first + only_second, min(only_first, only_second)
    if n <= _EXACT_INTEGERS:
        term = total = 1
        for i in range(1, k + 1):
            term = term * (n - i + 1) // i
            total += term
        return min(1.0, 2 * total / 2**n)
    logs = _log_factorials(n)
    fewer = np.arange(k + 1)
    terms = logs[n] - logs[fewer] - logs[n - fewer] - n * math.log(2)
    return min(1.0, 2 * float(np.exp(terms).sum()))


def mcnemar(first: Outcomes, second: Outcomes) -> float:
    """Compare two systems item by item; both arrays name the same items in the same order."""
    if first.shape != second.shape:
        raise ValueError("paired outcomes need the same items")
    return mcnemar_exact(
        int(np.count_nonzero(first > second)), int(np.count_nonzero(second > first))
    )


@lru_cache(maxsize=65_536)
def fisher_exact(successes_1: int, n_1: int, successes_2: int, n_2: int) -> float:
    """Return the two-sided exact p for two counted shares of different items (R. A. Fisher, 1922).

    Sums every table with the same margins that is no more likely than the one seen. For counts over a million the
    normal approximation is indistinguishable and used instead.
    """
    for successes, n in ((successes_1, n_1), (successes_2, n_2)):
        if not 0 <= successes <= n:
            raise ValueError("successes must lie between 0 and n")
    total, right = n_1 + n_2, successes_1 + successes_2
    if total > _TABLE_LIMIT:
        return _pooled_normal(successes_1, n_1, successes_2, n_2)
    logs = _log_factorials(total)
    k = np.arange(max(0, right - n_2), min(n_1, right) + 1)
    terms = (
        logs[n_1] - logs[k] - logs[n_1 - k]
        + logs[n_2] - logs[right - k] - logs[n_2 - right + k]
        - (logs[total] - logs[right] - logs[total - right])
    )  # fmt: skip
    seen = terms[successes_1 - k[0]]
    return min(1.0, float(np.exp(terms[terms <= seen + 1e-7]).sum()))


def normal_difference(value_1: float, stderr_1: float, value_2: float, stderr_2: float) -> float:
    """Return the two-sided p of the difference of two scores with reported standard errors."""
    spread = math.hypot(stderr_1, stderr_2)
    if spread == 0:
        return 1.0 if value_1 == value_2 else 0.0
    return math.erfc(abs(value_1 - value_2) / spread / math.sqrt(2))


def _pooled_normal(successes_1: int, n_1: int, successes_2: int, n_2: int) -> float:
    share = (successes_1 + successes_2) / (n_1 + n_2)
    variance = share * (1 - share)
    return normal_difference(
        successes_1 / n_1, math.sqrt(variance / n_1), successes_2 / n_2, math.sqrt(variance / n_2)
    )


@lru_cache(maxsize=4)
def _log_factorials(n: int) -> npt.NDArray[np.float64]:
    """Return log 0!, log 1!, … log n!."""
    table = np.zeros(n + 1)
    np.cumsum(np.log(np.arange(1, n + 1)), out=table[1:])
    table.flags.writeable = False  # every caller gets the same one
    return table
