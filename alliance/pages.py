"""Public pages: the same bytes for everyone, tagged with surrogate keys, dropped when a change commits.

A page says what it stands on with `tag(request, "board:12")`. A change says `purge("board:12")` inside its transaction:
PostgreSQL delivers the notification at commit, never before and never for a roll-back. The front (`alliance.front`)
listens and drops its copies; a CDN can use the same `Surrogate-Key` header.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response

PAGES_CHANNEL = "portal_pages"
STREAM_CHANNEL = "portal_stream"
SHARED_AGE = 15  # seconds
EVERYTHING = "*"  # the key that every kept page stands on
_NOTIFY_LIMIT = 7000  # PostgreSQL refuses payloads of 8000 bytes and more

View = Callable[..., HttpResponse]


def tag(request: HttpRequest, *keys: str) -> None:
    """Note what the page being made stands on."""
    request.__dict__.setdefault("surrogate_keys", set()).update(keys)


def public_page(*keys: str, max_age: int = 0) -> Callable[[View], View]:
    """Make a view public: cacheable by anyone, without session, cookie or per-reader state.

    `max_age` is in seconds and bounds how long a browser may keep the answer without asking again. A page asks each
    time, and is told in a few bytes that nothing changed: who has just acted would otherwise read what was before. The
    front keeps what bears keys until it is purged, and the rest for SHARED_AGE.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.__dict__["is_public_page"] = True
            tag(request, *keys)
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
            return publish_response(request, response, max_age=max_age)

        wrapped.__dict__["is_public_page"] = True
        return wrapped

    return decorate


def publish_response(request: HttpRequest, response: HttpResponse, *, max_age: int) -> HttpResponse:
    """Give a finished response the headers of a public page, or 304 when the reader has it already."""
    if response.status_code != 200 or response.streaming:
        return response
    response["Cache-Control"] = (
        f"public, max-age={max_age}, stale-while-revalidate=60"
        if max_age
        else f"public, max-age=0, s-maxage={SHARED_AGE}, must-revalidate"
    )
    keys = request.__dict__.get("surrogate_keys", set())
    if keys:
        response["Surrogate-Key"] = " ".join(sorted(keys))
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    conditional = get_conditional_response(request, etag=etag, response=response)
    if isinstance(conditional, HttpResponseNotModified) and keys:
        conditional["Surrogate-Key"] = response["Surrogate-Key"]
    return conditional or response


def purge(*keys: str) -> None:
    """Drop every kept page that stands on one of the keys, when the surrounding transaction commits."""
    batch: list[str] = []
    size = 0
    for key in dict.fromkeys(keys):
        if size + len(key) > _NOTIFY_LIMIT:
            _notify(PAGES_CHANNEL, " ".join(batch))
            batch, size = [], 0
        batch.append(key)
        size += len(key) + 1
    if batch:
        _notify(PAGES_CHANNEL, " ".join(batch))


def announce(topic: str, **data: Any) -> None:
    """Send a live event to everyone who listens to a topic, when the surrounding transaction commits."""
    _notify(STREAM_CHANNEL, json.dumps({"topic": topic, **data}, separators=(",", ":")))


def _notify(channel: str, payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
