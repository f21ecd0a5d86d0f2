"""What a reader asks of a board in its address: metric, facets, words, order, day. Bad values are dropped."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from leaderboard import wording
from leaderboard.models import BenchmarkVersion
from leaderboard.statistics.assurance import Rung
from leaderboard.summary import FACETS, Summary, values_of

PAGE_ROWS = 50
MAX_PAGE = 10_000


class Order(StrEnum):
    """How the rows of a board can be listed; ranked rows always come before the others."""

    PLACE = ""
    NAME = "name"
    CHECKED = "checked"


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
    wanted: str = ""
    order: Order = Order.PLACE
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        return bool(self.wanted) or any(self.chosen.values())

    @property
    def until(self) -> datetime | None:
        """The end of the day asked for, UTC."""
        return datetime.combine(self.as_of, time.max, UTC) if self.as_of else None

    def keeps(self, row: Mapping[str, Any]) -> bool:
        """Say whether a row passes every facet and holds the words."""
        if self.wanted and not self._is_named(row):
            return False
        return all(
            not wanted or wanted.intersection(values_of(row, name))
            for name, wanted in self.chosen.items()
        )

    def _is_named(self, row: Mapping[str, Any]) -> bool:
        wanted = plain(self.wanted)
        return wanted in plain(row.get("name") or row["system"]) or wanted in plain(row["revision"])


def plain(text: str) -> str:
    """Write without accents and capitals, as a search compares."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(c for c in letters if not unicodedata.combining(c)).casefold()


def read_query(params: QueryDict, version: BenchmarkVersion) -> BoardQuery | None:
    """Read the address; None where it asks for a metric that the version does not have."""
    metric = params.get("metric") or version.primary_metric
    if version.metric(metric) is None:
        return None
    chosen = {name: frozenset(params.getlist(name)) for name in FACETS}
    order = params.get("sort", "")
    return BoardQuery(
        metric=metric,
        as_of=_day(params.get("as_of", "")),
        chosen={name: wanted for name, wanted in chosen.items() if wanted},
        wanted=params.get("q", "").replace("\0", "").strip()[:100],
        order=Order(order) if order in set(Order) else Order.PLACE,
        page=_page(params.get("page", "")),
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # a well-formed day that no calendar has
        return None


def _page(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return 1
    return min(MAX_PAGE, max(1, int(text)))


def facets_of(said: Summary, query: BoardQuery) -> list[Facet]:
    """Offer what the rows have, with counts over the whole board."""
    titles = {"assurance": _("Assurance"), "licence": _("Licence"), "node": _("Node")}
    return [
        Facet(name, titles[name], _options(name, said, query.chosen.get(name, frozenset())))
        for name in FACETS
    ]


def _options(name: str, said: Summary, wanted: frozenset[str]) -> list[Option]:
    counts = said.counts.get(name, {})
    order = list(Rung) if name == "assurance" else sorted(counts, key=str.casefold)
    return [
        Option(value, _label(name, value), counts[value], value in wanted)
        for value in map(str, order)
        if counts.get(value)
    ]


def _label(name: str, value: str) -> str:
    if name == "assurance":
        return str(wording.ASSURANCE[Rung(value)])
    return value or _("not known")
