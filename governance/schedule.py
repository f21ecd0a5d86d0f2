"""What beat does for votes."""

SCHEDULE = {
    "governance.close_due_votes": {
        "task": "governance.close_due_votes",
        "schedule": 2.0,
        "options": {"expires": 2.0},
    }
}
