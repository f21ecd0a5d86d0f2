"""How sure a run was, beside how often it was right: the reliability diagram of a result with its table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance.i18n import decimals, whole
from leaderboard.charts.reliability import reliability_diagram
from leaderboard.models import Result
from leaderboard.statistics.reliability import bins_of, calibration_error


@dataclass(frozen=True, slots=True)
class BinLine:
    """A class of answers in words."""

    span: str
    count: str
    confidence: str
    right: str


@dataclass(frozen=True, slots=True)
class Reliability:
    """The diagram, its table and the error it sums up to."""

    picture: SafeString
    lines: list[BinLine]
    error: str


def reliability_of(result: Result) -> Reliability | None:
    """Return the diagram where the portal read a confidence for every sample."""
    sheet = getattr(result, "samples", None)
    if sheet is None or sheet.confidence is None:
        return None
    raw, correct = bytes(sheet.confidence), bytes(sheet.correct)
    stated = [int.from_bytes(raw[i : i + 2], "big") / 10_000 for i in range(0, len(raw), 2)]
    bins = bins_of(stated, [bool(one) for one in correct])
    error = decimals(calibration_error(bins), 3)
    return Reliability(
        picture=reliability_diagram(
            bins,
            label=_("Classes of confidence: %(count)s. Expected calibration error: %(error)s.")
            % {"count": len(bins), "error": error},
            x_name=_("stated confidence"),
            y_name=_("share right"),
        ),
        lines=[
            BinLine(
                f"{decimals(found.low, 1)}–{decimals(found.high, 1)}",
                whole(found.count),
                decimals(found.confidence, 3),
                decimals(found.right, 3),
            )
            for found in bins
        ],
        error=error,
    )
