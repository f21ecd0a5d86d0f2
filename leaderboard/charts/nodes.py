"""The nodes around the portal: who is heard from, who replicates whom."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH, _HEIGHT = 420, 300
_SHOWN = 16


class Health(StrEnum):
    """What a node's circle says; the word stands beside it in the list."""

    FRESH = "fresh"
    WAITING = "waiting"
    STALE = "stale"
    DOWN = "down"
    INCONSISTENT = "inconsistent"


@dataclass(frozen=True, slots=True)
class Dot:
    """A node on the picture."""

    name: str
    health: Health


def health_mark(health: Health, size: int = 14) -> SafeString:
    """Draw one node's circle for a list or a key."""
    half = size / 2
    return format_html(
        '<svg class="ink-svg" width="{0}" height="{0}" aria-hidden="true">{1}</svg>',
        size,
        _shape(half, half, health, half - 1),
    )


def _shape(x: float, y: float, health: Health, radius: float) -> SafeString:
    if health is Health.INCONSISTENT:
        d = f"M{x:.0f} {y - radius:.1f}L{x + radius:.1f} {y:.0f}L{x:.0f} {y + radius:.1f}L{x - radius:.1f} {y:.0f}z"
        return format_html('<path class="f-sig" d="{}"/>', d)
    classes = {
        Health.FRESH: "f-acc",
        Health.WAITING: "f-paper l-edge",
        Health.STALE: "f-paper l-ink",
        Health.DOWN: "f-paper l-edge dash",
    }[health]
    inner = radius if health is Health.FRESH else radius - 0.5
    return format_html(
        '<circle class="{}" stroke-width="2" cx="{}" cy="{}" r="{}"/>',
        classes,
        f"{x:.0f}",
        f"{y:.0f}",
        f"{inner:.1f}",
    )


def node_picture(
    dots: Sequence[Dot], pairs: Iterable[tuple[int, int]], *, label: str
) -> SafeString:
    """Draw nodes on a ring around the portal; `pairs` are indices of nodes that replicate each other's cells."""
    shown = list(dots)[:_SHOWN]
    places = [_place(i, len(shown)) for i in range(len(shown))]
    arcs = [_arc(places[a], places[b]) for a, b in pairs if a < len(shown) and b < len(shown)]
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}'
        '<rect class="f-ink" x="199" y="139" width="22" height="22"/>'
        '<circle class="f-paper" cx="210" cy="150" r="4"/></svg>',
        _WIDTH,
        _HEIGHT,
        label,
        format_html_join(
            "", '<path class="l-rule" stroke-width="1" d="{}"/>', ((a,) for a in arcs)
        ),
        format_html_join("", "{}", ((_spoke(d, p),) for d, p in zip(shown, places, strict=True))),
        format_html_join("", "{}", ((_named(d, p),) for d, p in zip(shown, places, strict=True))),
    )


def _place(i: int, count: int) -> tuple[float, float]:
    """Spread along an ellipse; the first at the upper left, so that three make a steady picture."""
    angle = 2 * math.pi * i / max(count, 1) - math.pi * 5 / 6
    return 210 + 128 * math.cos(angle), 150 + 112 * math.sin(angle)


def _arc(a: tuple[float, float], b: tuple[float, float]) -> str:
    """Bend away from the middle, so that the line between two nodes does not cross the portal."""
    x, y = (a[0] + b[0]) / 2 - 210, (a[1] + b[1]) / 2 - 150
    if math.hypot(x, y) < 20:  # opposite each other: go round, not through
        x, y = a[1] - b[1], b[0] - a[0]
    length = math.hypot(x, y) or 1.0
    bend = min(max(length * 1.6, 110), 190)
    return f"M{a[0]:.0f} {a[1]:.0f}Q{210 + x / length * bend:.0f} {150 + y / length * bend:.0f} {b[0]:.0f} {b[1]:.0f}"


def _spoke(dot: Dot, place: tuple[float, float]) -> SafeString:
    heard = dot.health is Health.FRESH
    return format_html(
        '<path class="{}" stroke-width="1.25" d="M210 150L{} {}"/>',
        "l-acc" if heard else "l-edge dash",
        f"{place[0]:.0f}",
        f"{place[1]:.0f}",
    )


def _named(dot: Dot, place: tuple[float, float]) -> SafeString:
    x, y = place
    left = x < 210
    return format_html(
        '{}<text class="t-ink" x="{}" y="{}" text-anchor="{}">{}</text>',
        _shape(x, y, dot.health, 9),
        f"{x - 15 if left else x + 15:.0f}",
        f"{y + 4:.0f}",
        "end" if left else "start",
        dot.name if len(dot.name) <= 14 else dot.name[:13] + "…",
    )
