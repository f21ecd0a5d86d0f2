"""Small strips beside words: the places a system can hold, the steps it has climbed."""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leaderboard.statistics.assurance import Rung

_SQUARES = 10  # more places than this are drawn as one proportional bar
_WIDTH = 75


@lru_cache(maxsize=8192)
def rank_strip(low: int, high: int, count: int) -> SafeString:
    """Draw the range of places among all; the range itself is printed above it."""
    if count > _SQUARES:
        start = (low - 1) / count * _WIDTH
        width = max(2.0, (high - low + 1) / count * _WIDTH)
        return format_html(
            '<svg class="ink-svg" width="{0}" height="7" aria-hidden="true">'
            '<rect x="0" y="0" width="{0}" height="7" class="f-tint"/>'
            '<rect x="{1}" y="0" width="{2}" height="7" class="f-ink"/></svg>',
            _WIDTH,
            f"{min(start, _WIDTH - width):.1f}",
            f"{width:.1f}",
        )
    squares = format_html_join(
        "",
        '<rect x="{}" y="0" width="9" height="7" class="{}"/>',
        ((11 * i, "f-ink" if low <= i + 1 <= high else "f-tint") for i in range(count)),
    )
    return format_html(
        '<svg class="ink-svg" width="{}" height="7" aria-hidden="true">{}</svg>',
        max(1, 11 * count - 2),
        squares,
    )


_CLIMBED = {Rung.SELF_ATTESTED: 1, Rung.RECOMPUTED: 2, Rung.REPLICATED: 3}
_BARS = ((0, 11, 5), (8, 6, 10), (16, 1, 15))


@lru_cache(maxsize=16)
def rung_bars(rung: Rung) -> SafeString:
    """Draw three rising bars, as many filled as steps were taken; a dispute colours all."""
    climbed = _CLIMBED.get(rung, 3)
    full = "f-acc" if rung in _CLIMBED else "f-sig"
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="6" height="{}" class="{}"/>',
        ((x, y, h, full if i < climbed else "f-tint") for i, (x, y, h) in enumerate(_BARS)),
    )
    return format_html(
        '<svg class="ink-svg" width="22" height="17" aria-hidden="true">{}</svg>', bars
    )
