"""Pictures of the log, drawn on the server."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.i18n import whole

HEIGHT = 96


def activity_strip(counts: list[tuple[date, str, int]], today: date, days: int) -> SafeString:
    """A bar a day, results in the accent and acts of governance in ink, scaled to the busiest day."""
    totals: dict[date, list[int]] = {}
    for day, kind, number in counts:
        pair = totals.setdefault(day, [0, 0])
        pair[0 if kind == "result" else 1] += number
    top = max((sum(pair) for pair in totals.values()), default=0) or 1
    bars = []
    for place in range(days):
        pair = totals.get(today - timedelta(days=days - 1 - place), [0, 0])
        at, used = 100 * place / days, 0.0
        for share, colour in ((pair[0], "f-acc"), (pair[1], "f-ink")):
            size = (HEIGHT - 8) * share / top
            if share:
                bars.append(
                    (
                        f"{at:.2f}%",
                        f"{HEIGHT - used - size:.1f}",
                        f"{80 / days:.2f}%",
                        f"{size:.1f}",
                        colour,
                    )
                )
            used += size
    total = sum(sum(pair) for pair in totals.values())
    name = ngettext(
        "%(n)s entry in %(days)s days, a bar a day",
        "%(n)s entries in %(days)s days, a bar a day",
        total,
    ) % {"n": whole(total), "days": days}
    return format_html(
        '<svg class="fluid" height="{}" role="img" aria-label="{}">{}'
        '<line class="l-ink" x1="0" x2="100%" y1="{}" y2="{}"/></svg>',
        HEIGHT, name,
        format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>', bars),
        HEIGHT - 0.5, HEIGHT - 0.5,
    )  # fmt: skip


def inclusion_path(index: int, size: int, path: list[bytes]) -> SafeString:
    """The way from a leaf to the root: one step a sibling, on the side where the sibling stands."""
    step, bottom = 26, 26 * len(path) + 40
    parts: list[tuple[object, ...]] = []
    sides = _sides(index, size, len(path))
    for number, (sibling, side) in enumerate(zip(path, sides, strict=True)):
        low, high = bottom - step * number, bottom - step * (number + 1)
        x, anchor, text = (80, "end", 68) if side == "left" else (320, "start", 332)
        parts.append(
            (
                low - 7,
                high + 6,
                x,
                low,
                high,
                x,
                low,
                text,
                low + 4,
                anchor,
                sibling.hex()[:8],
                high,
            )
        )
    name = _("Inclusion path of leaf %(index)s through %(steps)s sibling hashes to the root of checkpoint %(size)s") % {
        "index": whole(index), "steps": len(path), "size": whole(size),
    }  # fmt: skip
    lines = format_html_join(
        "",
        '<path class="l-acc" stroke-width="2" d="M200 {}V{}"/><path class="l-edge" d="M{} {}V{}H200"/>'
        '<circle class="f-paper l-edge" stroke-width="1.5" cx="{}" cy="{}" r="5"/>'
        '<text class="t-mono" x="{}" y="{}" text-anchor="{}">{}</text><circle class="f-acc" cx="200" cy="{}" r="5"/>',
        parts,
    )
    top = bottom - step * len(path)
    return format_html(
        '<svg class="chart" viewBox="0 0 400 {}" role="img" aria-label="{}">{}'
        '<rect class="f-acc" x="193" y="{}" width="14" height="14"/>'
        '<text class="t-ink" x="200" y="{}" text-anchor="middle">{}</text>'
        '<circle class="l-acc" stroke-width="2" cx="200" cy="{}" r="10"/>'
        '<text class="t-ink" x="218" y="{}">{}</text></svg>',
        bottom + 40, name, lines, bottom - 7, bottom + 30, _("leaf %(index)s") % {"index": whole(index)},
        top, top - 8, _("root"),
    )  # fmt: skip


def _sides(index: int, size: int, steps: int) -> list[str]:
    """Say for each step on which side the sibling stands (RFC 9162 §2.1.3.2)."""
    sides: list[str] = []
    node, last = index, size - 1
    for _step in range(steps):
        if node % 2 or node == last:
            sides.append("left")
            while node and not node % 2:  # a node without a sibling moves up unchanged
                node, last = node >> 1, last >> 1
        else:
            sides.append("right")
        node, last = node >> 1, last >> 1
    return sides
