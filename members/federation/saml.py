"""SAML 2.0: requests by redirect, answers by POST; only signed assertions for this portal and this request count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from alliance import outbound
from members.errors import FederationRefused
from members.federation.assertion import Assertion
from members.models import IdentityProvider

METADATA_BYTES: Final = 512 * 1024
RESPONSE_BYTES: Final = 256 * 1024
_SUBJECT: Final = ("urn:oasis:names:tc:SAML:attribute:subject-id",)
_EMAIL: Final = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "email",
    "mail",
)
_NAME: Final = (
    "urn:oid:2.16.840.1.113730.3.1.241",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    "displayName",
    "name",
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider's metadata say."""

    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]


def fetch_metadata(url: str) -> bytes:
    """Fetch a metadata file through the one door."""
    reply = outbound.fetch(url, max_bytes=METADATA_BYTES, deadline=10.0)
    if reply.status != 200:
        raise _refused("metadata", _("The metadata can’t be fetched from this address."))
    return reply.body


def read_metadata(raw: bytes) -> Metadata:
    """Read a metadata file: entity, address of the sign-in by redirect, signing certificates."""
    if len(raw) > METADATA_BYTES:
        raise _refused("metadata", _("The metadata file is larger than 512 KiB."))
    try:
        found = OneLogin_Saml2_IdPMetadataParser.parse(
            raw, required_sso_binding=Names.BINDING_HTTP_REDIRECT
        )
        idp = found["idp"]
        many = idp.get("x509certMulti", {}).get("signing") or [idp["x509cert"]]
        metadata = Metadata(idp["entityId"], idp["singleSignOnService"]["url"], tuple(many))
    except Exception:
        raise _refused(
            "metadata",
            _("This is no SAML metadata of an identity provider with sign-in by redirect."),
        ) from None
    outbound.check_url(metadata.sso_url)
    return metadata


def own_metadata(provider: IdentityProvider) -> bytes:
    """Return what the organisation's identity provider has to know about the portal."""
    metadata = OneLogin_Saml2_Settings(_config(provider), sp_validation_only=True).get_sp_metadata()
    return metadata.encode() if isinstance(metadata, str) else bytes(metadata)


def question(provider: IdentityProvider, *, state: str, again: bool = False) -> tuple[str, str]:
    """Return the address that asks the provider who this is, and the identifier its answer has to name."""
    auth = OneLogin_Saml2_Auth(_request(provider, {}), _config(provider))
    url = auth.login(return_to=state, force_authn=again)
    return url, str(auth.get_last_request_id())


def answer(provider: IdentityProvider, response: str, *, request_id: str) -> Assertion:
    """Turn a response into an assertion, or refuse it."""
    auth = OneLogin_Saml2_Auth(_request(provider, {"SAMLResponse": response}), _config(provider))
    try:
        auth.process_response(request_id=request_id)
        faults = auth.get_errors() or ([] if auth.is_authenticated() else ["not authenticated"])
    except Exception as error:
        faults = [type(error).__name__]
    if faults or auth.get_last_response_in_response_to() != request_id:
        detail = auth.get_last_error_reason() or ", ".join(faults)
        raise _refused("saml-response", _("The provider’s statement isn’t valid."), detail)
    return _assertion(auth)


def _assertion(auth: OneLogin_Saml2_Auth) -> Assertion:
    attributes = auth.get_attributes()
    subject = _first(attributes, _SUBJECT)
    if not subject:
        if auth.get_nameid_format() == Names.NAMEID_TRANSIENT:
            raise _refused(
                "transient", _("The provider names you anew each time; it has to send a lasting name.")
            )  # fmt: skip
        subject = auth.get_nameid() or ""
    email = _first(attributes, _EMAIL)
    if not email and auth.get_nameid_format() == Names.NAMEID_EMAIL_ADDRESS:
        email = auth.get_nameid() or ""
    if not subject:
        raise _refused("saml-response", _("The provider’s statement isn’t valid."), "no subject")
    return Assertion(
        subject=subject[:300], email=email.strip().lower(), vouched=True,
        name=_first(attributes, _NAME).strip()[:150],
    )  # fmt: skip


def _first(attributes: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((attributes[name][0] for name in names if attributes.get(name)), "") or ""


def _request(provider: IdentityProvider, post: dict[str, str]) -> dict[str, Any]:
    origin = urlsplit(settings.SITE_ORIGIN)
    return {
        "https": "on" if origin.scheme == "https" else "off",
        "http_host": origin.netloc,
        "script_name": reverse("federation-acs", args=[provider.key]),
        "get_data": {},
        "post_data": post,
    }


def _config(provider: IdentityProvider) -> dict[str, Any]:
    """Return the strict settings for one provider; addresses come from the configured origin only."""
    return {
        "strict": True,
        "sp": {
            "entityId": settings.SITE_ORIGIN + reverse("federation-metadata", args=[provider.key]),
            "assertionConsumerService": {
                "url": settings.SITE_ORIGIN + reverse("federation-acs", args=[provider.key]),
                "binding": Names.BINDING_HTTP_POST,
            },
            "NameIDFormat": Names.NAMEID_PERSISTENT,
        },
        "idp": {
            "entityId": provider.issuer,
            "singleSignOnService": {
                "url": provider.sso_url, "binding": Names.BINDING_HTTP_REDIRECT,
            },
            "x509certMulti": {"signing": provider.certificates.split()},
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": True,
            "wantAttributeStatement": False,
            "rejectDeprecatedAlgorithm": True,
            "rejectUnsolicitedResponsesWithInResponseTo": True,
            "requestedAuthnContext": False,
            "allowSingleLabelDomains": not settings.SECURE_ORIGIN,
        },
    }  # fmt: skip


def _refused(code: str, message: str, detail: str = "") -> FederationRefused:
    return FederationRefused(message, code=code, **({"detail": detail} if detail else {}))
