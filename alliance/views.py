"""Pages of the roof: home, learning, API entrance, health and errors."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.home import home_context
from alliance.learn import TOPICS, topic_or_none
from alliance.pages import public_page, tag
from alliance.problems import problem, problem_response

logger = logging.getLogger(__name__)

ON_HOME = (
    "organisations",
    "projects",
    "events",
    "learning",
    "governance",
    "decisions",
    "boards",
    "nodes",
)


staff_login = secure_admin_login(
    admin.site.login
)  # the portal's own sign-in, second factor included


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """Send a reader without a language in the address to the one their browser asks for."""
    language = get_language_from_request(request)[:2]
    response = HttpResponseRedirect(f"/{language if language in ('en', 'fr') else 'en'}/")
    response["Vary"] = "Accept-Language"
    return response


@require_safe
@public_page("home", *ON_HOME)
def home(request: HttpRequest) -> HttpResponse:
    """The first page: what the Alliance is, what it measured, decided and plans."""
    context = home_context()
    tag(request, *(f"vote:{item.vote.pk}" for item in context["governance_part"]["open_votes"]))
    return render(request, "alliance/home.html", context)


@require_safe
@public_page()
def learn(request: HttpRequest) -> HttpResponse:
    """Guides for readers, members and node owners."""
    return render(request, "alliance/learn.html", {"topics": TOPICS})


@require_safe
@public_page()
def learn_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """One guide."""
    found = topic_or_none(topic)
    if found is None:
        raise Http404
    return render(
        request,
        found.template,
        {"topic": found, "topics": TOPICS, "log_origin": settings.LOG_ORIGIN},
    )


@require_safe
@public_page()
def api_page(request: HttpRequest) -> HttpResponse:
    """How programs use the portal: every path of the OpenAPI document in plain HTML."""
    from alliance.apidoc import operations
    from members.scopes import explained
    from members.webhooks.catalogue import KINDS

    context = {"groups": operations(), "scopes": explained(), "events": KINDS.values()}
    return render(request, "alliance/api.html", context)


@extend_schema(responses={200: {"type": "object", "additionalProperties": {"type": "string"}}})
@api_view(["GET"])
def api_root(request: Request) -> Response:
    """List the entrances of the API."""
    base = settings.SITE_ORIGIN
    links = {
        "organisations": f"{base}/api/v1/organisations/",
        "projects": f"{base}/api/v1/projects/",
        "focus-areas": f"{base}/api/v1/focus-areas/",
        "events": f"{base}/api/v1/events/",
        "bodies": f"{base}/api/v1/bodies/",
        "proposals": f"{base}/api/v1/proposals/",
        "votes": f"{base}/api/v1/votes/",
        "decisions": f"{base}/api/v1/decisions/",
        "benchmarks": f"{base}/api/v1/benchmarks/",
        "boards": f"{base}/api/v1/boards/",
        "systems": f"{base}/api/v1/systems/",
        "nodes": f"{base}/api/v1/nodes/",
        "results": f"{base}/api/v1/results/",
        "log": f"{base}/api/v1/log/entries/",
        "search": f"{base}/api/v1/search/",
        "openapi": f"{base}{reverse('openapi')}",
    }
    return Response(links)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say whether the portal and its database answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("health: database does not answer: %s", type(error).__name__)
        return JsonResponse({"status": "down", "database": "no answer"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let crawlers read the public pages."""
    lines = [
        "User-agent: *",
        "Disallow: /staff/",
        "Disallow: /en/accounts/",
        "Disallow: /fr/accounts/",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the `type` address of a problem document."""
    return JsonResponse(
        {"code": code, "documentation": f"{settings.SITE_ORIGIN}{reverse('api-page')}#problems"}
    )


def _wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/federation/"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that an address leads nowhere, and where to go on."""
    if _wants_problem(request):
        return problem_response(
            problem(status=404, code="not-found", title=_("There is nothing at this address."))
        )
    request.__dict__["is_public_page"] = True
    return render(request, "404.html", {}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the portal failed, without leaning on anything that may have failed with it."""
    title = _("The portal made a mistake. It has been recorded; please try again in a minute.")
    if _wants_problem(request):
        return problem_response(problem(status=500, code="server-error", title=title))
    return render(request, "500.html", {"title": title}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a form that came without its proof of origin."""
    context: dict[str, Any] = {"is_public_page": True}
    return render(request, "csrf.html", context, status=403)
