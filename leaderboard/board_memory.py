"""What a worker remembers of the boards it computed last: one new result then costs its own row and the ranking.

Everything here is found again by all that it was made from, so a memory can be lost or be as old as it likes: the
board comes out the same, to the byte, only later. That is why it may live in the process, whatever became of the
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from alliance_node.proofs.strict_json import canonical

from leaderboard.board_facts import BoardFacts, KnownRuns
from leaderboard.statistics.board import Memory, Row, as_dict

_ROWS = 10_000  # of all boards together; one takes about ten kilobytes


@dataclass(slots=True)
class BoardMemory:
    """The runs, cells and written rows of one board."""

    runs: KnownRuns = field(default_factory=dict)
    cells: Memory = field(default_factory=Memory)
    _written: dict[int, tuple[Row, dict[str, Any], bytes]] = field(default_factory=dict)

    def write(
        self, rows: Sequence[Row], facts: BoardFacts
    ) -> tuple[list[dict[str, Any]], list[bytes]]:
        """Return rows as a snapshot keeps them, and as canonical JSON; only those that changed are written anew."""
        known = self._written
        found = [known.get(id(row)) or _write(row, facts) for row in rows]
        self._written = {id(row): made for row, made in zip(rows, found, strict=True)}
        return [stored for _row, stored, _text in found], [text for _row, _stored, text in found]


_remembered: dict[tuple[int, str], BoardMemory] = {}


@contextmanager
def remembered(benchmark_version_id: int, metric: str) -> Iterator[BoardMemory]:
    """Take the memory of a board for oneself and put it back; after an error it is gone."""
    board = (benchmark_version_id, metric)
    memory = _remembered.pop(board, None) or BoardMemory()
    yield memory
    _remembered[board] = memory  # the newest is the last
    _forget_the_oldest()


def _forget_the_oldest() -> None:
    """Keep so many rows, and the newest board in any case."""
    left = _ROWS
    for number, (board, memory) in enumerate(reversed(list(_remembered.items()))):
        left -= 1 + len(memory.runs)
        if left < 0 and number:
            _remembered.pop(board, None)


def forget() -> None:
    """Remember nothing: every row is computed from its results."""
    _remembered.clear()


def _write(row: Row, facts: BoardFacts) -> tuple[Row, dict[str, Any], bytes]:
    """Add the names as they are today, so that an old board still says what it said."""
    stored = as_dict(row) | facts.names(row.results[0])
    return row, stored, canonical(stored)
