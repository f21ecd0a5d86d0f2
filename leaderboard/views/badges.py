"""Badges and cards for other people's pages, and the page that gives the lines to paste."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from alliance.i18n import LANGUAGE_CODES
from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from leaderboard.badges import Badge, badge_of
from leaderboard.charts.badge import badge_svg
from leaderboard.models import BenchmarkVersion, System

MAX_AGE = 300


@require_safe
@public_page(max_age=MAX_AGE)
def badge(request: HttpRequest, slug: str, system: str) -> HttpResponse:
    """The badge as SVG, in the language that the address names."""
    with translation.override(_language(request)):
        found = _badge(request, slug, system)
        picture = badge_svg(
            title=found.title, figure=found.figure, label=found.sentence, is_void=found.is_void
        )
    response = HttpResponse(picture, content_type="image/svg+xml")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@xframe_options_exempt
@public_page(max_age=MAX_AGE)
def card(request: HttpRequest, slug: str, system: str) -> HttpResponse:
    """A small page that any site may put into a frame."""
    language = _language(request)
    with translation.override(language):
        found = _badge(request, slug, system)
        context = {"badge": found, "language": language, "origin": settings.SITE_ORIGIN}
        response = render(request, "leaderboard/card.html", context)
    response.csp = {"frame-ancestors": "*"}  # type: ignore[attr-defined]
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@public_page()
def embed(request: HttpRequest, slug: str, system: str) -> HttpResponse:
    """The lines to paste, with what they will show."""
    found = _badge(request, slug, system)
    question = {"lang": translation.get_language()}
    if found.metric_id != found.version.primary_metric:
        question["metric"] = found.metric_id
    if revision := request.GET.get("revision", ""):
        question["revision"] = revision
    words = urlencode(question)
    context = {
        "badge": found,
        "badge_url": f"{reverse('leaderboard-machine:badge', args=[slug, system])}?{words}",
        "card_url": f"{reverse('leaderboard-machine:card', args=[slug, system])}?{words}",
        "board_url": found.version.get_absolute_url(),
        "origin": settings.SITE_ORIGIN,
    }
    response = render(request, "leaderboard/embed.html", context)
    response.csp = {"frame-src": "'self'"}  # type: ignore[attr-defined]
    return response


def _badge(request: HttpRequest, slug: str, system: str) -> Badge:
    tag(request, f"board:{slug}", f"system:{system}")
    versions = BenchmarkVersion.objects.current().filter(benchmark__slug=slug)
    version = get_object_or_404(versions)
    metric = request.GET.get("metric") or version.primary_metric
    if version.metric(metric) is None:
        raise Http404
    row = get_object_or_404(System.objects.visible_to(ANONYMOUS), slug=system)
    return badge_of(version, metric, row, request.GET.get("revision", ""))


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGE_CODES else settings.LANGUAGE_CODE
