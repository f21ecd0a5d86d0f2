"""Response headers for every page, and the wall between public pages and sessions."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def policy_text(changes: dict[str, str] | None = None) -> str:
    """Return the Content-Security-Policy, with a page's own changes where a view names them."""
    rules = POLICY | (changes or {})
    text = "; ".join(f"{name} {value}" for name, value in rules.items())
    return f"{text}; upgrade-insecure-requests" if settings.SECURE_ORIGIN else text


class SecurityHeaders:
    """Send the strict policy with every response; a view may set `response.csp = {...}` to change single rules."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = policy_text(getattr(response, "csp", None))
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PublicPages:
    """Keep sessions out of public pages: they set no cookie and do not vary by one.

    Stands outside the session middleware, so it sees what that would have added. Everything else is private.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "public" in response.get("Cache-Control", ""):
            response.cookies.clear()
            vary = [v.strip() for v in response.get("Vary", "").split(",")]
            kept = [v for v in vary if v and v.lower() not in {"cookie", "accept-language"}]
            if "Vary" in response:
                del response["Vary"]
            if kept:
                patch_vary_headers(response, kept)
        elif "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response
