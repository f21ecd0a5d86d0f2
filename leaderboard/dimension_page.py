"""One of the six dimensions: every board that speaks to it, with its leaders."""

from __future__ import annotations

from dataclasses import dataclass

from leaderboard import wording
from leaderboard.lines import Table, make_table, scale_of
from leaderboard.metrics import in_sentence, metric_with_unit
from leaderboard.models import Dimension, Standing
from leaderboard.side_boards import SideBoard, side_boards

LEADERS = 5


@dataclass(frozen=True, slots=True)
class DimensionBoard:
    """A board of the dimension; no table while nobody was measured."""

    board: SideBoard
    table: Table | None
    is_ranked: bool


@dataclass(frozen=True, slots=True)
class DimensionPage:
    """Everything the template prints."""

    name: str
    text: str
    boards: list[DimensionBoard]
    others: list[tuple[str, str]]


def dimension_page(code: str) -> DimensionPage:
    """Gather the page of a dimension."""
    boards = [board for board in side_boards() if board.dimension == code]
    rows = Standing.objects.leading_rows([b.snapshot.pk for b in boards if b.snapshot], LEADERS)
    return DimensionPage(
        name=wording.dimension(code),
        text=str(wording.DIMENSION_TEXTS[code]),
        boards=[
            _board(board, rows.get(board.snapshot.pk, []) if board.snapshot else [])
            for board in boards
        ],
        others=[(side.value, str(side.label)) for side in Dimension if side.value != code],
    )


def _board(board: SideBoard, rows: list[dict[str, object]]) -> DimensionBoard:
    if not rows or board.snapshot is None:
        return DimensionBoard(board, None, False)
    said = board.snapshot.said
    table = make_table(
        rows,
        count=said.ranked,
        scale=scale_of(said),
        caption=in_sentence(board.metric),
        value_head=metric_with_unit(board.metric),
    )
    return DimensionBoard(board, table, said.ranked > 0)
