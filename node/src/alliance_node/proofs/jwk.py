"""Ed25519 keys as JWKs (RFC 8037), named by thumbprint (RFC 7638), with a validity window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import base64_strict, strict_json

MAX_JWKS: Final = 64 * 1024
MAX_KEYS: Final = 100
_LATEST: Final = 253402300799  # 9999-12-31T23:59:59Z, the last second a datetime can hold


class JwkError(ValueError):
    """A key or key set that cannot be used, with the field at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Jwk:
    """A public key; valid from ``not_before`` up to, not including, ``expires``."""

    public_key: bytes
    not_before: datetime | None = None
    expires: datetime | None = None

    @property
    def kid(self) -> str:
        return thumbprint(self.public_key)

    def key(self) -> Ed25519PublicKey:
        return _key(self.public_key)

    def to_dict(self) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": base64_strict.encode_url(self.public_key),
            "kid": self.kid,
            "alg": "EdDSA",
            "use": "sig",
        }
        if self.not_before is not None:
            fields["nbf"] = int(self.not_before.timestamp())
        if self.expires is not None:
            fields["exp"] = int(self.expires.timestamp())
        return fields


@lru_cache(maxsize=256)
def _key(raw: bytes) -> Ed25519PublicKey:
    """Build a key once: a log has thousands of signatures and a handful of keys."""
    return Ed25519PublicKey.from_public_bytes(raw)


def raw_public_key(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def thumbprint(public_key: bytes) -> str:
    """Return the RFC 7638 thumbprint of an Ed25519 public key."""
    x = base64_strict.encode_url(public_key)
    return base64_strict.encode_url(
        sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest()
    )


def key_valid_at(key: Jwk, at: datetime) -> bool:
    """Tell whether ``at`` lies in the key's validity window."""
    return (key.not_before is None or key.not_before <= at) and (
        key.expires is None or at < key.expires
    )


def jwks_bytes(keys: Sequence[Jwk]) -> bytes:
    """Return the key set as it is served."""
    return strict_json.canonical({"keys": [key.to_dict() for key in keys]})


def parse_jwks(raw: bytes) -> dict[str, Jwk]:
    """Read a key set strictly: every key is a public Ed25519 key under its own thumbprint."""
    try:
        document = strict_json.loads(raw, max_bytes=MAX_JWKS)
    except strict_json.StrictJsonError as error:
        raise JwkError(error.where, error.reason) from error
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_KEYS:
        raise JwkError("keys", f"must be a list of 1 to {MAX_KEYS} keys")
    keys: dict[str, Jwk] = {}
    for position, entry in enumerate(entries):
        key = parse_jwk(entry, f"keys[{position}]")
        if key.kid in keys:
            raise JwkError(f"keys[{position}].kid", "stands twice in the set")
        keys[key.kid] = key
    return keys


def parse_jwk(entry: object, where: str = "key") -> Jwk:
    """Read one key; a private part is refused rather than ignored."""
    if not isinstance(entry, Mapping):
        raise JwkError(where, "must be an object")
    if entry.get("kty") != "OKP" or entry.get("crv") != "Ed25519":
        raise JwkError(f"{where}.kty", "only Ed25519 keys (kty OKP) are accepted")
    if "d" in entry:
        raise JwkError(f"{where}.d", "holds a private key")
    try:
        raw = base64_strict.decode_url(entry["x"])
    except (KeyError, TypeError, ValueError) as error:
        raise JwkError(f"{where}.x", "must be base64url without padding") from error
    if len(raw) != 32:
        raise JwkError(f"{where}.x", f"must be 32 bytes, not {len(raw)}")
    key = Jwk(raw, _moment(entry, "nbf", where), _moment(entry, "exp", where))
    if entry.get("kid") != key.kid:
        raise JwkError(f"{where}.kid", "must be the RFC 7638 thumbprint of the key")
    if key.not_before and key.expires and key.not_before >= key.expires:
        raise JwkError(f"{where}.exp", "must be after nbf")
    return key


def _moment(entry: Mapping[str, object], name: str, where: str) -> datetime | None:
    value = entry.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= _LATEST:
        raise JwkError(f"{where}.{name}", "must be whole seconds since 1970")
    return datetime.fromtimestamp(value, UTC)
