"""What a reader needs to check one entry without the portal."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from transparency import tree
from transparency.models import Checkpoint, Entry


@dataclass(frozen=True, slots=True)
class Proof:
    """An inclusion proof against a signed checkpoint."""

    index: int
    size: int
    leaf_hash: bytes
    path: list[bytes]
    root: bytes
    checkpoint: str

    def as_dict(self) -> dict[str, Any]:
        """Return the proof for JSON: hashes in base64, as the checkpoint writes its root."""
        return {
            "index": self.index,
            "size": self.size,
            "leaf_hash": base64.b64encode(self.leaf_hash).decode(),
            "path": [base64.b64encode(item).decode() for item in self.path],
            "root": base64.b64encode(self.root).decode(),
            "checkpoint": self.checkpoint,
        }


def proof_of(entry: Entry) -> Proof | None:
    """Return the proof against the newest checkpoint; None while the entry waits for its place."""
    index = entry.leaf_index
    checkpoint = Checkpoint.objects.latest_or_none()
    if index is None or checkpoint is None or index >= checkpoint.size:
        return None
    path = tree.inclusion_path(index, checkpoint.size)
    return Proof(
        index,
        checkpoint.size,
        bytes(entry.leaf_hash),
        path,
        bytes(checkpoint.root),
        checkpoint.note,
    )
