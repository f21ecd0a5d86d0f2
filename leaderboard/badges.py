"""What a badge and a card say about a system on a board: value, interval, day; grey where the value lost its weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.defaultfilters import date as format_date
from django.utils.translation import gettext as _

from leaderboard import figures, wording
from leaderboard.metrics import metric_name
from leaderboard.models import BenchmarkVersion, BoardSnapshot, Standing, System
from leaderboard.statistics.assurance import Rung

VOID = (Rung.RETRACTED, Rung.DISPUTED)


@dataclass(frozen=True, slots=True)
class Badge:
    """A system's figure on one board, in words."""

    system: System
    version: BenchmarkVersion
    metric: str
    metric_id: str
    value: str
    interval: str
    place: str
    rung: str
    state: str
    as_of: str
    is_void: bool

    @property
    def title(self) -> str:
        """The left side of the badge."""
        return f"{self.version.benchmark.name} · {self.metric}"

    @property
    def figure(self) -> str:
        """The right side of the badge."""
        if not self.value:
            return self.state
        span = f" ({self.interval})" if self.interval else ""
        return " · ".join(part for part in (self.value + span, self.state, self.as_of) if part)

    @property
    def sentence(self) -> str:
        """The whole in one sentence, for readers of text."""
        return f"{self.system.name}, {self.title}{_(': ')}{self.figure}"


def badge_of(
    version: BenchmarkVersion, metric_id: str, system: System, revision: str = ""
) -> Badge:
    """Return the badge of the system's best placed revision, or of the one named."""
    snapshot = BoardSnapshot.objects.of_board(version.pk, metric_id).newest_summary()
    row = (
        Standing.objects.of_snapshot(snapshot.pk).row_of(system.slug, revision)
        if snapshot
        else None
    )
    metric = version.metric(metric_id) or {"id": metric_id}
    if snapshot is None or row is None:
        return _empty(system, version, metric)
    return _filled(system, version, metric, row, snapshot.computed_at)


def _filled(
    system: System,
    version: BenchmarkVersion,
    metric: Mapping[str, Any],
    row: Mapping[str, Any],
    computed_at: datetime,
) -> Badge:
    rung = Rung(row["assurance"])
    is_void = rung in VOID or row["reason"] in ("retracted", "equivocation")
    share = row["is_share"]
    return Badge(
        system=system,
        version=version,
        metric=metric_name(metric),
        metric_id=metric["id"],
        value=figures.score(row["value"], is_share=share, n=row["n"]),
        interval=figures.span(row["low"], row["high"], is_share=share),
        place=figures.places_span(row["rank_low"], row["rank_high"]) if row["ranked"] else "",
        rung=wording.rung(rung, row["agreeing"]),
        state=wording.rung(rung) if is_void else "",
        as_of=format_date(computed_at, "DATE_FORMAT"),
        is_void=is_void,
    )


def _empty(system: System, version: BenchmarkVersion, metric: Mapping[str, Any]) -> Badge:
    return Badge(
        system, version, metric_name(metric), metric["id"], "", "", "", "", _("no result"), "", True
    )
