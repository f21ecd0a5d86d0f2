"""Watch the first board fill: how many systems stand on it, replicated by how many organisations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from launcher.portal import Portal

BOARD = "/api/v1/boards/language-id/"
WANTED_SYSTEMS = 5
WANTED_NODES = 3


@dataclass
class Progress:
    """Says a line whenever the board has moved, until it is whole."""

    portal: Portal
    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    done: bool = False
    _shown: str = ""

    def look(self) -> None:
        """Ask the portal once and tell what is new."""
        if self.done:
            return
        counts = replication(self.portal.ask(BOARD))
        line = (
            f"{counts[0]} systems on the board, {counts[1]} seen by two nodes, {counts[2]} by three"
        )
        seconds = time.monotonic() - self.began
        if line != self._shown:
            self.say(f"  {seconds:5.1f} s  language-id: {line}")
            self._shown = line
        if counts[WANTED_NODES - 1] >= WANTED_SYSTEMS:
            self.done = True
            self.say(
                f"\nThe board is whole after {seconds:.0f} s: {self.portal.url}/en/leaderboard/language-id/"
            )


def replication(board: Any) -> tuple[int, ...]:
    """Count the rows that stand on at least one, two, three independent organisations."""
    rows = board.get("rows", []) if isinstance(board, dict) else []
    seen = [int(row.get("organisations", 0)) for row in rows]
    return tuple(
        sum(1 for number in seen if number >= least) for least in range(1, WANTED_NODES + 1)
    )
