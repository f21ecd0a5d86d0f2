"""What a key's scopes allow, told as RFC 6750 wants it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from alliance.viewer import Viewer


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
