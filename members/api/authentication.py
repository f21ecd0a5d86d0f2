"""`Authorization: Bearer …` makes a request act for an organisation: with an API key or an OAuth token."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.idp.oidc.models import Token as AccessToken
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from alliance.viewer import Viewer
from members import networks, scopes, tokens
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
    """Answer 401 with the reason for any bearer token that does not work; never 403.

    A bearer token is an API key (`aap_…`) or what an OAuth client bought at the token endpoint.
    """

    def authenticate(self, request: Request) -> tuple[ClientPrincipal, Viewer] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        text = words[1].decode("latin-1") if len(words) == 2 else ""
        key, granted = _of_token(text) if text.startswith("aap_") else _of_access_token(text)
        check_works(key, request)
        _note_use(key, key.read_at)
        viewer = Viewer(organisation_ids=frozenset({key.organisation_id}), scopes=granted)
        return ClientPrincipal(key), viewer

    def authenticate_header(self, request: Request) -> str:
        is_bearer = get_authorization_header(request).lower().startswith(b"bearer")
        error = ', error="invalid_token"' if is_bearer else ""
        return f'Bearer realm="portal"{error}'


def _of_token(text: str) -> tuple[ApiKey, frozenset[str]]:
    token = tokens.parse(text)
    if token is None:
        raise _refused(
            _("This is not a whole API key: a key is aap_… with 61 characters. Copy it again.")
        )
    key = ApiKey.objects.with_client().filter(prefix=token.prefix, oauth_client=None).first()
    if key is None or not token.matches(key.secret_hash):
        raise _refused(_("The API key is not known. Make a new one on the dashboard."))
    return key, frozenset(key.scopes)


def _of_access_token(text: str) -> tuple[ApiKey, frozenset[str]]:
    found = AccessToken.objects.by_value(text).filter(type=AccessToken.Type.ACCESS_TOKEN).first()
    key = found and ApiKey.objects.with_client().filter(oauth_client=found.client_id).first()
    if found is None or key is None:
        raise _refused(
            _(
                "The token is not known or has ended. A key looks like aap_…; OAuth tokens last an hour."
            )
        )
    if found.expires_at is not None and found.expires_at <= key.read_at:
        raise _refused(_("The token has expired. Ask the token endpoint for a new one."))
    return key, frozenset(found.get_scopes()) & frozenset(key.scopes)


def check_works(key: ApiKey, request: Request | HttpRequest) -> None:
    """Refuse a key (read `with_client`) that was revoked, has expired or is used from elsewhere than it may."""
    if key.revoked_at is not None:
        raise _refused(_("The API key has been revoked. Make a new one on the dashboard."))
    if not key.is_alive(key.read_at):
        raise _refused(_("The API key has expired. Make a new one on the dashboard."))
    plain = request._request if isinstance(request, Request) else request
    if key.networks and not networks.includes(key.networks, client_address(plain)):
        raise _refused(_("The API key may not be used from this network address."))


def client_address(request: HttpRequest) -> str:
    """Return where a request comes from, past as many proxies as the settings trust; empty when unknown."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def _refused(message: str) -> AuthenticationFailed:
    return AuthenticationFailed(message, "invalid_token")


def _note_use(key: ApiKey, now: datetime) -> None:
    before = now - USE_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at < before:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=before)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """Name the schemes in the OpenAPI document."""

    target_class = "members.api.authentication.ApiKeyAuthentication"
    name = ["apiKey", "oauth"]

    def get_security_requirement(self, auto_schema: object) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]  # either will do

    def get_security_definition(self, auto_schema: object) -> list[dict[str, Any]]:
        flow = {
            "tokenUrl": "/oauth/token",
            "scopes": {row["scope"]: row["text"] for row in scopes.explained()},
        }
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "aap_<prefix>_<secret>"},
            {"type": "oauth2", "flows": {"clientCredentials": flow}},
        ]
