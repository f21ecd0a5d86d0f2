"""Two to six systems side by side: every board, and whether the headline tells each pair apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

import numpy as np
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.viewer import ANONYMOUS
from leaderboard import figures, wording
from leaderboard.models import SampleSheet, Standing, System
from leaderboard.side_boards import SideBoard, side_boards
from leaderboard.statistics.comparison import LEVEL
from leaderboard.statistics.intervals import Z_95
from leaderboard.statistics.ranking import Candidate, compare

LEAST, MOST = 2, 6
SUGGESTED = 12
Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A system of the comparison."""

    slug: str
    name: str
    url: str
    without_url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A system's figure on a board; empty where it was not measured."""

    value: str
    interval: str
    place: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class CompareLine:
    """One board across the chosen systems."""

    name: str
    dimension: str
    url: str
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class PairLine:
    """One pair on one headline board."""

    first: str
    second: str
    difference: str
    p: str
    test: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Tested:
    """Two rows of a board, their difference and how probable it would be by chance."""

    one: Stored
    other: Stored
    difference: Fraction
    p: float | None
    test: str


@dataclass(frozen=True, slots=True)
class PairTable:
    """All pairs on one headline board."""

    name: str
    url: str
    lines: list[PairLine]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A system that can be added."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything the template prints."""

    chosen: list[Chosen]
    lines: list[CompareLine]
    pairs: list[PairTable]
    wanted: str
    suggestions: list[Suggestion]
    is_enough: bool
    is_full: bool


def systems_of(params: QueryDict) -> list[System]:
    """Return the systems that an address names; unknown ones and those above six are left out."""
    slugs = list(dict.fromkeys(params.getlist("system")))[: 4 * MOST]
    known = {s.slug: s for s in System.objects.visible_to(ANONYMOUS).filter(slug__in=slugs)}
    return [known[slug] for slug in slugs if slug in known][:MOST]


def compare_page(params: QueryDict) -> ComparePage:
    """Gather the comparison that an address names."""
    systems = systems_of(params)
    boards = [board for board in side_boards() if board.snapshot]
    rows = rows_of(boards, [system.slug for system in systems])
    wanted = params.get("q", "").replace("\0", "").strip()[:100]
    enough = len(systems) >= LEAST
    return ComparePage(
        chosen=[
            Chosen(
                s.slug,
                s.name,
                s.get_absolute_url(),
                _address([o.slug for o in systems if o is not s]),
            )
            for s in systems
        ],
        lines=_lines(boards, systems, rows) if systems else [],
        pairs=_pair_tables(boards, systems, rows) if enough else [],
        wanted=wanted,
        suggestions=_suggestions(wanted, [s.slug for s in systems]),
        is_enough=enough,
        is_full=len(systems) == MOST,
    )


def _address(slugs: Sequence[str]) -> str:
    query = QueryDict(mutable=True)
    query.setlist("system", list(slugs))
    path = reverse("leaderboard:compare")
    return f"{path}?{query.urlencode()}" if slugs else path


def _suggestions(wanted: str, chosen: list[str]) -> list[Suggestion]:
    if len(chosen) >= MOST:
        return []
    rows = System.objects.visible_to(ANONYMOUS).exclude(slug__in=chosen)
    found = rows.matching(wanted) if wanted else rows
    return [Suggestion(s.name, _address([*chosen, s.slug])) for s in found[:SUGGESTED]]


def rows_of(boards: Sequence[SideBoard], slugs: Sequence[str]) -> dict[tuple[int, str], Stored]:
    """Return the best placed row of each system on each board, in one query."""
    snapshots = [board.snapshot.pk for board in boards if board.snapshot]
    found: dict[tuple[int, str], Stored] = {}
    rows = Standing.objects.of_systems(snapshots, slugs).values_list("snapshot_id", "row")
    for snapshot, row in rows:
        found.setdefault((snapshot, row["system"]), row)
    return found


def _lines(
    boards: Sequence[SideBoard],
    systems: Sequence[System],
    rows: Mapping[tuple[int, str], Stored],
) -> list[CompareLine]:
    lines = []
    for board in boards:
        assert board.snapshot is not None
        found = [rows.get((board.snapshot.pk, system.slug)) for system in systems]
        if any(found):
            dimension = wording.dimension(board.dimension)
            lines.append(CompareLine(board.name, dimension, board.url, _figures(board, found)))
    return lines


def _figures(board: SideBoard, rows: Sequence[Stored | None]) -> list[Figure]:
    values = [Fraction(row["value"]) for row in rows if row is not None]
    best = (max if board.higher_is_better else min)(values)
    return [
        Figure("", "", "", False)
        if row is None
        else Figure(
            figures.score(row["value"], is_share=row["is_share"], n=row["n"]),
            figures.span(row["low"], row["high"], is_share=row["is_share"]),
            figures.places_span(row["rank_low"], row["rank_high"]) if row["ranked"] else "",
            Fraction(row["value"]) == best and len(values) > 1,
        )
        for row in rows
    ]


def _pair_tables(
    boards: Sequence[SideBoard],
    systems: Sequence[System],
    rows: Mapping[tuple[int, str], Stored],
) -> list[PairTable]:
    tables = []
    for board in boards:
        if board.metric_id != board.version.primary_metric or board.snapshot is None:
            continue
        found = [rows.get((board.snapshot.pk, system.slug)) for system in systems]
        ranked = [row for row in found if row is not None and row["ranked"]]
        if len(ranked) >= LEAST:
            tables.append(PairTable(board.name, board.url, _pairs(ranked)))
    return tables


def tested(rows: Sequence[Stored]) -> list[Tested]:
    """Test every pair of rows of one board."""
    candidates = _candidates(rows)
    found = []
    for i, one in enumerate(rows):
        for other in rows[i + 1 :]:
            first, second = candidates[one["key"]], candidates[other["key"]]
            p, test = compare(second, first)
            found.append(Tested(one, other, first.value - second.value, p, str(test)))
    return found


def _pairs(rows: Sequence[Stored]) -> list[PairLine]:
    return [_pair(found) for found in tested(rows)]


def _pair(found: Tested) -> PairLine:
    one, other, difference, p, test = found.one, found.other, found.difference, found.p, found.test
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    size = figures.score(str(float(abs(difference))), is_share=one["is_share"], n=None)
    return PairLine(
        first=one["name"],
        second=other["name"],
        difference=f"{sign}{size}",
        p="" if p is None else figures.probability(f"{p:.6f}"),
        test=wording.test_name(test),
        verdict=_("cannot be told apart") if p is None or p >= LEVEL else _("told apart at 5 %"),
    )


def _candidates(rows: Sequence[Stored]) -> dict[str, Candidate]:
    """Make the rows comparable again: with the samples that all runs of a cell agree on, where there are any."""
    ulids = [ulid for row in rows for ulid in row["results"]]
    sheets = SampleSheet.objects.filter(result__ulid__in=ulids).order_by("result__ulid")
    by_result = {
        ulid: (items, bytes(correct))
        for ulid, items, correct in sheets.values_list("result__ulid", "items", "correct")
    }
    return {row["key"]: _candidate(row, [by_result.get(u) for u in row["results"]]) for row in rows}


def _candidate(row: Stored, sheets: Sequence[tuple[str, bytes] | None]) -> Candidate:
    value, n = Fraction(row["value"]), row["n"]
    if not row["is_share"]:
        half = (float(row["high"]) - float(row["low"])) / 2
        return Candidate(row["key"], value, stderr=half / Z_95)
    different = [sheet for sheet, _same in groupby(sheets)]
    only = different[0] if len(different) == 1 else None
    if only is None or len(only[1]) != n or only[1].count(1) != round(value * n):
        return Candidate(row["key"], value, n)
    outcomes = np.frombuffer(only[1], np.bool_)
    return Candidate(row["key"], value, n, outcomes=outcomes, items=only[0])
