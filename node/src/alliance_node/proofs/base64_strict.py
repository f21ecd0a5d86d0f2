"""Base64 with one spelling per value, so that two texts never stand for the same signed bytes."""

import base64
import binascii


def encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def decode(text: str) -> bytes:
    """Decode standard base64 with padding; raise ``ValueError`` for any other spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not standard base64") from error
    if encode(raw) != text:
        raise ValueError("not canonical base64")
    return raw


def encode_url(raw: bytes) -> str:
    """Encode as base64url without padding, the spelling of JWKs."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode_url(text: str) -> bytes:
    """Decode unpadded base64url; raise ``ValueError`` for any other spelling."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url") from error
    if encode_url(raw) != text:
        raise ValueError("not canonical base64url")
    return raw
