"""From the runs of one benchmark version and metric to the rows of its board. Pure: the same runs give the same rows.

A *cell* is where runs of several nodes meet: one system revision under one setting. A board ranks one setting (the one
most organisations ran); cells under other settings, and cells without a countable run or without an interval, are shown
apart with the reason. Nothing is imputed and nothing is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

import numpy as np

from leaderboard.statistics.assurance import Rung, assess
from leaderboard.statistics.comparison import Outcomes, Test
from leaderboard.statistics.intervals import Z_95, Interval, Method, interval_of
from leaderboard.statistics.pooling import Contribution, Pooled, pool
from leaderboard.statistics.ranking import Candidate, Place, Ranking, rank

_SIX_PLACES = Decimal("0.000001")
ERROR_SHARE = Fraction(5, 100)  # a run with more errors than this is shown but not ranked


class Reason(StrEnum):
    """Why a run doesn't count, or a cell has no rank. Stable codes; pages translate them."""

    RETRACTED = "retracted"
    EQUIVOCATION = "equivocation"
    LIMITED = "limited"
    ERRORS = "too-many-errors"
    INCOMPLETE = "incomplete"
    OTHER_SETTING = "other-setting"
    NO_UNCERTAINTY = "no-uncertainty"


@dataclass(frozen=True, slots=True)
class Run:
    """One signed result as far as a board needs it; `artefact` is the digest of what was run."""

    id: str
    node: str
    organisation: str
    system: str
    revision: str
    setting: str
    value: Fraction
    artefact: str = ""
    n: int | None = None
    successes: int | None = None
    stderr: float | None = None
    recomputed: bool = False
    first_party: bool = False
    disputed: bool = False
    excluded: str | None = None
    abstained: int = 0
    outcomes: Outcomes | None = None
    items: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the benchmark version fixes for this metric."""

    tolerance: Fraction
    higher_is_better: bool = True
    n_items: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a board."""

    system: str
    revision: str
    setting: str
    value: Fraction
    interval: Interval
    n: int | None
    rung: Rung
    agreeing: int
    dissenting: int
    spread: Fraction
    heterogeneous: bool
    first_party_only: bool
    abstained: int
    organisations: tuple[str, ...]
    nodes: tuple[str, ...]
    results: tuple[str, ...]
    is_share: bool
    artefact: str = ""
    reason: str | None = None
    place: Place | None = None

    @property
    def key(self) -> str:
        return f"{self.system}@{self.revision}:{self.artefact[:12]}#{self.setting[:12]}"


@dataclass(frozen=True, slots=True)
class Board:
    """Ranked rows from the leader down, the others apart, and what repeats the ranking."""

    ranked: tuple[Row, ...]
    unranked: tuple[Row, ...]
    ranking: Ranking
    setting: str


@dataclass(slots=True)
class _Cell:
    runs: list[Run] = field(default_factory=list)

    @property
    def countable(self) -> list[Run]:
        return [run for run in self.runs if run.excluded is None]


def compute(runs: Iterable[Run], rules: Rules) -> Board:
    """Make the board; the order of the runs does not matter."""
    cells: dict[tuple[str, str, str, str], _Cell] = defaultdict(_Cell)
    for run in sorted(runs, key=lambda run: run.id):
        cells[run.system, run.revision, run.artefact, run.setting].runs.append(run)
    setting = _main_setting(cells.values())
    rows: list[Row] = []
    candidates: dict[str, Candidate] = {}
    for name in sorted(cells):
        row = _row(cells[name], rules)
        if row.reason is None and row.setting != setting:
            row = replace(row, reason=Reason.OTHER_SETTING)
        if row.reason is None:
            candidates[row.key] = _candidate(row, cells[name])
        rows.append(row)
    ranking = rank(list(candidates.values()), higher_is_better=rules.higher_is_better)
    by_key = {row.key: row for row in rows}
    unranked = [row for row in rows if row.reason is not None]
    sign = -1 if rules.higher_is_better else 1
    return Board(
        ranked=tuple(replace(by_key[place.key], place=place) for place in ranking.places),
        unranked=tuple(sorted(unranked, key=lambda row: (sign * row.value, row.key))),
        ranking=ranking,
        setting=setting,
    )


def _main_setting(cells: Iterable[_Cell]) -> str:
    """Choose the setting that most organisations and then most cells ran; the name decides a tie."""
    organisations: dict[str, set[str]] = defaultdict(set)
    count: Counter[str] = Counter()
    for cell in cells:
        for run in cell.countable:
            organisations[run.setting].add(run.organisation)
        if cell.countable:
            count[cell.countable[0].setting] += 1
    return min(count, key=lambda s: (-len(organisations[s]), -count[s], s), default="")


def _row(cell: _Cell, rules: Rules) -> Row:
    """Pool what counts; where nothing does, show what was sent and say why it has no rank."""
    counted = cell.countable or cell.runs
    is_share = all(run.n and run.successes is not None for run in counted)
    pooled = pool((_contribution(run, is_share) for run in counted), is_proportion=is_share)
    interval = interval_of(
        float(pooled.value), n=pooled.n, is_proportion=is_share, stderr=pooled.stderr
    )
    reason: str | None = None if cell.countable else cell.runs[-1].excluded
    if reason is None and not interval.is_known:
        reason = Reason.NO_UNCERTAINTY
    if reason is None and rules.n_items and pooled.n and pooled.n < rules.n_items:
        reason = Reason.INCOMPLETE
    return _assembled(counted, rules, pooled, interval, is_share, reason)


def _assembled(
    counted: Sequence[Run],
    rules: Rules,
    pooled: Pooled,
    interval: Interval,
    is_share: bool,
    reason: str | None,
) -> Row:
    checked = assess(
        (mean.value for mean in pooled.organisations),
        tolerance=rules.tolerance,
        recomputed=any(run.recomputed for run in counted),
        disputed=any(run.disputed for run in counted),
        retracted=all(run.excluded == Reason.RETRACTED for run in counted),
    )
    first = counted[0]
    return Row(
        system=first.system,
        revision=first.revision,
        setting=first.setting,
        value=pooled.value,
        interval=interval,
        n=pooled.n,
        rung=checked.rung,
        agreeing=checked.agreeing,
        dissenting=checked.dissenting,
        spread=pooled.spread,
        heterogeneous=pooled.heterogeneous,
        first_party_only=all(run.first_party for run in counted),
        abstained=max(run.abstained for run in counted),
        organisations=tuple(mean.organisation for mean in pooled.organisations),
        nodes=tuple(sorted({run.node for run in counted})),
        results=tuple(run.id for run in counted),
        is_share=is_share,
        artefact=first.artefact,
        reason=reason,
    )


def _contribution(run: Run, is_share: bool) -> Contribution:
    if is_share and run.n and run.successes is not None:
        return Contribution(run.organisation, _share(run.successes, run.n), run.n)
    return Contribution(run.organisation, run.value, run.n, run.stderr)


@lru_cache(maxsize=65_536)
def _share(successes: int, n: int) -> Fraction:
    return Fraction(successes, n)


def _candidate(row: Row, cell: _Cell) -> Candidate:
    """Pair by item only where all runs of the cell agree on every item; else the draws must be independent."""
    if not row.is_share:
        assert row.interval.high is not None
        half = (row.interval.high - row.interval.low) / 2 if row.interval.low is not None else 0.0
        return Candidate(row.key, row.value, stderr=half / Z_95)
    runs = cell.countable
    outcomes, items = runs[0].outcomes, runs[0].items
    agree = outcomes is not None and all(
        run.items == items and run.outcomes is not None and np.array_equal(run.outcomes, outcomes)
        for run in runs[1:]
    )
    return Candidate(
        row.key,
        row.value,
        row.n,
        outcomes=outcomes if agree else None,
        items=items if agree else "",
    )


@lru_cache(maxsize=65_536)
def decimal_text(value: Fraction | float | None) -> str | None:
    """Write a number for machines: a plain decimal of at most six places, never an exponent."""
    if value is None:
        return None
    exact = Fraction(value)
    number = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        _SIX_PLACES, rounding=ROUND_HALF_EVEN
    )
    text = f"{number:f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def as_dict(row: Row) -> dict[str, object]:
    """Return a row as JSON keeps it in a snapshot and the API gives it; numbers that matter are strings."""
    place = row.place
    return {
        "key": row.key,
        "system": row.system,
        "revision": row.revision,
        "artefact": row.artefact,
        "setting": row.setting,
        "value": decimal_text(row.value),
        "low": decimal_text(row.interval.low),
        "high": decimal_text(row.interval.high),
        "interval": str(row.interval.method),
        "n": row.n,
        "is_share": row.is_share,
        "ranked": place is not None,
        "reason": row.reason,
        "rank_low": place.low if place else None,
        "rank_high": place.high if place else None,
        "tie_class": place.tie_class if place else None,
        "p": decimal_text(place.p) if place else None,
        "test": str(place.test if place else Test.NONE),
        "tied_with_leader": bool(place and place.tied),
        "assurance": str(row.rung),
        "agreeing": row.agreeing,
        "dissenting": row.dissenting,
        "spread": decimal_text(row.spread),
        "heterogeneous": row.heterogeneous,
        "first_party_only": row.first_party_only,
        "abstained": row.abstained,
        "organisations": list(row.organisations),
        "nodes": list(row.nodes),
        "results": list(row.results),
    }


__all__ = [
    "Board",
    "Method",
    "Reason",
    "Row",
    "Rules",
    "Run",
    "as_dict",
    "compute",
    "decimal_text",
]
