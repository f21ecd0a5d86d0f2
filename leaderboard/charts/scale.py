"""One axis for a whole table: five equal steps between round numbers, as the grid behind the rows has."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alliance.i18n import decimals

STEPS = 5
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`; `places` decimals tell neighbouring ticks apart."""

    low: float
    high: float
    places: int

    def at(self, value: float) -> float:
        """Return the position in per cent, kept on the picture."""
        share = (value - self.low) / (self.high - self.low)
        return 100 * min(1.0, max(0.0, share))

    @property
    def ticks(self) -> list[float]:
        step = (self.high - self.low) / STEPS
        return [self.low + i * step for i in range(STEPS + 1)]


def scale_over(values: Iterable[float], *, is_share: bool = False) -> Scale:
    """Choose the narrowest round scale that shows every value; a share never leaves 0 to 1."""
    known = sorted(values)
    if not known:
        return Scale(0.0, 1.0, 1)
    low, high = known[0], known[-1]
    if high - low <= 1e-9 * max(1.0, abs(high)):
        margin = abs(low) * 0.1 if abs(low) > 1e-6 else 0.5
        low, high = low - margin, high + margin
        if is_share:
            low, high = max(0.0, low), min(1.0, high)
    raw = (high - low) / STEPS
    magnitude = 10.0 ** math.floor(math.log10(raw))
    for size in (magnitude, magnitude * 10):
        for factor in _ROUND:
            found = _fit(low, high, factor * size, is_share)
            if found:
                return found
    raise AssertionError("a step of a hundred times the width always fits")


def _fit(low: float, high: float, step: float, is_share: bool) -> Scale | None:
    start = math.floor(low / step + 1e-9) * step
    if is_share and start + STEPS * step > 1:
        start = 1 - STEPS * step
        if start < -1e-9:
            return Scale(0.0, 1.0, 1)
    if start + STEPS * step < high - 1e-9:
        return None
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    if step * 10**places % 1 > 1e-6 and (step * 10**places) % 1 < 1 - 1e-6:
        places += 1  # a step of 2.5 needs one more
    return Scale(round(start, 12), round(start + STEPS * step, 12), places)


def axis(scale: Scale, height: int = 20) -> SafeString:
    """Draw the numbers of the axis; the figures stand in the table, so readers of text skip it."""
    anchors = ["start", *["middle"] * (STEPS - 1), "end"]
    labels = format_html_join(
        "",
        '<text x="{}%" y="14" text-anchor="{}">{}</text>',
        (
            (
                100 * i // STEPS,
                anchors[i],
                decimals(Decimal(f"{tick:.{scale.places}f}"), scale.places),
            )
            for i, tick in enumerate(scale.ticks)
        ),
    )
    return format_html('<svg class="fluid" height="{}" aria-hidden="true">{}</svg>', height, labels)
