"""This room's part of the home page: the leading board and the latest from the nodes."""

from __future__ import annotations

from typing import Any

from leaderboard import node_page
from leaderboard.overview import leading_snapshots, mini_boards

LATEST = 6


def home_context() -> dict[str, Any]:
    """Return the first adopted board with its leaders, the nodes' picture and what came in last."""
    boards = mini_boards(limit=1)
    lines = node_page.node_lines()
    return {
        "board": boards[0] if boards else None,
        "lines": lines,
        "picture": node_page.picture_of(lines, leading_snapshots()),
        "key": node_page.health_key(lines),
        "news": node_page.result_lines(node_page.latest_results(limit=LATEST)),
        "troubled": [line for line in lines if node_page.is_troubled(line)],
    }
