"""Is a system as sure as it is right? Its stated confidence against the share that was right, in ten classes."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alliance.i18n import decimals
from leaderboard.statistics.reliability import Bin

_LEFT, _TOP, _SIDE = 44, 12, 240


def reliability_diagram(bins: Sequence[Bin], *, label: str, x_name: str, y_name: str) -> SafeString:
    """Draw a square for each class, as large as the class; on the dashed line confidence and success are equal."""
    if not bins:
        return SafeString("")
    most = max(found.count for found in bins)
    squares = format_html_join(
        "",
        '<path class="l-acc" stroke-width="1.5" d="M{} {}V{}"/>'
        '<rect class="f-acc" x="{}" y="{}" width="{}" height="{}"/>',
        (_square(found, most) for found in bins),
    )
    return format_html(
        '<svg class="chart chart--square" viewBox="0 0 300 300" role="img" aria-label="{}">{}'
        '<path class="l-edge dash" d="M{} {}L{} {}"/>{}'
        '<text x="{}" y="292" text-anchor="end">{}</text><text x="{}" y="{}">{}</text></svg>',
        label,
        _grid(),
        _LEFT,
        _TOP + _SIDE,
        _LEFT + _SIDE,
        _TOP,
        squares,
        _LEFT + _SIDE,
        x_name,
        _LEFT + 6,
        _TOP + 12,
        y_name,
    )


def _square(found: Bin, most: int) -> tuple[str, ...]:
    x, y = _LEFT + _SIDE * found.confidence, _TOP + _SIDE * (1 - found.right)
    line = _TOP + _SIDE * (1 - found.confidence)
    size = 5 + 9 * (found.count / most) ** 0.5
    return tuple(f"{number:.1f}" for number in (x, line, y, x - size / 2, y - size / 2, size, size))


def _grid() -> SafeString:
    ends = [(share, _TOP + _SIDE * (1 - share), _LEFT + _SIDE * share) for share in (0, 0.5, 1)]
    return format_html_join(
        "",
        '<path class="l-rule" d="M{0} {1}H{2}M{3} {4}V{5}"/>'
        '<text x="{6}" y="{7}" text-anchor="end">{8}</text><text x="{3}" y="{9}" text-anchor="middle">{8}</text>',
        (
            (
                _LEFT,
                f"{y:.0f}",
                _LEFT + _SIDE,
                f"{x:.0f}",
                _TOP,
                _TOP + _SIDE,
                _LEFT - 6,
                f"{y + 4:.0f}",
                decimals(share, 1),
                _TOP + _SIDE + 16,
            )
            for share, y, x in ends
        ),
    )
