"""Which rows of a board a question leaves, and in which order.

The newest board is asked in the database, which reads only the rows of one page. A board of the past exists as one
document; it is read whole. Both answer alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leaderboard.board_query import PAGE_ROWS, BoardQuery, Order, plain
from leaderboard.models import BenchmarkVersion, BoardSnapshot, Standing
from members.models import Organisation

Stored = Mapping[str, Any]
_ORDERS = {
    Order.PLACE: ("position",),
    Order.NAME: ("-ranked", "name", "position"),
    Order.CHECKED: ("-ranked", "-organisations", "position"),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of one page, and how many there are on all."""

    rows: Sequence[Stored]
    shown: int
    page: int
    pages: int


def snapshot_for(version: BenchmarkVersion, query: BoardQuery) -> BoardSnapshot | None:
    """Return the newest snapshot without its rows, or the newest of the day asked for."""
    boards = BoardSnapshot.objects.of_board(version.pk, query.metric)
    return boards.as_of(query.until).first() if query.until else boards.newest_summary()


def page_of(snapshot: BoardSnapshot | None, query: BoardQuery) -> Selection:
    """Return the rows of the page asked for; a page past the end is the last one."""
    if snapshot is None:
        return Selection([], 0, 1, 1)
    if _is_document(snapshot, query):
        rows = _from_document(snapshot, query)
        page, pages, cut = _cut(len(rows), query.page)
        return Selection(rows[cut], len(rows), page, pages)
    found = Standing.objects.of_snapshot(snapshot.pk).kept_by(query.chosen, query.wanted)
    shown = found.count() if query.is_filtered else snapshot.said.total
    page, pages, cut = _cut(shown, query.page)
    ordered = found.order_by(*_ORDERS[query.order]).values_list("row", flat=True)
    return Selection(list(ordered[cut]), shown, page, pages)


def kept_rows(snapshot: BoardSnapshot | None, query: BoardQuery) -> list[Stored]:
    """Return every row that the question leaves, in the order of the pages: what an export holds."""
    if snapshot is None:
        return []
    if _is_document(snapshot, query):
        return publicly(_from_document(snapshot, query))
    found = Standing.objects.of_snapshot(snapshot.pk).kept_by(query.chosen, query.wanted)
    return publicly(list(found.order_by(*_ORDERS[query.order]).values_list("row", flat=True)))


def publicly(rows: list[Stored]) -> list[Stored]:
    """Return rows without the names of organisations that were taken off the list after the rows were computed."""
    stand_ins = Organisation.objects.stand_ins()
    if not stand_ins:
        return rows
    return [
        {**row, "organisations": [stand_ins.get(slug, slug) for slug in row["organisations"]]}
        for row in rows
    ]


def _is_document(snapshot: BoardSnapshot, query: BoardQuery) -> bool:
    """Say whether the rows are only in the snapshot: of the past, or computed before rows were kept apart."""
    return query.as_of is not None or snapshot.summary is None


def _from_document(snapshot: BoardSnapshot, query: BoardQuery) -> list[Stored]:
    kept = [row for row in snapshot.rows if query.keeps(row)]
    if query.order is Order.NAME:
        kept.sort(key=lambda row: (not row["ranked"], plain(row["name"])))
    elif query.order is Order.CHECKED:
        kept.sort(key=lambda row: (not row["ranked"], -len(row["organisations"])))
    return kept


def _cut(count: int, wanted: int) -> tuple[int, int, slice]:
    pages = max(1, -(-count // PAGE_ROWS))
    page = min(wanted, pages)
    return page, pages, slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS)
