"""What the home page shows: each room brings its own part."""

from __future__ import annotations

from typing import Any

import governance.home
import leaderboard.home
import members.home
import projects.home


def home_context() -> dict[str, Any]:
    """Return the rooms' parts, each under its own name."""
    return {
        "members_part": members.home.home_context(),
        "governance_part": governance.home.home_context(),
        "projects_part": projects.home.home_context(),
        "leaderboard_part": leaderboard.home.home_context(),
    }
