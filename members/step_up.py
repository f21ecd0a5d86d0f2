"""Step-up: what can't be taken back asks whether it is still you.

    @step_up                      # a view: asks when the request writes
    def ballot(request, pk): ...

The API asks the same of a session (`members.api.permissions.NeedsRecentSignIn`). Its clients have none and are exempt:
their key or token is the proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from members.models import Person

View = Callable[..., HttpResponse]
SIGNED_IN_AT = "signed_in_at"


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest, **_more: Any) -> None:
    """Remember in the session when it began, whichever way led in."""
    request.session[SIGNED_IN_AT] = time.time()


def proven_at(request: HttpRequest) -> float:
    """Return when this session last proved who it is; 0 when it never did."""
    if not isinstance(request.user, Person):
        return 0.0
    records = get_authentication_records(request, request.user)
    return max(
        [float(request.session.get(SIGNED_IN_AT, 0)), *(float(record["at"]) for record in records)]
    )


def is_fresh(request: HttpRequest) -> bool:
    """Say whether the proof is young enough to decide something."""
    return time.time() - proven_at(request) < settings.STEP_UP_AGE


def step_up(view: View) -> View:
    """Ask for a recent sign-in before a view writes; what was sent is kept and done after the answer."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reads = request.method in {"GET", "HEAD", "OPTIONS"}
        if reads or not isinstance(request.user, Person) or is_fresh(request):
            return view(request, *args, **kwargs)
        return ask_again(request)

    return wrapped


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the first way this person has of proving who they are; without any, to a new sign-in."""
    return suspend_request(request, where_to_prove(request))


def where_to_prove(request: HttpRequest) -> str:
    """Return the page on which this person proves again who they are."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    return str(methods[0]["url"]) if methods else reverse("step-up")
