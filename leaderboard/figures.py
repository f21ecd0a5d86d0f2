"""How a score is written for readers: few places, the language's decimal mark, no false precision."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from alliance.i18n import active_language, decimals

EN_DASH = "–"
SMALLEST_P = 0.001


def value_places(value: float, *, is_share: bool, n: int | None) -> int:
    """Return the decimals that the items can carry: 97 of 100 is 0.97, a thousand items give three places."""
    if is_share:
        if n and n <= 100 and abs(value * 100 - round(value * 100)) < 1e-9:
            return 2
        return 3
    if value == 0:
        return 0
    return max(0, 2 - math.floor(math.log10(abs(value))))


def rounded(text: str, places: int) -> str:
    """Round half to even, exactly, and write with the language's decimal mark."""
    return _rounded(active_language(), text, places)


@lru_cache(maxsize=65_536)
def _rounded(language: str, text: str, places: int) -> str:
    """Write a figure once for each language: large boards repeat the same few hundred."""
    step = Decimal(1).scaleb(-places)
    return decimals(Decimal(text).quantize(step, rounding=ROUND_HALF_EVEN), places)


def score(text: str | None, *, is_share: bool, n: int | None = None) -> str:
    """Write a score that a snapshot keeps as a decimal string."""
    if text is None:
        return ""
    value = float(text)
    return rounded(text, value_places(value, is_share=is_share, n=n))


def span(low: str | None, high: str | None, *, is_share: bool) -> str:
    """Write an interval: 0.915–0.990."""
    if low is None or high is None:
        return ""
    places = 3 if is_share else value_places(float(high), is_share=False, n=None)
    return f"{rounded(low, places)}{EN_DASH}{rounded(high, places)}"


def places_span(low: int | None, high: int | None) -> str:
    """Write a rank range: 1–4, or 3 alone."""
    if low is None or high is None:
        return EN_DASH
    return str(low) if low == high else f"{low}{EN_DASH}{high}"


def probability(text: str | None) -> str:
    """Write a p: 0.63, 0.031, < 0.001."""
    if text is None:
        return ""
    value = float(text)
    if value < SMALLEST_P:
        return f"<\u202f{decimals(SMALLEST_P, 3)}"
    return rounded(text, 2 if value >= 0.1 else 3)


def plain(text: str | None) -> str:
    """Write a decimal string as it is, with the language's decimal mark."""
    if text is None:
        return ""
    return decimals(text, len(text.partition(".")[2]))
