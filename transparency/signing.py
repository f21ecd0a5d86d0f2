"""The log's own key."""

from __future__ import annotations

import base64
from functools import lru_cache

from alliance_node.proofs import note
from alliance_node.proofs.jwk import raw_public_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


@lru_cache(maxsize=4)
def _key(encoded: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(encoded, validate=True))


def signing_key() -> Ed25519PrivateKey:
    """Return the key from the settings (32 bytes in base64)."""
    return _key(settings.LOG_SIGNING_KEY)


def verifier() -> note.Verifier:
    """Return the public half under the log's name, as readers pin it."""
    return note.Verifier(settings.LOG_ORIGIN, raw_public_key(signing_key().public_key()))


def sign_checkpoint(size: int, root: bytes) -> str:
    """Return the signed note for a tree head (C2SP tlog-checkpoint)."""
    return note.sign(
        note.Checkpoint(settings.LOG_ORIGIN, size, root).text, settings.LOG_ORIGIN, signing_key()
    )
