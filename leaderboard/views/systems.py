"""One system under test: where it stands on every board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from leaderboard.models import System
from leaderboard.system_page import system_page


@require_safe
@public_page()
def system(request: HttpRequest, slug: str) -> HttpResponse:
    """Its cells, their history and the signed results behind them."""
    found = get_object_or_404(System.objects.visible_to(ANONYMOUS), slug=slug)
    tag(request, f"system:{slug}")
    return render(request, "leaderboard/system.html", {"page": system_page(found)})
