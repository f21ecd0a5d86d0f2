"""The gate before everything that needs an account: whoever holds a duty has a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.problems import problem, problem_response
from members.models import Person
from members.second_factor import is_missing

Handler = Callable[[HttpRequest], HttpResponse]
OPEN = (
    "/accounts/",
    "/members/me/strip/",
)  # below a language: where one enrols, signs out, is named


class SecondFactorGate:
    """Send people with a duty and without a second factor to where they enrol one.

    Public pages are never held up, and nothing is asked of a reader who brings no session.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Look before the view runs, since only then it is known whether its page is public."""
        if (
            not settings.SECOND_FACTOR_REQUIRED
            or settings.SESSION_COOKIE_NAME not in request.COOKIES
        ):
            return None
        if getattr(view, "is_public_page", False) or not _is_guarded(request.path):
            return None
        person = request.user
        if not isinstance(person, Person) or not is_missing(person, timezone.now().date()):
            return None
        text = _("Your duties ask for a second factor. Add a passkey or an app, then go on.")
        if request.path.startswith("/api/"):
            body = problem(status=403, code="second-factor-needed", title=text)
            return problem_response(body)
        messages.warning(request, text)
        return redirect("mfa_index")


def _is_guarded(path: str) -> bool:
    if path.startswith(("/api/", "/staff/")):
        return True
    return path[:4] in {"/en/", "/fr/"} and not path[3:].startswith(OPEN)
