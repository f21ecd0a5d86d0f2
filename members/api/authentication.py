"""API keys: `Authorization: Bearer aap_…` makes a request act for an organisation."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from alliance.viewer import Viewer
from members import tokens
from members.models import ApiKey

USE_NOTED_EVERY = timedelta(minutes=1)


class ClientPrincipal:
    """What stands in for a user when an organisation's system calls."""

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False

    def __init__(self, key: ApiKey) -> None:
        self.key = key
        self.pk = f"key:{key.prefix}"  # each key has its own throttle

    def __str__(self) -> str:
        return f"{self.key.organisation} ({self.key.prefix})"


class ApiKeyAuthentication(BaseAuthentication):
    """Answer 401 with the reason for any bearer token that is not a working key; never 403."""

    def authenticate(self, request: Request) -> tuple[ClientPrincipal, Viewer] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        token = tokens.parse(words[1].decode("latin-1")) if len(words) == 2 else None
        if token is None:
            raise AuthenticationFailed(
                _("This is not an API key of the portal: a key looks like aap_…"), "invalid_token"
            )
        key = ApiKey.objects.select_related("organisation").filter(prefix=token.prefix).first()
        now = timezone.now()
        if key is None or not token.matches(key.secret_hash):
            raise AuthenticationFailed(
                _("The API key is not known. Make a new one on the dashboard."), "invalid_token"
            )
        _check_alive(key, now)
        _note_use(key, now)
        scopes = frozenset(key.scopes)
        return ClientPrincipal(key), Viewer(
            organisation_ids=frozenset({key.organisation_id}), scopes=scopes
        )

    def authenticate_header(self, request: Request) -> str:
        is_bearer = get_authorization_header(request).lower().startswith(b"bearer")
        error = ', error="invalid_token"' if is_bearer else ""
        return f'Bearer realm="portal"{error}'


def _check_alive(key: ApiKey, now: datetime) -> None:
    if key.revoked_at is not None:
        raise AuthenticationFailed(
            _("The API key has been revoked. Make a new one on the dashboard."), "invalid_token"
        )
    if key.expires_at is not None and key.expires_at <= now:
        raise AuthenticationFailed(
            _("The API key has expired. Make a new one on the dashboard."), "invalid_token"
        )


def _note_use(key: ApiKey, now: datetime) -> None:
    before = now - USE_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at < before:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=before)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """Name the scheme in the OpenAPI document."""

    target_class = "members.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "aap_<prefix>_<secret>"}
