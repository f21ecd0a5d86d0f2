"""API tokens as strings: `aap_<prefix>_<secret>`. Pure: no database, no clock."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_TOKEN = re.compile(r"aap_(?P<prefix>[a-z0-9]{10})_(?P<secret>[A-Za-z0-9]{40})")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_WIDE = _ALPHABET + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart; `str()` puts it together. About 238 bits of chance lie in the secret."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"aap_{self.prefix}_{self.secret}"

    def __repr__(self) -> str:
        return f"Token({self.prefix})"  # never the secret, wherever it may be printed

    @property
    def secret_hash(self) -> str:
        """SHA-256 of the secret; it is random enough to need no salt or stretching."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def matches(self, secret_hash: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.secret_hash, secret_hash)


def new_token() -> Token:
    """Make a token by chance."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return Token(prefix, "".join(secrets.choice(_WIDE) for _ in range(40)))


def parse(text: str) -> Token | None:
    """Take a token apart; None when it is not one."""
    match = _TOKEN.fullmatch(text)
    return Token(match["prefix"], match["secret"]) if match else None
