"""Pictures of this room: milestones on a line of time, commits by week. A table beside each says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.models import Milestone

WIDTH, LEFT, ROW, TOP = 880, 250, 38, 22
MARKS = {
    "reached": ("l-acc", "f-acc"),
    "under-way": ("l-acc", "f-paper l-acc"),
    "planned": ("l-edge dash", "f-paper l-edge"),
    "dropped": ("l-rule dash", "f-paper l-rule"),
}


def milestones(rows: Sequence[Milestone], today: date) -> SafeString:
    """Draw each milestone from its beginning to its day, with today as a line."""
    first = min([row.starts_on or row.due_on for row in rows] + [today])
    last = max([row.reached_on or row.due_on for row in rows] + [today]) + timedelta(days=20)
    span = max((last - first).days, 1)

    def x(day: date) -> int:
        return LEFT + round((WIDTH - LEFT - 10) * (day - first).days / span)

    height = TOP + ROW * len(rows)
    drawn = [
        (_row(row, TOP + ROW * n, x(row.starts_on or row.due_on), x(row.reached_on or row.due_on)),)
        for n, row in enumerate(rows)
    ]
    lines = format_html_join("", "{}", drawn)
    now = format_html(
        '<path class="l-sig" stroke-width="1.5" d="M{0} 20V{1}"/>'
        '<rect class="f-paper" x="{3}" y="2" width="60" height="17"/>'
        '<text class="f-sig" x="{0}" y="14" '
        'text-anchor="middle">{2}</text>', x(today), height, _("today"), x(today) - 30,
    )  # fmt: skip
    label = _("Milestones from %(first)s to %(last)s; the table says the same") % {
        "first": date_format(first, "YEAR_MONTH_FORMAT"), "last": date_format(last, "YEAR_MONTH_FORMAT"),
    }  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH, height, label, _grid(first, last, x, height), lines, now,
    )  # fmt: skip


def _row(row: Milestone, y: int, begin: int, end: int) -> SafeString:
    line, mark = MARKS[row.state]
    return format_html(
        '<text class="t-ink" x="0" y="{}">{}</text><path class="l-rule" d="M0 {}H{}"/>'
        '<path class="{}" stroke-width="2.5" d="M{} {}H{}"/>'
        '<circle class="{}" stroke-width="2.5" cx="{}" cy="{}" r="6.5"/>',
        y + 24, row.title if len(row.title) <= 34 else f"{row.title[:33]}…", y + ROW, WIDTH, line, begin, y + 20, end,
        mark, end, y + 20,
    )  # fmt: skip


def _grid(first: date, last: date, x: object, height: int) -> SafeString:
    """Draw a line with its month for each quarter."""
    assert callable(x)
    quarters = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in (1, 4, 7, 10)
        if first <= date(year, month, 1) <= last
    ]
    return format_html_join(
        "",
        '<path class="l-rule" d="M{} 22V{}"/><text x="{}" y="14">{}</text>',
        ((x(day), height, x(day) + 3, date_format(day, "M Y")) for day in quarters),
    )


def weeks(rows: Sequence[tuple[date, int]]) -> SafeString:
    """Draw a bar for each week, with the months below and the highest week named."""
    width, height, foot = 720, 96, 18
    step = width / max(len(rows), 1)
    most = max((count for _begin, count in rows), default=0)
    bars = format_html_join(
        "",
        '<rect class="f-acc" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (round(step * n + 1, 1), round(height - drawn, 1), round(step - 2, 1), round(drawn, 1))
            for n, (_begin, count) in enumerate(rows)
            if (drawn := (height - foot) * count / most if most else 0)
        ),
    )
    months = format_html_join(
        "",
        '<text x="{}" y="{}">{}</text>',
        (
            (round(step * n + 1, 1), height + 15, date_format(begin, "M Y"))
            for n, (begin, _count) in enumerate(rows)
            if begin.day <= 7 and begin.month % 3 == 1 and step * n < width - 56
        ),
    )
    label = _("Commits in each of %(weeks)s weeks; the table says the same") % {"weeks": len(rows)}
    top = _("most in a week: %(count)s") % {"count": most}
    return format_html(
        '<svg class="chart" viewBox="0 0 {0} {1}" role="img" aria-label="{2}"><text x="0" y="12">{3}</text>'
        '{4}<path class="l-rule" d="M0 {5}H{0}"/>{6}</svg>',
        width, height + 20, label, top, bars, height, months,
    )  # fmt: skip
