"""What the search adds to a person's desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from alliance.viewer import Viewer
from search.models import SavedSearch


def my_searches(request: HttpRequest, viewer: Viewer) -> dict[str, Any] | None:
    """The searches a person keeps; nothing without any."""
    if viewer.person_id is None:
        return None
    searches = SavedSearch.objects.of(viewer.person_id)
    return {"searches": searches} if searches else None
