"""CSV tables: candidates in the first row, a ballot in each other one, in its cells a rank, a mark or a score."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from governance.tally.formats.lines import FormatError, checked, tidy, whole
from governance.tally.profile import Profile, Ranking, Scores

NOTHING = frozenset({"", "no opinion", "-"})
"""Cells that say nothing of a candidate."""


def read_ranks(text: str) -> Profile:
    """Read ranks: 1 is best, equal numbers are equal ranks, an empty cell or “No opinion” leaves a candidate out."""
    return _profile(text, "A rank", least=1)


def read_approvals(text: str) -> Profile:
    """Read approvals: any number but 0 approves."""
    return _profile(text, "A mark", least=0)


def read_scores(text: str) -> Scores:
    """Read scores from 0, the higher the better; an empty cell is a 0."""
    names, rows = _table(text)
    held: Counter[tuple[int, ...]] = Counter()
    for line, cells in rows:
        ballot = tuple(
            0 if said_nothing(cell) else whole(cell, line, f"A score (column {place})", least=0)
            for place, cell in enumerate(cells, start=1)
        )
        held[ballot] += 1
    return Scores(names, held)


def write_ranks(profile: Profile) -> str:
    """Write a row for each ballot, in the order of the rankings so that no order of casting shows."""
    size = len(profile.candidates)
    rows = []
    for ranking, weight in sorted(profile.rankings.items()):
        cells = [""] * size
        for rank, group in enumerate(ranking, start=1):
            for one in group:
                cells[one] = str(rank)
        rows += [cells] * weight
    return _written(profile.candidates, rows)


def write_scores(scores: Scores) -> str:
    """Write a row of scores for each ballot, in the order of the scores."""
    rows = [
        [str(value) for value in ballot]
        for ballot, weight in sorted(scores.ballots.items())
        for _ in range(weight)
    ]
    return _written(scores.candidates, rows)


def said_nothing(cell: str) -> bool:
    """Say whether a cell leaves its candidate out."""
    return cell.strip().lower() in NOTHING


def _profile(text: str, what: str, *, least: int) -> Profile:
    names, rows = _table(text)
    held: Counter[Ranking] = Counter()
    for line, cells in rows:
        given = [
            (whole(cell, line, f"{what} (column {place + 1})", least=least), place)
            for place, cell in enumerate(cells)
            if not said_nothing(cell)
        ]
        held[grouped((rank, place) for rank, place in given if rank)] += 1
    return Profile(names, held)


def grouped(given: Iterable[tuple[int, int]]) -> Ranking:
    """Return a ranking from ranks and candidates; gaps between ranks mean nothing."""
    return tuple(
        tuple(one for _rank, one in group)
        for _rank, group in groupby(sorted(given), key=lambda pair: pair[0])
    )


def _table(text: str) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    reader = csv.reader(io.StringIO(checked(text)), strict=True)
    try:
        names = tuple(tidy(cell) for cell in next(reader, []))
    except csv.Error as error:
        raise FormatError(f"This is no CSV: {error}.", reader.line_num) from None
    if not any(names):
        raise FormatError("The first line names the candidates.", 1)
    return names, _rows(reader, len(names))


def _rows(reader: Iterator[list[str]], size: int) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FormatError(f"This is no CSV: {error}.", line) from None
        if cells is None:
            return
        if not cells:
            continue
        if len(cells) != size:
            raise FormatError(
                f"The row has {len(cells)} cells, and there are {size} candidates.", line
            )
        yield line, cells


def _written(names: tuple[str, ...], rows: list[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue()
