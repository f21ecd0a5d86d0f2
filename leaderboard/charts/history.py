"""How a score stood on each version of a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alliance.i18n import decimals
from leaderboard.charts.scale import Scale, scale_over

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 548, 14, 118


@dataclass(frozen=True, slots=True)
class Point:
    """A score on one day."""

    at: datetime
    value: float
    low: float | None
    high: float | None


def history_line(
    points: Sequence[Point], *, label: str, first: str, last: str, is_share: bool
) -> SafeString:
    """Draw steps: a score holds until the next version. Needs two points or more; else draws nothing."""
    if len(points) < 2:
        return SafeString("")
    ends = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
    scale = scale_over(ends, is_share=is_share)
    start, end = points[0].at.timestamp(), points[-1].at.timestamp()
    span = end - start or 1.0
    xs = [_LEFT + (_RIGHT - _LEFT) * (p.at.timestamp() - start) / span for p in points]
    return format_html(
        '<svg class="chart" viewBox="0 0 560 150" role="img" aria-label="{}">{}{}{}'
        '<text x="{}" y="142">{}</text><text x="{}" y="142" text-anchor="end">{}</text></svg>',
        label,
        _grid(scale),
        _bars(points, xs, scale),
        _line(points, xs, scale),
        _LEFT,
        first,
        _RIGHT,
        last,
    )


def _y(scale: Scale, value: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * scale.at(value) / 100


def _grid(scale: Scale) -> SafeString:
    rows = ((tick, _y(scale, tick)) for tick in (scale.ticks[0], scale.ticks[-1]))
    return format_html_join(
        "",
        '<path class="l-rule" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                _LEFT,
                f"{y:.1f}",
                _RIGHT,
                _LEFT - 6,
                f"{y + 4:.1f}",
                decimals(Decimal(f"{tick:.{scale.places}f}"), scale.places),
            )
            for tick, y in rows
        ),
    )


def _bars(points: Sequence[Point], xs: Sequence[float], scale: Scale) -> SafeString:
    return format_html_join(
        "",
        '<path class="l-edge" stroke-width="1.5" d="M{} {}V{}"/>',
        (
            (f"{x:.1f}", f"{_y(scale, p.low):.1f}", f"{_y(scale, p.high):.1f}")
            for p, x in zip(points, xs, strict=True)
            if p.low is not None and p.high is not None
        ),
    )


def _line(points: Sequence[Point], xs: Sequence[float], scale: Scale) -> SafeString:
    path = f"M{xs[0]:.1f} {_y(scale, points[0].value):.1f}" + "".join(
        f"H{x:.1f}V{_y(scale, p.value):.1f}" for p, x in zip(points[1:], xs[1:], strict=True)
    )
    dots = format_html_join(
        "",
        '<circle class="f-acc" cx="{}" cy="{}" r="4.5"/>',
        ((f"{x:.1f}", f"{_y(scale, p.value):.1f}") for p, x in zip(points, xs, strict=True)),
    )
    return format_html('<path class="l-acc" stroke-width="2" d="{}"/>{}', path, dots)
