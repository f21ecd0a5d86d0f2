"""Counts as pictures: a lane for each candidate, a bar for each round, bands where votes go; SVG from the server."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.election_wording import decimal

LANE, TALLEST, STEP, BAR, LEFT, TOP = 50, 38.0, 108, 10, 246, 34
NAME_ROOM = 32


def flow_picture(
    rounds: Sequence[dict[str, Any]], order: Sequence[str], winners: Sequence[str], *, label: str
) -> SafeString:
    """Draw how votes move from round to round; a table with the figures stands beside it."""
    shown = [entry for entry in rounds if entry.get("votes")]
    highest = max((Decimal(str(v)) for entry in shown for v in entry["votes"].values()), default=0)
    scale = TALLEST / float(highest or 1)
    lanes = {name: TOP + LANE * at + LANE / 2 for at, name in enumerate(order)}
    width = LEFT + STEP * len(shown) + 10
    height = TOP + LANE * len(order) + 8
    parts = [_lane(name, y, width, elected=name in winners) for name, y in lanes.items()]
    for at, entry in enumerate(shown):
        parts.append(_heading(at, entry))
        parts += _bands(at, entry, lanes, scale)
    seated: set[str] = set()
    for at, entry in enumerate(shown):
        seated |= set(entry.get("elected", ()))
        parts += _bars(at, entry, lanes, scale, seated)
    return format_html(
        '<svg class="chart chart--flow" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>',
        width, height, width, height, label, SafeString("".join(parts)),
    )  # fmt: skip


def bars_picture(votes: dict[str, int], winners: Sequence[str], *, label: str) -> SafeString:
    """Draw one bar for each candidate, the longest first."""
    most = max(votes.values(), default=0) or 1
    rows = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    height = 30 * len(rows) + 6
    shapes = format_html_join(
        "", '<text class="t-ink" x="0" y="{}">{}</text><rect class="{}" x="{}" y="{}" width="{}" height="16"/>'
        '<text x="{}" y="{}">{}</text>',
        (
            (30 * at + 17, _short(name), "f-acc" if name in winners else "f-mid", LEFT, 30 * at + 4,
             _n(300 * value / most), _n(LEFT + 300 * value / most + 6), 30 * at + 17, value)
            for at, (name, value) in enumerate(rows)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 560 {}" role="img" aria-label="{}">{}</svg>',
        height,
        label,
        shapes,
    )


def _lane(name: str, y: float, width: int, *, elected: bool) -> SafeString:
    return format_html(
        '<path class="l-rule" d="M{} {}H{}"/><text class="{}" x="0" y="{}">{}</text>',
        LEFT - 6, _n(y), width, "t-ink" if elected else "", _n(y + 4), _short(name),
    )  # fmt: skip


def _heading(at: int, entry: dict[str, Any]) -> SafeString:
    return format_html(
        '<text x="{}" y="16" text-anchor="middle">{}</text>', _x(at) + BAR / 2, entry["round"]
    )


def _bars(
    at: int, entry: dict[str, Any], lanes: dict[str, float], scale: float, seated: set[str]
) -> list[SafeString]:
    """Draw the bar of each candidate of a round with its votes; those elected by then are darker."""
    parts = []
    for name, votes in entry["votes"].items():
        high = max(float(votes) * scale, 1.5)
        y = lanes[name]
        parts.append(
            format_html(
                '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}">{}</text>',
                "f-acc" if name in seated else "f-mid",
                _x(at),
                _n(y - high / 2),
                BAR,
                _n(high),
                _x(at) + BAR + 4,
                _n(y - 5),
                decimal(votes),
            )
        )
    return parts


def _bands(
    at: int, entry: dict[str, Any], lanes: dict[str, float], scale: float
) -> list[SafeString]:
    """Draw what came from the round's candidate to each receiver."""
    source = lanes.get(entry.get("candidate", ""))
    if at == 0 or source is None:
        return []
    left, right = _x(at - 1) + BAR, _x(at)
    middle = (left + right) / 2
    parts = []
    for name, votes in entry.get("transfers", {}).items():
        wide = max(float(votes) * scale, 1)
        parts.append(
            format_html(
                '<path class="l-low" stroke-width="{}" stroke-opacity=".75" d="M{} {}C{} {} {} {} {} {}"/>',
                _n(wide),
                left,
                _n(source),
                _n(middle),
                _n(source),
                _n(middle),
                _n(lanes[name]),
                right,
                _n(lanes[name]),
            )
        )
    return parts


def _x(at: int) -> int:
    return LEFT + STEP * at


def _short(name: str) -> str:
    return name if len(name) <= NAME_ROOM else name[: NAME_ROOM - 1] + "…"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
