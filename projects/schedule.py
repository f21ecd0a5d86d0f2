"""What beat does for the projects."""

SCHEDULE = {
    "projects.harvest_due_sources": {
        "task": "projects.harvest_due_sources",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "projects.measure_due_probes": {
        "task": "projects.measure_due_probes",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "projects.follow_stages": {
        "task": "projects.follow_stages",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
}
