"""This room's part of the home page: the next events and how many projects there are."""

from __future__ import annotations

from typing import Any

from alliance.clock import database_now
from alliance.viewer import ANONYMOUS
from projects import calendar
from projects.models import Project

NEXT, LATEST = 4, 2


def home_context() -> dict[str, Any]:
    """Return what comes next, what was last where nothing comes, and the count of projects."""
    now = database_now()
    upcoming = list(calendar.everything().upcoming(now)[:NEXT])
    return {
        "upcoming": upcoming,
        "past": [] if upcoming else list(calendar.everything().past(now)[:LATEST]),
        "projects": Project.objects.visible_to(ANONYMOUS).real().count(),
        "managed": Project.objects.visible_to(ANONYMOUS).real().of_tiers(["managed"]).count(),
    }
