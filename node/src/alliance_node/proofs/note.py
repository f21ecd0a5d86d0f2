"""C2SP signed notes, log checkpoints and Ed25519 cosignatures (``cosignature/v1``)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from . import base64_strict
from .jwk import raw_public_key

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
MAX_NOTE: Final = 64 * 1024
MAX_SIGNATURES: Final = 64

_SIGNATURE_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<blob>[A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteError(ValueError):
    """A note or checkpoint that is malformed or not signed as it must be; ``code`` is stable."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Verifier:
    """A public key under the name it signs with; ``algorithm`` is a C2SP signature type."""

    name: str
    public_key: bytes
    algorithm: int = ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public_key) != 32 or self.algorithm not in (ED25519, COSIGNATURE):
            raise NoteError("verifier-key", "only Ed25519 keys and cosignature keys are known")

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read the ``name+hash+key`` form of a verifier key."""
        try:
            name, key_id, encoded = vkey.split("+", 2)
            blob = base64_strict.decode(encoded)
            verifier = cls(name, blob[1:], blob[0])
        except (ValueError, IndexError) as error:
            raise NoteError("verifier-key", f"not a verifier key: {vkey!r}") from error
        if verifier.key_id.hex() != key_id:
            raise NoteError("verifier-key", "the key hash is not that of name and key")
        return verifier

    @property
    def key_id(self) -> bytes:
        seed = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public_key
        return sha256(seed).digest()[:4]

    @property
    def vkey(self) -> str:
        encoded = base64_strict.encode(bytes([self.algorithm]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True)
class NoteSignature:
    """One signature line; ``signature`` is what follows the four bytes of the key id."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {base64_strict.encode(self.key_id + self.signature)}\n"

    @property
    def timestamp(self) -> int:
        """The POSIX time inside a cosignature."""
        return int.from_bytes(self.signature[:8], "big")


@dataclass(frozen=True)
class Note:
    """A signed text, not yet verified; ``text`` ends in a newline."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(signature.line for signature in self.signatures)

    def with_signature(self, signature: NoteSignature) -> "Note":
        return Note(self.text, (*self.signatures, signature))


@dataclass(frozen=True)
class Checkpoint:
    """A tree head as a note text: origin, size, root, and opaque extension lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        lines = (self.origin, str(self.size), base64_strict.encode(self.root), *self.extensions)
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note text; every line and number has one allowed spelling."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() != "" or not all(lines):
            raise NoteError("checkpoint", "a checkpoint is three or more non-empty lines")
        origin, size, encoded, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise NoteError("checkpoint", f"not a tree size: {size[:40]!r}")
        try:
            root = base64_strict.decode(encoded)
        except ValueError as error:
            raise NoteError("checkpoint", "the root hash is not base64") from error
        if len(root) != 32:
            raise NoteError("checkpoint", f"a root hash has 32 bytes, not {len(root)}")
        return cls(origin, int(size), root, tuple(extensions))


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return the signed note over ``text``, which must end in a newline."""
    _check_text(text)
    verifier = Verifier(name, raw_public_key(key.public_key()))
    return str(Note(text, (NoteSignature(name, verifier.key_id, key.sign(text.encode())),)))


def parse(note: str | bytes) -> Note:
    """Split a note into text and signatures without verifying any of them."""
    if len(note) > MAX_NOTE:
        raise NoteError("note-size", f"a note has at most {MAX_NOTE} bytes")
    if isinstance(note, bytes):
        try:
            note = note.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NoteError("note", "a note is UTF-8 text") from error
    text, blank, block = note.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise NoteError("note", "a note is a text, an empty line and signature lines")
    text += "\n"
    _check_text(text)
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("note", f"a note has at most {MAX_SIGNATURES} signatures")
    return Note(text, tuple(_signature(line) for line in lines))


def verify(note: str | bytes | Note, verifiers: Iterable[Verifier]) -> str:
    """Return the text if a known key signed it.

    Signatures of unknown keys are ignored; a wrong signature of a known key refuses the whole
    note, and so does the want of any known one.
    """
    signed = signed_by(note, verifiers)
    if not signed:
        raise NoteError("unknown-key", "no known key has signed the note")
    return (note if isinstance(note, Note) else parse(note)).text


def signed_by(
    note: str | bytes | Note, verifiers: Iterable[Verifier]
) -> Mapping[Verifier, NoteSignature]:
    """Return the verified signature of each verifier that signed, refusing any wrong one."""
    parsed = note if isinstance(note, Note) else parse(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed: dict[Verifier, NoteSignature] = {}
    for signature in parsed.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if not _is_signed(parsed.text, signature, verifier):
            raise NoteError("bad-signature", f"the signature of {verifier.name} does not verify")
        signed[verifier] = signature
    return signed


def verify_checkpoint(
    note: str | bytes, verifiers: Iterable[Verifier], *, origin: str
) -> Checkpoint:
    """Return the checkpoint of the log ``origin`` if a known key signed it."""
    checkpoint = Checkpoint.parse(verify(note, verifiers))
    if checkpoint.origin != origin:
        raise NoteError("origin", f"the checkpoint is of {checkpoint.origin!r}, not {origin!r}")
    return checkpoint


def cosign(text: str, name: str, key: Ed25519PrivateKey, timestamp: int) -> NoteSignature:
    """Return a witness's statement that ``text`` was the largest consistent head at that time."""
    _check_text(text)
    verifier = Verifier(name, raw_public_key(key.public_key()), COSIGNATURE)
    signature = key.sign(_cosigned_message(text, timestamp))
    return NoteSignature(name, verifier.key_id, timestamp.to_bytes(8, "big") + signature)


def _cosigned_message(text: str, timestamp: int) -> bytes:
    if not 0 <= timestamp < 1 << 63:
        raise NoteError("timestamp", "a cosignature's time is between 0 and 2^63 - 1")
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _is_signed(text: str, signature: NoteSignature, verifier: Verifier) -> bool:
    raw, message = signature.signature, text.encode()
    if verifier.algorithm == COSIGNATURE:
        if len(raw) != 72 or signature.timestamp >= 1 << 63:
            return False
        raw, message = raw[8:], _cosigned_message(text, signature.timestamp)
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public_key).verify(raw, message)
    except InvalidSignature:
        return False
    return True


def _signature(line: str) -> NoteSignature:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise NoteError("note", f"not a signature line: {line[:80]!r}")
    try:
        blob = base64_strict.decode(match["blob"])
    except ValueError as error:
        raise NoteError("note", "a signature is not base64") from error
    if len(blob) < 5:
        raise NoteError("note", "a signature is shorter than its key id")
    return NoteSignature(match["name"], blob[:4], blob[4:])


def _check_name(name: str) -> None:
    if not name or "+" in name or any(mark.isspace() or ord(mark) < 32 for mark in name):
        raise NoteError("name", f"not a key name: {name!r}")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(mark) < 32 and mark != "\n" for mark in text):
        raise NoteError("note", "a note's text ends in a newline and has no control characters")
