"""What a reader asks of a board in its address: metric, facets, day. Bad values are dropped, never an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from leaderboard import wording
from leaderboard.models import BenchmarkVersion
from leaderboard.statistics.assurance import Rung

FACETS = ("assurance", "licence", "node")


@dataclass(frozen=True, slots=True)
class Option:
    """One box of a facet."""

    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of boxes; none checked means all."""

    name: str
    title: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """The question, cleaned."""

    metric: str
    as_of: date | None = None
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen.values())

    @property
    def until(self) -> datetime | None:
        """The end of the day asked for, UTC."""
        return datetime.combine(self.as_of, time.max, UTC) if self.as_of else None

    def keeps(self, row: Mapping[str, Any]) -> bool:
        """Say whether a row passes every facet."""
        return all(
            not wanted or wanted.intersection(values_of(row, name))
            for name, wanted in self.chosen.items()
        )


def read_query(params: QueryDict, version: BenchmarkVersion) -> BoardQuery | None:
    """Read the address; None where it asks for a metric that the version does not have."""
    metric = params.get("metric") or version.primary_metric
    if version.metric(metric) is None:
        return None
    try:
        as_of = parse_date(params.get("as_of", ""))
    except ValueError:  # a well-formed day that no calendar has
        as_of = None
    chosen = {name: frozenset(params.getlist(name)) for name in FACETS}
    return BoardQuery(metric, as_of, {name: wanted for name, wanted in chosen.items() if wanted})


def values_of(row: Mapping[str, Any], facet: str) -> Sequence[str]:
    """Return what a row counts under in a facet."""
    if facet == "node":
        return list(row["nodes"])
    return [str(row.get(facet) or "")]


def facets_of(rows: Iterable[Mapping[str, Any]], query: BoardQuery) -> list[Facet]:
    """Offer what the rows have, with counts over the whole board."""
    rows = list(rows)
    titles = {"assurance": _("Assurance"), "licence": _("Licence"), "node": _("Node")}
    return [
        Facet(name, titles[name], _options(rows, name, query.chosen.get(name, frozenset())))
        for name in FACETS
    ]


def _options(rows: list[Mapping[str, Any]], name: str, wanted: frozenset[str]) -> list[Option]:
    counts = Counter(value for row in rows for value in values_of(row, name))
    order = list(Rung) if name == "assurance" else sorted(counts, key=str.casefold)
    return [
        Option(value, _label(name, value), counts[value], value in wanted)
        for value in map(str, order)
        if counts[value]
    ]


def _label(name: str, value: str) -> str:
    if name == "assurance":
        return str(wording.ASSURANCE[Rung(value)])
    return value or _("not known")
