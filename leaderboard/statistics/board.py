"""From the runs of one benchmark version and metric to the rows of its board. Pure: the same runs give the same rows.

A *cell* is where runs of several nodes meet: one system revision under one setting. A board ranks one setting (the one
most organisations ran); cells under other settings, and cells without a countable run or without an interval, are shown
apart with the reason. Nothing is imputed and nothing is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

import numpy as np

from leaderboard.statistics.assurance import Rung, assess
from leaderboard.statistics.comparison import Outcomes
from leaderboard.statistics.intervals import Z_95, Interval, Method, interval_of
from leaderboard.statistics.pooling import Contribution, Pooled, pool
from leaderboard.statistics.ranking import Candidate, Place, Ranking, rank
from leaderboard.statistics.writing import as_dict, decimal_text

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
    """The runs that meet, and what they came to; `listed` is the row as the last board placed it."""

    runs: tuple[Run, ...]
    row: Row
    candidate: Candidate | None
    listed: Row

    def place(self, reason: str | None, place: Place | None) -> Row:
        """Return the row with its place or the reason why it has none: the very same where neither changed."""
        if self.listed.reason != reason or self.listed.place != place:
            self.listed = replace(self.row, reason=reason, place=place)
        return self.listed


class Memory:
    """The cells of a board as they were computed last, so that a new result costs its own cell and the ranking.

    A cell is known again by the identity of its runs, which are kept here: whoever computes a board anew hands in the
    same `Run` for what has not changed. A memory never changes a board, only how long it takes.
    """

    def __init__(self) -> None:
        self._rules: Rules | None = None
        self._cells: dict[tuple[int, ...], _Cell] = {}

    def cell(self, runs: Sequence[Run], rules: Rules) -> _Cell:
        """Return the cell of these runs, computed now or before."""
        known = self._cells.get(tuple(map(id, runs))) if rules == self._rules else None
        return known or _cell(tuple(runs), rules)

    def keep(self, cells: Iterable[_Cell], rules: Rules) -> None:
        """Keep the cells of the newest board and no others."""
        self._rules, self._cells = rules, {tuple(map(id, cell.runs)): cell for cell in cells}


def compute(runs: Iterable[Run], rules: Rules, memory: Memory | None = None) -> Board:
    """Make the board; the order of the runs does not matter."""
    memory = memory or Memory()
    meeting: dict[tuple[str, str, str, str], list[Run]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: run.id):
        meeting[run.system, run.revision, run.artefact, run.setting].append(run)
    cells = [memory.cell(meeting[name], rules) for name in sorted(meeting)]
    memory.keep(cells, rules)
    setting = _main_setting(cells)
    ranked: dict[str, _Cell] = {}
    candidates: list[Candidate] = []
    unranked: list[Row] = []
    for cell in cells:
        if cell.candidate is not None and cell.row.setting == setting:
            ranked[cell.candidate.key] = cell
            candidates.append(cell.candidate)
        else:
            unranked.append(cell.place(cell.row.reason or Reason.OTHER_SETTING, None))
    ranking = rank(candidates, higher_is_better=rules.higher_is_better)
    sign = -1 if rules.higher_is_better else 1
    return Board(
        ranked=tuple(ranked[place.key].place(None, place) for place in ranking.places),
        unranked=tuple(sorted(unranked, key=lambda row: (sign * row.value, row.key))),
        ranking=ranking,
        setting=setting,
    )


def _main_setting(cells: Iterable[_Cell]) -> str:
    """Choose the setting that most organisations and then most cells ran; the name decides a tie."""
    organisations: dict[str, set[str]] = defaultdict(set)
    count: Counter[str] = Counter()
    for cell in cells:
        countable = _countable(cell.runs)
        organisations[cell.row.setting].update(run.organisation for run in countable)
        count[cell.row.setting] += bool(countable)
    found = [setting for setting, number in count.items() if number]
    return min(found, key=lambda s: (-len(organisations[s]), -count[s], s), default="")


def _countable(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if run.excluded is None]


def _cell(runs: tuple[Run, ...], rules: Rules) -> _Cell:
    row = _row(runs, rules)
    return _Cell(runs, row, _candidate(row, runs) if row.reason is None else None, row)


def _row(runs: Sequence[Run], rules: Rules) -> Row:
    """Pool what counts; where nothing does, show what was sent and say why it has no rank."""
    countable = _countable(runs)
    counted = countable or runs
    is_share = all(run.n and run.successes is not None for run in counted)
    pooled = pool((_contribution(run, is_share) for run in counted), is_proportion=is_share)
    interval = interval_of(
        float(pooled.value), n=pooled.n, is_proportion=is_share, stderr=pooled.stderr
    )
    reason: str | None = None if countable else runs[-1].excluded
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


def _candidate(row: Row, sent: Sequence[Run]) -> Candidate:
    """Pair by item only where all runs of the cell agree on every item; else the draws must be independent."""
    if not row.is_share:
        assert row.interval.high is not None
        half = (row.interval.high - row.interval.low) / 2 if row.interval.low is not None else 0.0
        return Candidate(row.key, row.value, stderr=half / Z_95)
    runs = _countable(sent)
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


__all__ = [
    "Board", "Memory", "Method", "Reason", "Row", "Rules", "Run", "as_dict", "compute", "decimal_text",
]  # fmt: skip
