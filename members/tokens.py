"""API tokens as strings: `aap_<prefix>_<secret><checksum>`. Pure: no database, no clock.

The word before the first underscore and the checksum let programs that look for leaked secrets know ours without
asking: `aap_[a-z0-9]{10}_[A-Za-z0-9]{46}`, the last six characters being the CRC-32 of all before them in base 62.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zlib
from dataclasses import dataclass

_TOKEN = re.compile(
    r"aap_(?P<prefix>[a-z0-9]{10})_(?P<secret>[A-Za-z0-9]{40})(?P<sum>[A-Za-z0-9]{6})"
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart; `str()` puts it together. About 238 bits of chance lie in the secret."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        text = f"aap_{self.prefix}_{self.secret}"
        return text + checksum(text)

    def __repr__(self) -> str:
        return f"Token({self.prefix})"  # never the secret, wherever it may be printed

    @property
    def secret_hash(self) -> str:
        """SHA-256 of the secret; it is random enough to need no salt or stretching."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def matches(self, secret_hash: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.secret_hash, secret_hash)


def checksum(text: str) -> str:
    """Six base-62 digits of the CRC-32."""
    left, digits = zlib.crc32(text.encode()), ""
    for _place in range(6):
        left, digit = divmod(left, 62)
        digits = _DIGITS[digit] + digits
    return digits


def new_secret() -> str:
    """Make a secret by chance."""
    return "".join(secrets.choice(_DIGITS) for _ in range(40))


def new_token() -> Token:
    """Make a token by chance."""
    return Token("".join(secrets.choice(_ALPHABET) for _ in range(10)), new_secret())


def parse(text: str) -> Token | None:
    """Take a token apart; None when it is not one, or was not copied whole and right."""
    match = _TOKEN.fullmatch(text)
    if match is None or checksum(text[:-6]) != match["sum"]:
        return None
    return Token(match["prefix"], match["secret"])
