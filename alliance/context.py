"""What every template knows: the demonstration flag, the page's twin in the other language, the latest checkpoint."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from alliance.i18n import active_language, twin_path
from alliance.navigation import main_links, map_links
from transparency.models import Checkpoint


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the shared context; nothing here reads the session."""
    other = "fr" if active_language() == "en" else "en"
    query = request.META.get("QUERY_STRING", "")
    twin = twin_path(request.path, other) + (f"?{query}" if query else "")
    return {
        "is_demo": settings.DEMO,
        "other_language": other,
        "twin": twin,
        "site_origin": settings.SITE_ORIGIN,
        "is_public_page": request.__dict__.get("is_public_page", False),
        "main_links": main_links(request.path),
        "map_links": map_links(),
        "latest_checkpoint": SimpleLazyObject(Checkpoint.objects.latest_or_none),
    }
