"""The Celery application. Tasks carry ids only; the work itself lies in PostgreSQL."""

import os
from importlib import import_module, util

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _schedule() -> dict[str, dict[str, object]]:
    """Merge the beat schedules that the rooms declare in `<room>/schedule.py`."""
    merged: dict[str, dict[str, object]] = {}
    for room in ("transparency", "members", "governance", "projects", "leaderboard"):
        if util.find_spec(f"{room}.schedule"):
            merged |= import_module(f"{room}.schedule").SCHEDULE
    return merged


app.conf.beat_schedule = _schedule()
