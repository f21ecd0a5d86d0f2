"""DSSE envelopes: sign, parse strictly, verify over the raw bytes.

An envelope's name is the digest of its bytes. Fields that no signature covers would let a
relay give the same statement another name, so an envelope with any unknown field is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import base64_strict, strict_json
from .jwk import Jwk, raw_public_key, thumbprint

IN_TOTO: Final = "application/vnd.in-toto+json"
MAX_ENVELOPE: Final = 0xFFFF
"""An envelope is a leaf of the log, and a leaf's length is a uint16."""
MAX_SIGNATURES: Final = 8


class EnvelopeError(ValueError):
    """An envelope that is malformed or not signed by a known key; ``code`` is stable."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Signature:
    keyid: str
    sig: bytes


@dataclass(frozen=True)
class Envelope:
    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, raw: bytes, *, max_bytes: int = MAX_ENVELOPE) -> "Envelope":
        """Read an envelope strictly, without verifying it."""
        if len(raw) > max_bytes:
            raise EnvelopeError("too-large", f"has {len(raw)} bytes, more than {max_bytes}")
        try:
            document = strict_json.loads(raw, max_bytes=max_bytes)
        except strict_json.StrictJsonError as error:
            raise EnvelopeError("malformed", str(error)) from error
        fields = _fields(document, {"payload", "payloadType", "signatures"}, "envelope")
        signatures = fields["signatures"]
        if not isinstance(signatures, list) or not 1 <= len(signatures) <= MAX_SIGNATURES:
            raise EnvelopeError("malformed", f"must have 1 to {MAX_SIGNATURES} signatures")
        return cls(
            _text(fields["payloadType"], "payloadType"),
            _decoded(fields["payload"], "payload"),
            tuple(_parse_signature(entry) for entry in signatures),
        )

    def to_bytes(self) -> bytes:
        """Return the envelope in our canonical spelling."""
        return strict_json.canonical(
            {
                "payload": base64_strict.encode(self.payload),
                "payloadType": self.payload_type,
                "signatures": [
                    {"keyid": signature.keyid, "sig": base64_strict.encode(signature.sig)}
                    for signature in self.signatures
                ],
            }
        )

    @property
    def signed_message(self) -> bytes:
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding: the bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, *keys: Ed25519PrivateKey, payload_type: str = IN_TOTO) -> Envelope:
    """Sign a payload; the key id is the RFC 7638 thumbprint."""
    message = pae(payload_type, payload)
    return Envelope(
        payload_type,
        payload,
        tuple(
            Signature(thumbprint(raw_public_key(key.public_key())), key.sign(message))
            for key in keys
        ),
    )


def verify(raw: bytes, keys: Mapping[str, Jwk], *, max_bytes: int = MAX_ENVELOPE) -> str:
    """Return the id of the known key that signed; see :func:`verified`."""
    return verified(raw, keys, max_bytes=max_bytes)[0]


def verified(
    raw: bytes, keys: Mapping[str, Jwk], *, max_bytes: int = MAX_ENVELOPE
) -> tuple[str, Envelope]:
    """Return the key id that signed, and the envelope.

    Signatures of unknown keys are ignored; a wrong signature under a known key id refuses the
    envelope. Whether the key was valid at the time is the caller's question, for it has a clock.
    """
    envelope = Envelope.parse(raw, max_bytes=max_bytes)
    message = envelope.signed_message
    signer: str | None = None
    for signature in envelope.signatures:
        key = keys.get(signature.keyid)
        if key is None:
            continue
        try:
            key.key().verify(signature.sig, message)
        except InvalidSignature as error:
            raise EnvelopeError(
                "bad-signature", f"the signature of key {signature.keyid} does not verify"
            ) from error
        signer = signer or signature.keyid
    if signer is None:
        raise EnvelopeError("unknown-key", "no known key has signed the envelope")
    return signer, envelope


def digest(raw: bytes) -> str:
    """Return the name of an envelope or blob: the SHA-256 of its bytes in hexadecimal."""
    return sha256(raw).hexdigest()


def _parse_signature(entry: object) -> Signature:
    fields = _fields(entry, {"keyid", "sig"}, "signature")
    return Signature(_text(fields["keyid"], "keyid"), _decoded(fields["sig"], "sig"))


def _fields(value: object, names: set[str], where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or set(value) != names:
        raise EnvelopeError(
            "malformed", f"the {where} must have exactly the fields {', '.join(sorted(names))}"
        )
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise EnvelopeError("malformed", f"{name} must be a non-empty string")
    return value


def _decoded(value: object, name: str) -> bytes:
    try:
        return base64_strict.decode(value if isinstance(value, str) else "?")
    except ValueError as error:
        raise EnvelopeError("malformed", f"{name} must be standard base64") from error
