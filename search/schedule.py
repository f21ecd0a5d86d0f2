"""What beat does for the search."""

SCHEDULE = {
    "search.index_changes": {
        "task": "search.index_changes",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "search.repair": {"task": "search.repair", "schedule": 3600.0, "options": {"expires": 3600.0}},
}
