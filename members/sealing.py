"""Secrets the portal must be able to read again: sealed with a key of their own, derived from the portal's secret."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def seal(text: str, purpose: str) -> str:
    """Seal a text so that a stolen table holds no secret; what is sealed for one purpose opens for no other."""
    return _box(purpose).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str, purpose: str) -> str:
    """Open what was sealed; nothing where no known secret of the portal fits."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""


def _box(purpose: str) -> MultiFernet:
    """The secret of today seals; those of `SECRET_KEY_FALLBACKS` still open."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(f"{purpose}:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
