"""OpenID Connect: authorization code with PKCE and nonce; the ID token's signature is always checked."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt
from django.core.cache import cache
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from alliance import outbound
from members.errors import FederationRefused
from members.federation.assertion import Assertion
from members.models import IdentityProvider
from members.sealing import unseal

ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
LEEWAY: Final = 60
_BYTES: Final = 256 * 1024
_SECONDS: Final = 10.0
_KEPT: Final = 600


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where a provider's doors are, as it says itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    token_auth: tuple[str, ...]


def discover(issuer: str) -> Discovery:
    """Read a provider's own description; it must call itself what it is called here."""
    kept = cache.get(_cached(issuer))
    found = kept or _json(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise _refused("issuer-differs", _("The provider calls itself by another issuer."))
    try:
        door, token, keys = (
            str(found[name]) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        )
    except KeyError:
        raise _refused("discovery", _("The provider’s description lacks an address.")) from None
    for place in (door, token, keys):
        outbound.check_url(place)
    if kept is None:
        cache.set(_cached(issuer), found, _KEPT)
    methods = tuple(found.get("token_endpoint_auth_methods_supported") or ("client_secret_basic",))
    return Discovery(issuer, door, token, keys, str(found.get("userinfo_endpoint") or ""), methods)


def new_verifier() -> str:
    """Return a PKCE code verifier."""
    return get_random_string(64)


def question(
    provider: IdentityProvider, *, back: str, state: str, nonce: str, verifier: str, again: bool = False
) -> str:  # fmt: skip
    """Return the address that asks the provider who this is; `again` wants a new proof, not an old session."""
    digest = hashlib.sha256(verifier.encode()).digest()
    params = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": back, "scope": "openid email profile",
        "state": state, "nonce": nonce, "code_challenge_method": "S256",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    }  # fmt: skip
    if again:
        params["prompt"] = "login"
    endpoint = discover(provider.issuer).authorization_endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(params)}"


def answer(
    provider: IdentityProvider, query: Mapping[str, str], *, back: str, nonce: str, verifier: str
) -> Assertion:
    """Turn what came back into an assertion, or refuse."""
    if query.get("iss", provider.issuer) != provider.issuer:
        raise _refused("issuer-differs", _("The answer comes from another issuer."))
    if "code" not in query:
        raise _refused("denied", _("Your organisation’s sign-in was cancelled or refused."))
    places = discover(provider.issuer)
    tokens = _exchange(provider, places, query["code"], back, verifier)
    claims = _claims(provider, places, str(tokens.get("id_token", "")), nonce)
    about = claims
    if not claims.get("email") and places.userinfo_endpoint:
        bearer = {"authorization": f"Bearer {tokens.get('access_token', '')}"}
        about = _json(places.userinfo_endpoint, headers=bearer)
        if about.get("sub") != claims["sub"]:
            raise _refused("subject-differs", _("The provider’s answers are about two people."))
    return Assertion(
        subject=str(claims["sub"])[:300],
        email=str(about.get("email") or "").strip().lower(),
        vouched=about.get("email_verified") is True,
        name=str(about.get("name") or "").strip()[:150],
    )


def _exchange(
    provider: IdentityProvider, places: Discovery, code: str, back: str, verifier: str
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier,
        "client_id": provider.client_id,
    }  # fmt: skip
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    secret = unseal(provider.sealed_secret, "identity-provider")
    pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
    # RFC 6749 has Basic credentials encoded, and not every provider decodes them: where that matters, send a form.
    by_form = pair != f"{provider.client_id}:{secret}" and "client_secret_post" in places.token_auth
    if secret and "client_secret_basic" in places.token_auth and not by_form:
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif secret:
        form["client_secret"] = secret
    return _json(places.token_endpoint, headers=headers, body=urlencode(form).encode())


def _claims(
    provider: IdentityProvider, places: Discovery, token: str, nonce: str
) -> dict[str, Any]:
    """Verify signature, issuer, audience, times and nonce of an ID token."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError
        claims: dict[str, Any] = jwt.decode(
            token, _key(places.jwks_uri, header.get("kid")), algorithms=[header["alg"]],
            audience=provider.client_id, issuer=provider.issuer, leeway=LEEWAY,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        detail = type(error).__name__
        raise _refused("id-token", _("The provider’s statement isn’t valid."), detail) from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("nonce") != nonce or (several and claims.get("azp") != provider.client_id):
        raise _refused("id-token", _("The provider’s statement isn’t valid."), "nonce or azp")
    return claims


def _key(jwks_uri: str, kid: str | None) -> Any:
    keys = jwt.PyJWKSet.from_dict(_json(jwks_uri)).keys
    fitting = [key for key in keys if key.key_id == kid or (kid is None and len(keys) == 1)]
    if not fitting:
        raise jwt.InvalidKeyError("no such key")
    return fitting[0].key


def _json(
    url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> dict[str, Any]:
    """Fetch a JSON object through the one door."""
    reply = outbound.fetch(
        url, method="GET" if body is None else "POST", headers=headers, body=body,
        max_bytes=_BYTES, deadline=_SECONDS,
    )  # fmt: skip
    try:
        found = json.loads(reply.body)
    except ValueError:
        found = None
    if reply.status != 200 or not isinstance(found, dict):
        raise _refused(
            "provider-error", _("The identity provider answered with an error."), str(reply.status)
        )
    return found


def _cached(issuer: str) -> str:
    return f"oidc:{hashlib.sha256(issuer.encode()).hexdigest()}"


def _refused(code: str, message: str, detail: str = "") -> FederationRefused:
    return FederationRefused(message, code=code, **({"detail": detail} if detail else {}))
