"""What a key's scopes allow, told as RFC 6750 wants it, and what a person's session must have proved lately."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from alliance.viewer import Viewer
from members.errors import PeopleAct, SignInAgain
from members.models import Person
from members.step_up import is_fresh, where_to_prove


class InsufficientScope(APIException):
    """The token works and is not allowed this: 403 with the scope that would do (RFC 6750 §3.1)."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        detail = _("This needs a key with the scope “%(scope)s”. Make one on the dashboard.")
        super().__init__(detail % {"scope": scope})
        self.auth_header = f'Bearer realm="portal", error="insufficient_scope", scope="{scope}"'


class NeedsScope(BasePermission):
    """Refuse a key or token without the scope that the view names for this action; people need none."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = getattr(view, "scopes_needed", {}).get(view.action)
        client = request.auth if isinstance(request.auth, Viewer) else None
        if needed is not None and client is not None and not client.has_scope(needed):
            raise InsufficientScope(needed)
        return True


class NeedsRecentSignIn(BasePermission):
    """Before an action that the view names in `asks_again`, ask a session what `members.step_up` asks on the pages."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.action in getattr(view, "asks_again", ()):
            check_recent_sign_in(request)
        return True


class PeopleOnly(BasePermission):
    """Refuse keys and tokens what no scope allows, so that nobody looks for one."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, Viewer):
            raise PeopleAct(_("People do this, signed in: no key may, whatever its scopes."))
        return True


def check_recent_sign_in(request: Request) -> None:
    """Refuse a person whose session is too old to decide something, and say where to renew it."""
    if isinstance(request.user, Person) and not is_fresh(request._request):
        raise SignInAgain(
            _("Sign in again first: this asks for a recent sign-in."),
            sign_in=where_to_prove(request._request),
        )
