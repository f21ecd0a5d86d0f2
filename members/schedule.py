"""What beat does for the members room."""

SCHEDULE = {
    "members.deliver_due_webhooks": {
        "task": "members.deliver_due_webhooks",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "members.apply_retention": {
        "task": "members.apply_retention",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
}
