"""Files of this room."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from members.models import Logo
from members.viewers import viewer_of


@require_safe
def logo(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """A logo; its address names its bytes, so a cleared one may be kept for ever."""
    rows = Logo.objects.visible_to(viewer_of(request))
    if len(digest) != 16:
        raise Http404
    found = get_object_or_404(rows, organisation__slug=slug, digest__startswith=digest)
    response = HttpResponse(bytes(found.png), content_type="image/png")
    is_public = found.cleared_at is not None
    response["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_public else "private, no-store"
    )
    return response
