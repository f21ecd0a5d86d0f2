"""What the home page shows: each room brings its own part."""

from __future__ import annotations

from typing import Any

from django.conf import settings

import members.home


def home_context() -> dict[str, Any]:
    """Return the rooms' parts, each under its own name."""
    return {"members_part": members.home.home_context(), "open_rooms": settings.ROOMS}
