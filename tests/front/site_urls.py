"""Pages of the test site: the number on a page counts how often Django made it."""

from __future__ import annotations

import itertools

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from alliance.pages import announce, public_page, purge, tag

_count = itertools.count(1)


def board(request: HttpRequest, key: str) -> HttpResponse:
    tag(request, f"board:{key}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(f"<p>{key} {next(_count)}" + " padding" * 200)


def mine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"cookie {request.COOKIES.get('session')}")


def change(request: HttpRequest, key: str) -> HttpResponse:
    purge(f"board:{key}")
    announce(f"board:{key}", by="change")
    return HttpResponse(status=204)


def echo(request: HttpRequest) -> HttpResponse:
    """Say what arrived."""
    said = f"{request.method} {request.GET.get('q', '')} {len(request.body)} {request.get_host()}"
    return HttpResponse(said)


echo.csrf_exempt = True  # type: ignore[attr-defined]
change.csrf_exempt = True  # type: ignore[attr-defined]

urlpatterns = [
    path("en/board/<key>", public_page()(board)),
    path("en/mine", mine),
    path("en/echo", echo),
    path("en/change/<key>", change),
]
