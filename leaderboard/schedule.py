"""What beat does for the leaderboard."""

SCHEDULE = {
    "leaderboard.pull_due_nodes": {
        "task": "leaderboard.pull_due_nodes",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    }
}
