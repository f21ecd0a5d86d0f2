"""Seats and worked examples as pictures: SVG from the server, a shape and a colour for each position."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.rules import Position, Roll
from governance.rules.example import Example

INNER, STEP, PITCH, MARK = 104, 44, 36, 15


def mark(position: Position | None, x: float, y: float, r: float) -> SafeString:
    """Draw one seat: circle, diamond, barred ring, struck ring, or a dashed ring while nothing was heard."""
    if position is Position.FOR:
        return format_html('<circle class="f-for" cx="{}" cy="{}" r="{}"/>', _n(x), _n(y), _n(r))
    if position is Position.AGAINST:
        d = r * 1.2
        path = f"M{_n(x)} {_n(y - d)}L{_n(x + d)} {_n(y)}L{_n(x)} {_n(y + d)}L{_n(x - d)} {_n(y)}z"
        return format_html('<path class="f-against" d="{}"/>', path)
    if position is None:
        return format_html(
            '<circle class="f-paper l-edge dash" stroke-width="1.5" cx="{}" cy="{}" r="{}"/>',
            _n(x), _n(y), _n(r - 0.75),
        )  # fmt: skip
    ring = format_html(
        '<circle class="f-paper l-abstain" stroke-width="2.5" cx="{}" cy="{}" r="{}"/>',
        _n(x),
        _n(y),
        _n(r - 1),
    )
    bar = r * 0.55
    lift = 0 if position is Position.ABSTAIN else bar * 0.7
    return ring + format_html(
        '<path class="l-abstain" stroke-width="2.5" d="M{} {}L{} {}"/>',
        _n(x - bar), _n(y + lift), _n(x + bar), _n(y - lift),
    )  # fmt: skip


def key_mark(position: Position | None) -> SafeString:
    """Draw a small mark for keys and tables; it is decoration, a word stands beside it."""
    return format_html(
        '<svg class="ink-svg" width="18" height="18" aria-hidden="true">{}</svg>',
        mark(position, 9, 9, 7),
    )


def seats_picture(
    roll: Roll, positions: Mapping[int, Position], *, label: str, big: str, small: str, hidden: Iterable[int] = ()
) -> SafeString:  # fmt: skip
    """Draw the seats in rows of a half circle, in the order of the roll; `hidden` ones were heard from under seal."""
    sealed = set(hidden)
    places, outer = _places(len(roll.seats))
    width, height = 2 * (outer + MARK + 6), outer + MARK + 6 + MARK + 6
    middle, floor = width / 2, outer + MARK + 6
    shapes = []
    for seat, (radius, angle) in zip(roll.seats, places, strict=True):
        x, y = middle - radius * math.cos(angle), floor - radius * math.sin(angle)
        position = positions.get(seat.number)
        solid = position in (Position.FOR, Position.AGAINST)
        if not seat.filled or seat.number in sealed:
            shape = format_html(
                '<circle class="f-tint" cx="{}" cy="{}" r="{}"/>',
                _n(x),
                _n(y),
                MARK if seat.filled else 6,
            )
        else:
            shape = mark(position, x, y, MARK)
        barred = position in (Position.ABSTAIN, Position.RECUSED) or not seat.filled
        shapes.append(shape)
        if not barred:
            shapes.append(
                format_html(
                    '<text{} x="{}" y="{}" text-anchor="middle">{}</text>',
                    SafeString(' class="t-on"') if solid else "", _n(x), _n(y + 4), seat.number,
                )
            )  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}'
        '<text class="t-big" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text></svg>',
        _n(width), _n(height), label, SafeString("".join(shapes)),
        _n(middle), _n(floor - 8), big, _n(middle), _n(floor + 11), small,
    )  # fmt: skip


def example_picture(example: Example, *, label: str, quorum_label: str) -> SafeString:
    """Draw a worked example as a row of marks, with a line where the quorum is reached."""
    wide = 20
    step = 27.0
    shapes = [
        mark(position, 13 + step * (index % wide), 16 + step * (index // wide), 8.5)
        for index, position in enumerate(example.positions)
    ]
    rows = math.ceil(len(example.positions) / wide)
    needed = math.ceil(Fraction(example.tally.quorum_needed))
    quorum = SafeString("")
    if needed and rows == 1:
        x = step * needed - 0.5
        at_end = needed > len(example.positions) - 2
        quorum = format_html(
            '<path class="l-ink" stroke-width="1.5" d="M{} 0V36"/><text x="{}" y="50" text-anchor="{}">{}</text>',
            _n(x), _n(x), "end" if at_end else "middle", quorum_label,
        )  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        _n(max(step * min(len(example.positions), wide) + 1, 120)), _n(27 * rows + (27 if quorum else 6)), label,
        format_html_join("", "{}", ((shape,) for shape in shapes)), quorum,
    )  # fmt: skip


def meter(value: int, whole: int, *, label: str, line: int | None = None) -> SafeString:
    """Draw a share as a bar, with a stroke where a line is reached; the label says it in words."""
    width, high = 240, 14
    filled = width * value / whole if whole else 0
    stroke = SafeString("")
    if line is not None and whole:
        x = _n(min(width - 1, max(1, width * line / whole)))
        stroke = format_html('<path class="l-ink" stroke-width="2" d="M{} 0V{}"/>', x, high + 6)
    return format_html(
        '<svg class="meter" viewBox="0 0 {} {}" role="img" aria-label="{}"><rect class="f-tint" y="3" width="{}" '
        'height="{}"/><rect class="f-for" y="3" width="{}" height="{}"/>{}</svg>',
        width, high + 6, label, width, high, _n(filled), high, stroke,
    )  # fmt: skip


def _places(count: int) -> tuple[list[tuple[int, float]], int]:
    """Return radius and angle of each seat from left to right, and the outermost radius."""
    radii = [INNER]
    while sum(int(math.pi * radius / PITCH) + 1 for radius in radii) < count:
        radii.append(radii[-1] + STEP)
    shares = _split(count, radii)
    places = [
        (radius, math.pi * index / (share - 1) if share > 1 else math.pi / 2)
        for radius, share in zip(radii, shares, strict=True)
        for index in range(share)
    ]
    return sorted(places, key=lambda place: (round(place[1], 6), place[0])), radii[-1]


def _split(count: int, radii: list[int]) -> list[int]:
    """Share seats among the rows by their length; the largest remainders get what is left."""
    exact = [Fraction(count * radius, sum(radii)) for radius in radii]
    shares = [int(value) for value in exact]
    by_remainder = sorted(range(len(radii)), key=lambda row: (shares[row] - exact[row], -row))
    for row in by_remainder[: count - sum(shares)]:
        shares[row] += 1
    return shares


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
