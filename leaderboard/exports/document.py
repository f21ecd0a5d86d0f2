"""What every export is made from: the rows of a board and what they stand on. And the board as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leaderboard.models import BenchmarkVersion, BoardSnapshot

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BoardDocument:
    """The rows that a question leaves on one board, with the board's identity."""

    version: BenchmarkVersion
    metric_id: str
    snapshot: BoardSnapshot | None
    rows: Sequence[Stored]

    @property
    def benchmark(self) -> str:
        return self.version.benchmark.slug

    @property
    def metric(self) -> Mapping[str, Any]:
        return self.version.metric(self.metric_id) or {"id": self.metric_id}

    @property
    def computed_at(self) -> datetime | None:
        return self.snapshot.computed_at if self.snapshot else None


def head_of(document: BoardDocument) -> dict[str, Any]:
    """Return what is needed to cite the board and to repeat its ranking."""
    snapshot = document.snapshot
    return {
        "benchmark": document.benchmark,
        "version": document.version.version,
        "metric": document.metric_id,
        "number": snapshot.number if snapshot else 0,
        "computed_at": snapshot.computed_at.isoformat() if snapshot else None,
        "ranking_code_version": snapshot.ranking_code_version if snapshot else None,
        "draws_digest": snapshot.draws_digest if snapshot else None,
        "digest": snapshot.digest if snapshot else None,
    }


def board_json(document: BoardDocument) -> bytes:
    """Write the board as JSON; `docs/verify/verify_board.py` makes the same bytes from the public log."""
    return as_json(head_of(document) | {"rows": list(document.rows)})


def as_json(body: Mapping[str, Any]) -> bytes:
    """Write a body in the one way of the portal's files: sorted, indented by one, ending with a line break."""
    return (json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
