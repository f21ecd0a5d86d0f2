"""How far a score could lie from what was seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

Z_95 = 1.959963984540054  # 97.5 % point of the standard normal distribution


class Method(StrEnum):
    """Where an interval comes from; the board prints it."""

    WILSON = "wilson"
    REPORTED = "reported"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval; `low` and `high` are None where no uncertainty was published."""

    low: float | None
    high: float | None
    method: Method

    @property
    def is_known(self) -> bool:
        return self.low is not None and self.high is not None


UNKNOWN = Interval(None, None, Method.NONE)


@lru_cache(maxsize=65_536)
def wilson(successes: float, n: int, z: float = Z_95) -> Interval:
    """Return the score interval of a share (E. B. Wilson, JASA 22, 1927), valid near 0 and 1 where Wald's is not.

    `successes` need not be whole: a mean over organisations of the same n items has a share, not a count.
    """
    if n <= 0:
        raise ValueError("an interval of a share needs at least one item")
    if not 0 <= successes <= n:
        raise ValueError("successes must lie between 0 and n")
    share = successes / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    centre = share + z * z / (2 * n)
    scale = 1 + z * z / n
    low = 0.0 if successes == 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if successes == n else min(1.0, (centre + spread) / scale)
    return Interval(low, high, Method.WILSON)


def reported(value: float, stderr: float, z: float = Z_95) -> Interval:
    """Return value ± 1.96 standard errors, as the node reported them; the board labels it so."""
    if stderr < 0 or not math.isfinite(stderr):
        raise ValueError("a standard error is a finite number, zero or more")
    return Interval(value - z * stderr, value + z * stderr, Method.REPORTED)


def interval_of(
    value: float, *, n: int | None, is_proportion: bool, stderr: float | None
) -> Interval:
    """Choose the interval: Wilson for counted shares, else what was reported, else none."""
    if is_proportion and n and 0 <= value <= 1:
        return wilson(value * n if value * n <= n else n, n)
    if stderr is not None:
        return reported(value, stderr)
    return UNKNOWN
