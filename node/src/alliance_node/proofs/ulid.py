"""ULIDs: 26 characters that sort by the time they were made. The caller brings clock and chance."""

import re
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def make(milliseconds: int, randomness: bytes) -> str:
    """Return the ULID of a moment (since 1970) and ten random bytes."""
    if not 0 <= milliseconds < 1 << 48 or len(randomness) != 10:
        raise ValueError("a ULID is 48 bits of milliseconds and 80 bits of chance")
    value = milliseconds << 80 | int.from_bytes(randomness, "big")
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Accept the canonical upper-case spelling only, so that one run has one name."""
    return _ULID.fullmatch(text) is not None


def milliseconds(text: str) -> int:
    """Return the moment inside a ULID."""
    if not is_ulid(text):
        raise ValueError(f"not a ULID: {text[:40]!r}")
    value = 0
    for mark in text[:10]:
        value = value << 5 | ALPHABET.index(mark)
    return value
