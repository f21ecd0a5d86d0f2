"""The mark of the house: a dot on a bar, a score with its uncertainty."""

from __future__ import annotations

from enum import StrEnum

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from leaderboard.charts.scale import Scale


class Mark(StrEnum):
    """Filled: checked by somebody else. Hollow: one node's word. Diamond: disputed or retracted."""

    FILLED = "filled"
    HOLLOW = "hollow"
    DIAMOND = "diamond"


def dot_and_interval(
    scale: Scale,
    *,
    value: float,
    low: float | None,
    high: float | None,
    mark: Mark,
    label: str,
    height: int = 60,
) -> SafeString:
    """Draw a score; without an interval only its dot."""
    middle = height / 2
    bar = "" if low is None or high is None else _bar(scale.at(low), scale.at(high), middle)
    return SafeString(
        f'<svg class="fluid" height="{height}" role="img" aria-label="{escape(label)}">'
        f"{bar}{_dot(scale.at(value), middle, mark)}</svg>"
    )


def _bar(low: float, high: float, middle: float) -> str:
    a, b, y = f"{low:.2f}%", f"{high:.2f}%", f"{middle:.1f}"
    top, bottom = f"{middle - 5:.1f}", f"{middle + 5:.1f}"
    return _line(a, b, y, y) + _line(a, a, top, bottom) + _line(b, b, top, bottom)


def _line(x1: str, x2: str, y1: str, y2: str) -> str:
    return f'<line class="l-ink" stroke-width="2" x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}"/>'


def _dot(x: float, middle: float, mark: Mark) -> str:
    at, y = f"{x:.2f}%", f"{middle:.1f}"
    if mark is Mark.DIAMOND:
        diamond = '<path class="f-sig" d="M0-8L8 0L0 8L-8 0z"/>'
        return f'<svg x="{at}" y="{y}" overflow="visible">{diamond}</svg>'
    if mark is Mark.HOLLOW:
        return f'<circle cx="{at}" cy="{y}" r="6" class="f-paper l-acc" stroke-width="2"/>'
    return f'<circle cx="{at}" cy="{y}" r="6" class="f-acc"/>'


def key_interval() -> SafeString:
    """The interval as it stands in a key."""
    return SafeString(
        '<svg class="ink-svg" width="44" height="14" aria-hidden="true">'
        '<path class="l-ink" stroke-width="2" d="M2 7h40M2 2v10M42 2v10"/>'
        '<circle class="f-acc" cx="24" cy="7" r="5.5"/></svg>'
    )


def key_mark(mark: Mark) -> SafeString:
    """One mark as it stands in a key."""
    if mark is Mark.DIAMOND:
        return SafeString(
            '<svg class="ink-svg" width="16" height="16" aria-hidden="true">'
            '<path class="f-sig" d="M8 0L16 8L8 16L0 8z"/></svg>'
        )
    shape = "f-acc" if mark is Mark.FILLED else "f-paper l-acc"
    return format_html(
        '<svg class="ink-svg" width="14" height="14" aria-hidden="true">'
        '<circle class="{}" stroke-width="2" cx="7" cy="7" r="5.5"/></svg>',
        shape,
    )
