"""The node's signing keys: a private PEM file each, and the public set as it is served."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from .disk import Disk
from .errors import Corrupt, NotANode
from .proofs.jwk import Jwk, JwkError, jwks_bytes, parse_jwks, raw_public_key, thumbprint

JWKS_FILE = "jwks.json"


@dataclass(frozen=True)
class SigningKey:
    private: Ed25519PrivateKey

    @property
    def public_bytes(self) -> bytes:
        return raw_public_key(self.private.public_key())

    @property
    def kid(self) -> str:
        return thumbprint(self.public_bytes)


def generate(folder: Path, disk: Disk, *, not_before: datetime) -> SigningKey:
    """Make a key that only the owner of the files can read, and enter it in the public set."""
    key = SigningKey(Ed25519PrivateKey.generate())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    disk.write(folder / f"{key.kid}.pem", pem, mode=0o600)
    known = list(public_keys(folder).values()) if (folder / JWKS_FILE).exists() else []
    disk.write(folder / JWKS_FILE, jwks_bytes([*known, Jwk(key.public_bytes, not_before)]))
    return key


def expire(folder: Path, disk: Disk, kid: str, *, at: datetime) -> None:
    """Say in the public set until when a key was valid; it stays there for old signatures."""
    known = public_keys(folder)
    key = known[kid]
    earliest = (key.not_before or at) + timedelta(seconds=1)
    known[kid] = replace(key, expires=min(key.expires or max(at, earliest), max(at, earliest)))
    disk.write(folder / JWKS_FILE, jwks_bytes(list(known.values())))


def load(folder: Path, kid: str) -> SigningKey:
    path = folder / f"{kid}.pem"
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NotANode(f"the signing key cannot be read: {path}: {error}") from error
    if not isinstance(private, Ed25519PrivateKey) or SigningKey(private).kid != kid:
        raise Corrupt(f"{path} holds another key than its name says")
    return SigningKey(private)


def public_keys(folder: Path) -> dict[str, Jwk]:
    """Return every key the node ever had, by key id: old signatures must stay verifiable."""
    path = folder / JWKS_FILE
    try:
        return parse_jwks(path.read_bytes())
    except (OSError, JwkError) as error:
        raise NotANode(f"the key set cannot be read: {path}: {error}") from error
