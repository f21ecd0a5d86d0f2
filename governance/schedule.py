"""What beat does for votes and letters."""

SCHEDULE = {
    "governance.close_due_votes": {
        "task": "governance.close_due_votes",
        "schedule": 2.0,
        "options": {"expires": 2.0},
    },
    "governance.lapse_overdue": {
        "task": "governance.lapse_overdue",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "governance.remind_voters": {
        "task": "governance.remind_voters",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "governance.send_letters": {
        "task": "governance.send_letters",
        "schedule": 20.0,
        "options": {"expires": 20.0},
    },
    "governance.settle_due_elections": {
        "task": "governance.settle_due_elections",
        "schedule": 2.0,
        "options": {"expires": 2.0},
    },
}
