"""Speed against score: one numbered point for each device or system, the numbers are those of the table beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alliance.i18n import decimals
from leaderboard.charts.scale import Scale, scale_over

_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 540, 16, 232


@dataclass(frozen=True, slots=True)
class Spot:
    """A point; `is_own` ones are filled."""

    number: int
    x: float
    y: float
    is_own: bool = True


def scatter(
    spots: Sequence[Spot], *, label: str, x_name: str, y_name: str, is_share: bool
) -> SafeString:
    """Draw the points on two round axes; draws nothing where there is nothing to compare."""
    if len(spots) < 2:
        return SafeString("")
    across = scale_over([0.0, *(spot.x for spot in spots)])
    up = scale_over([spot.y for spot in spots], is_share=is_share)
    return format_html(
        '<svg class="chart" viewBox="0 0 560 276" role="img" aria-label="{}">{}{}{}'
        '<text x="{}" y="268" text-anchor="end">{}</text><text x="{}" y="10">{}</text></svg>',
        label,
        _rows(up),
        _columns(across),
        format_html_join("", "{}", ((_spot(spot, across, up),) for spot in spots)),
        _RIGHT,
        x_name,
        _LEFT,
        y_name,
    )


def _x(scale: Scale, value: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * scale.at(value) / 100


def _y(scale: Scale, value: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * scale.at(value) / 100


def _number(tick: float, scale: Scale) -> str:
    return decimals(Decimal(f"{tick:.{scale.places}f}"), scale.places)


def _rows(scale: Scale) -> SafeString:
    return format_html_join(
        "",
        '<path class="l-rule" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (_LEFT, f"{y:.1f}", _RIGHT, _LEFT - 8, f"{y + 4:.1f}", _number(tick, scale))
            for tick, y in ((tick, _y(scale, tick)) for tick in scale.ticks)
        ),
    )


def _columns(scale: Scale) -> SafeString:
    return format_html_join(
        "",
        '<path class="l-rule" d="M{0} {1}V{2}"/><text x="{0}" y="{3}" text-anchor="middle">{4}</text>',
        (
            (f"{_x(scale, tick):.1f}", _TOP, _BOTTOM, _BOTTOM + 18, _number(tick, scale))
            for tick in scale.ticks
        ),
    )


def _spot(spot: Spot, across: Scale, up: Scale) -> SafeString:
    x, y = _x(across, spot.x), _y(up, spot.y)
    return format_html(
        '<circle class="{}" stroke-width="2" cx="{}" cy="{}" r="9"/>'
        '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        "f-acc" if spot.is_own else "f-paper l-acc",
        f"{x:.1f}",
        f"{y:.1f}",
        "t-on" if spot.is_own else "t-ink",
        f"{x:.1f}",
        f"{y + 4:.1f}",
        spot.number,
    )
