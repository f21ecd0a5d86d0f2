"""A node's directory: identity, keys, envelopes, raw files and the log that names them all."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from . import config as configuration
from . import disk as disks
from . import keys
from .config import Config
from .disk import Disk
from .errors import Corrupt, NodeError, NotANode
from .log import Log
from .proofs import dsse
from .proofs.fields import StatementError
from .proofs.jwk import Jwk
from .proofs.note import Verifier
from .proofs.statement import Statement, parse_statement

MAX_BLOB: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One envelope in the log; ``seq`` counts from 1."""

    seq: int
    digest: str
    statement: Statement

    @property
    def kind(self) -> str:
        return self.statement.kind


class TooLarge(NodeError):
    """A statement that does not fit into a leaf of the log, or a file too big to serve."""

    code = "too-large"


@dataclass
class Store:
    """A node's directory, open for reading by anyone and for writing under its lock."""

    folder: Path
    config: Config
    disk: Disk = field(default_factory=Disk)
    _entries: list[Entry] = field(default_factory=list, repr=False)
    _by_digest: dict[str, Entry] = field(default_factory=dict, repr=False)
    _keys: tuple[keys.SigningKey, ...] = field(default=(), repr=False)
    _reading: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def create(
        cls, folder: Path, config: Config, *, now: datetime, disk: Disk | None = None
    ) -> "Store":
        """Make keys, an empty signed log and, last, the config that declares it a node."""
        if (folder / configuration.FILE).exists():
            raise NotANode(f"{folder} already holds a node; --if-missing accepts that")
        disk = disk or Disk()
        disk.make_directory(folder)
        key = keys.generate(folder / "keys", disk, not_before=now)
        store = cls(folder, replace(config, signing_key=key.kid), disk)
        for name in ("envelopes", "blobs"):
            disk.make_directory(folder / name)
        store.log.begin((key,))
        disk.write(folder / configuration.FILE, store.config.to_bytes())
        return store

    @classmethod
    def open(cls, folder: Path, *, disk: Disk | None = None) -> "Store":
        return cls(folder, configuration.load(folder), disk or Disk())

    @property
    def log(self) -> Log:
        return Log(self.folder / "log", self.config.log_origin, self.disk)

    @property
    def signing_key(self) -> keys.SigningKey:
        return self.signing_keys[0]

    @property
    def signing_keys(self) -> tuple[keys.SigningKey, ...]:
        """Return the key that signs and, while it is being replaced, the one before it."""
        kids = [kid for kid in (self.config.signing_key, self.config.retiring_key) if kid]
        return tuple(keys.load(self.folder / "keys", kid) for kid in kids)

    @property
    def public_keys(self) -> dict[str, Jwk]:
        return keys.public_keys(self.folder / "keys")

    @property
    def verifier(self) -> Verifier:
        key = self.public_keys.get(self.config.signing_key)
        if key is None:
            raise Corrupt("the signing key is not in the node's public key set")
        return Verifier(self.config.log_origin, key.public_key)

    @contextmanager
    def writing(self) -> Iterator[None]:
        with disks.exclusive(self.folder / ".lock"):
            yield

    def put_blob(self, raw: bytes) -> str:
        """Keep a raw file under its SHA-256, which is returned."""
        if len(raw) > MAX_BLOB:
            raise TooLarge(f"a file has at most {MAX_BLOB} bytes, not {len(raw)}")
        digest = dsse.digest(raw)
        self.disk.write_once(self.folder / "blobs" / digest, raw)
        return digest

    def sign(self, payload: bytes) -> bytes:
        """Return the envelope of a payload, or refuse what does not fit into a leaf."""
        raw = dsse.sign(payload, *(key.private for key in self._signers())).to_bytes()
        if len(raw) > dsse.MAX_ENVELOPE:
            raise TooLarge(
                f"a signed statement has at most {dsse.MAX_ENVELOPE} bytes, not {len(raw)}"
            )
        return raw

    def _signers(self) -> tuple[keys.SigningKey, ...]:
        if not self._keys:
            self._keys = self.signing_keys
        return self._keys

    def record(self, payloads: Sequence[bytes]) -> list[Entry]:
        """Sign statements and append them to the log in one step; return their entries."""
        return self.append([self.sign(payload) for payload in payloads])

    def append(self, raws: Sequence[bytes]) -> list[Entry]:
        """Append envelopes to the log in one step; return their entries.

        A statement already in the log is not entered again, so that whoever was cut off after
        the append can safely repeat it: Ed25519 gives the same envelope again.
        """
        with self.writing():
            fresh = [raw for raw in dict.fromkeys(raws) if self.find(dsse.digest(raw)) is None]
            for raw in fresh:
                self.disk.write_once(self.folder / "envelopes" / dsse.digest(raw), raw)
            self.log.append(fresh, self._signers())
        found = [self.find(dsse.digest(raw)) for raw in raws]
        return [entry for entry in found if entry is not None]

    def find(self, digest: str) -> Entry | None:
        """Return the entry of the log with this digest."""
        with self._reading:
            self._refresh()
            return self._by_digest.get(digest)

    def entries(self) -> list[Entry]:
        """Return the whole log in order; what was read once is kept."""
        with self._reading:
            self._refresh()
            return self._entries[:]

    def page(self, after: int, limit: int) -> tuple[list[Entry], int]:
        """Return some entries behind a number, and the size of the log."""
        with self._reading:
            self._refresh()
            return self._entries[after : after + limit], len(self._entries)

    def _refresh(self) -> None:
        size = self.log.checkpoint().size
        if size < len(self._entries):
            self._entries.clear()
            self._by_digest.clear()
        start = len(self._entries)
        for seq, raw in enumerate(self.log.entries(start, size), start=start + 1):
            entry = Entry(seq, dsse.digest(raw), self._read(seq, raw))
            self._entries.append(entry)
            self._by_digest[entry.digest] = entry

    def verify(self, progress: Callable[[int, int], None] = lambda done, of: None) -> list[Entry]:
        """Check everything on the disk: checkpoint, entries, tiles, signatures and raw files.

        ``progress`` is told after each entry how many are done, of how many.
        """
        known = self.public_keys
        origin = self.config.log_origin
        head = self.log.verify(*(Verifier(origin, key.public_key) for key in known.values()))
        for seq, raw in enumerate(self.log.entries(0, head.size), start=1):
            try:
                dsse.verify(raw, known)
            except dsse.EnvelopeError as error:
                raise Corrupt(f"entry {seq}: {error}") from error
            self._check_files(seq, dsse.digest(raw), raw)
            progress(seq, head.size)
        return self.entries()

    def _check_files(self, seq: int, digest: str, raw: bytes) -> None:
        envelope = self.folder / "envelopes" / digest
        if not envelope.exists() or envelope.read_bytes() != raw:
            raise Corrupt(f"entry {seq}: its envelope file is missing or changed")
        for subject in self._read(seq, raw).subject:
            blob = self.folder / "blobs" / subject.sha256
            if blob.exists() and dsse.digest(blob.read_bytes()) != subject.sha256:
                raise Corrupt(f"entry {seq}: the file {subject.name} was changed after signing")

    @staticmethod
    def _read(seq: int, raw: bytes) -> Statement:
        try:
            return parse_statement(dsse.Envelope.parse(raw).payload)
        except (dsse.EnvelopeError, StatementError) as error:
            raise Corrupt(f"entry {seq} of the log cannot be read: {error}") from error
