"""What beat does for the log."""

SCHEDULE = {
    "transparency.sequence": {
        "task": "transparency.sequence",
        "schedule": 2.0,
        "options": {"expires": 2.0},
    }
}
