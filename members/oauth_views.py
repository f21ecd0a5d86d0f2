"""OAuth 2 for machines: client credentials only (RFC 6749 §4.4), revocation (RFC 7009) and metadata (RFC 8414).

allauth does the protocol; this room says which clients exist, whom they act for and from where they may ask.
"""

from __future__ import annotations

from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc import views as oidc
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from alliance.pages import public_page
from members.api.authentication import check_works
from members.models import ApiKey
from members.scopes import Scope

GRANT = "client_credentials"


class ClientView(APIView):
    """What a client asks with its own name and secret; throttled, since secrets are checked slowly."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [FormParser]
    throttle_scope = "token"

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """Refuse a client that was revoked, has expired, asks from elsewhere or is none of ours."""
        name = _client_id(request)
        key = ApiKey.objects.with_client().filter(oauth_client=name).first() if name else None
        if key is None:
            return _invalid_client("The client is not known.")
        try:
            check_works(key, request)
        except AuthenticationFailed as refused:
            return _invalid_client(str(refused.detail))
        return None


class TokenView(ClientView):
    """Sell a short-lived access token."""

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponse:
        """Answer as RFC 6749 says; what a client may not ask for is an error of its own."""
        plain = request._request
        if plain.POST.get("grant_type") != GRANT:
            body = {"error": "unsupported_grant_type", "error_description": f"Use {GRANT}."}
            return JsonResponse(body, status=400)
        return self.refusal(plain) or oidc.token(plain)


class RevokeView(ClientView):
    """End an access token before its time."""

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponse:
        """Answer as RFC 7009 says."""
        plain = request._request
        return self.refusal(plain) or oidc.revoke(plain)


@require_safe
@public_page(max_age=3600)
def metadata(request: HttpRequest) -> HttpResponse:
    """Say where and how tokens are sold (RFC 8414)."""
    origin = settings.SITE_ORIGIN
    methods = ["client_secret_basic", "client_secret_post"]
    body = {
        "issuer": origin,
        "token_endpoint": origin + reverse("members-machine:token"),
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint": origin + reverse("members-machine:revoke"),
        "revocation_endpoint_auth_methods_supported": methods,
        "grant_types_supported": [GRANT],
        "response_types_supported": [],
        "scopes_supported": list(Scope.values),
        "service_documentation": origin + reverse("api-page"),
    }
    return JsonResponse(body)


def _client_id(request: HttpRequest) -> str | None:
    name, _secret = extract_basic_auth({"Authorization": request.headers.get("Authorization", "")})
    return name or request.POST.get("client_id")


def _invalid_client(why: str) -> HttpResponse:
    body = {"error": "invalid_client", "error_description": why}
    challenge = {"WWW-Authenticate": 'Basic realm="portal", charset="UTF-8"'}
    return JsonResponse(body, status=401, headers={**challenge, "Cache-Control": "no-store"})
