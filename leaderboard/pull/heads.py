"""A node's tree heads: signed by it, and growing out of the one we hold. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alliance_node.proofs import merkle, note
from alliance_node.proofs.tiles import HEIGHT, WIDTH, TileError, TileReader

from leaderboard.pull.verify import Refusal


@dataclass(frozen=True, slots=True)
class Held:
    """The head the portal took last: the truth every later one must contain."""

    size: int = 0
    root: bytes = merkle.EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Fork:
    """Proof that a node signed two histories; `code` says how they part."""

    code: str


def read_head(raw: bytes, *, origin: str, public_keys: Iterable[bytes]) -> note.Checkpoint:
    """Verify the signature, then read; raise `Refusal` with a code of its own for each failure."""
    verifiers = [note.Verifier(origin, key) for key in public_keys]
    try:
        return note.verify_checkpoint(raw, verifiers, origin=origin)
    except note.NoteError as error:
        code = {
            "unknown-key": "checkpoint-unsigned",
            "bad-signature": "checkpoint-bad-signature",
            "origin": "checkpoint-origin",
        }
        raise Refusal(
            code.get(error.code, "checkpoint-malformed"), "checkpoint", str(error)
        ) from error


def compare(
    held: Held, head: note.Checkpoint, *, fetch_tile: Callable[[str], bytes]
) -> tuple[TileReader, Fork | None]:
    """Return a reader over the new tree, and the fork if the new head does not contain the old.

    Tiles that do not even give the new root prove nothing but a broken server: that is a `Refusal`
    ("tiles-wrong") and no fork, for a fork is a public accusation.
    """
    reader = TileReader(head.size, fetch_tile)
    if head.size < held.size:
        return reader, Fork("log-rolled-back")
    if head.size == held.size:
        return reader, None if head.root == held.root else Fork("log-forked")
    try:
        if merkle.root_at(head.size, reader) != head.root:
            raise Refusal("tiles-wrong", "tile", "the tiles do not give the signed root")
        proof = merkle.consistency_proof(held.size, head.size, reader)
    except TileError as error:
        raise Refusal("tiles-wrong", "tile", str(error)) from error
    grown = merkle.verify_consistency(held.size, held.root, head.size, head.root, proof)
    return reader, None if grown else Fork("log-rewritten")


def is_in_log(raw: bytes, seq: int, head: note.Checkpoint, reader: TileReader) -> bool:
    """Tell whether an item is the leaf that its number says (numbers count from 1)."""
    try:
        proof = merkle.inclusion_proof(seq - 1, reader, head.size)
    except TileError as error:
        raise Refusal("tiles-wrong", "tile", str(error)) from error
    return merkle.verify_inclusion(merkle.leaf_hash(raw), seq - 1, head.size, proof, head.root)


def is_bundle_in_log(
    entries: Sequence[bytes], index: int, head: note.Checkpoint, reader: TileReader
) -> bool:
    """Tell whether 256 entries are a full bundle of the log, with one proof for all.

    The lower half of the first entry's audit path is made of its neighbours here, the upper half
    comes from the tiles: the path gives the signed root only if every one of them is the leaf
    that stands there.
    """
    if len(entries) != WIDTH:
        return False
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    first = index * WIDTH
    try:
        above = merkle.inclusion_proof(first, reader, head.size)[HEIGHT:]
    except TileError as error:
        raise Refusal("tiles-wrong", "tile", str(error)) from error
    proof = [*merkle.inclusion_proof(0, hashes), *above]
    return merkle.verify_inclusion(hashes[0], first, head.size, proof, head.root)
