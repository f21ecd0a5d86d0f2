"""What administrators write down about their identity provider, looked up before it is kept."""

from __future__ import annotations

from members.federation import oidc, saml


def by_oidc(*, issuer: str, client_id: str, secret: str, role: str) -> dict[str, str]:
    """Read the provider's own description once, and return what the action keeps."""
    issuer = issuer.strip()
    oidc.discover(issuer)
    return {
        "kind": "oidc", "issuer": issuer, "client_id": client_id, "secret": secret, "role": role,
    }  # fmt: skip


def by_saml(*, metadata: bytes, role: str) -> dict[str, str]:
    """Take what is needed out of a provider's metadata."""
    found = saml.read_metadata(metadata)
    certificates = "\n".join("".join(text.split()) for text in found.certificates)
    return {
        "kind": "saml", "issuer": found.entity_id, "sso_url": found.sso_url, "certificates": certificates, "role": role,
    }  # fmt: skip
