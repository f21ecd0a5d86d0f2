"""One measurement as a number, an interval and words."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from django.template.defaultfilters import date as format_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leaderboard import figures
from leaderboard.charts.marks import dot_and_interval
from leaderboard.charts.scale import Scale
from leaderboard.lines import mark_of
from leaderboard.models import Measurement
from leaderboard.statistics.board import decimal_text
from leaderboard.statistics.intervals import Interval, interval_of


def is_share(m: Measurement) -> bool:
    """Say whether the number is a counted share."""
    return m.successes is not None


def exact_value(m: Measurement) -> Fraction:
    """Return the number without rounding: from the counts where they are known."""
    return Fraction(m.successes, m.n) if m.successes is not None else Fraction(m.value)


def interval_for(m: Measurement) -> Interval:
    """Return the 95 % interval, as boards compute it."""
    return interval_of(
        float(exact_value(m)),
        n=m.n,
        is_proportion=is_share(m),
        stderr=None if m.stderr is None else float(m.stderr),
    )


def value_text(m: Measurement) -> str:
    """Write the number for readers."""
    return figures.score(decimal_text(exact_value(m)), is_share=is_share(m), n=m.n)


def interval_text(m: Measurement) -> str:
    """Write the interval for readers; nothing where none is known."""
    interval = interval_for(m)
    return figures.span(
        decimal_text(interval.low), decimal_text(interval.high), is_share=is_share(m)
    )


def ends_of(m: Measurement) -> list[float]:
    """Return what an axis must hold."""
    interval = interval_for(m)
    ends = (float(exact_value(m)), interval.low, interval.high)
    return [end for end in ends if end is not None]


def plot_of(m: Measurement, scale: Scale, assurance: str, *, height: int) -> SafeString:
    """Draw the number with its interval."""
    interval = interval_for(m)
    words = {"value": value_text(m), "interval": interval_text(m)}
    known, bare = _("%(value)s, 95 %% interval %(interval)s"), _("%(value)s, no interval")
    return dot_and_interval(
        scale,
        value=float(exact_value(m)),
        low=interval.low,
        high=interval.high,
        mark=mark_of(assurance),
        label=(known if interval.is_known else bare) % words,
        height=height,
    )


def short_moment(at: datetime) -> str:
    """Write a moment in few characters: 23 Nov, 09:14."""
    local = at.astimezone(UTC)
    day = format_date(local, pgettext("date format", "j M"))
    return f"{day}, {format_date(local, 'TIME_FORMAT')}"
