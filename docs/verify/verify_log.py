"""Check one entry of the public log without trusting the portal. Needs Python and `cryptography`, nothing else.

    python verify_log.py https://portal.example ENTRY_UUID VERIFIER_KEY [KEPT_CHECKPOINT_FILE]

The verifier key (`name+hash+key`) comes from somewhere you trust: printed in a report, or noted at an earlier visit.
With a checkpoint kept from an earlier visit, the program also shows that the log has only grown since.
Prints what it found; ends with 0 when everything holds, with 1 and a reason when something does not.
"""

import base64
import json
import sys
import urllib.request
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    """Something does not hold."""


def need(holds, reason):
    if not holds:
        raise Refused(reason)


def fetch(address):
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - the reader names the portal
        return answer.read()


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def signed_head(note, vkey):
    """Return (size, root) of a signed checkpoint, after checking the signature of the log's key (C2SP signed-note)."""
    name, _key_hash, encoded = vkey.split("+", 2)
    blob = base64.b64decode(encoded)
    need(blob[0] == 1 and len(blob) == 33, "the verifier key is not an Ed25519 key")
    key_id = sha256(name.encode() + b"\n" + blob).digest()[:4]
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    need(origin == name, f"the checkpoint is that of {origin}, not of {name}")
    for line in signatures.splitlines():
        _dash, signer, signature = line.split(" ")
        raw = base64.b64decode(signature)
        if signer == name and raw[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(blob[1:]).verify(raw[4:], text.encode())
            except InvalidSignature:
                raise Refused("the signature of the checkpoint is wrong") from None
            return int(size), base64.b64decode(root)
    raise Refused("the checkpoint is not signed with this key")


def root_by_inclusion(leaf, index, size, path):
    """Return the root that a leaf and its sibling hashes lead to (RFC 9162, 2.1.3.2)."""
    position, last, value = index, size - 1, leaf
    for sibling in path:
        need(last > 0, "the proof is longer than the tree is high")
        if position % 2 or position == last:
            value = node(sibling, value)
            while position and not position % 2:
                position, last = position >> 1, last >> 1
        else:
            value = node(value, sibling)
        position, last = position >> 1, last >> 1
    need(last == 0, "the proof is shorter than the tree is high")
    return value


def root_of_leaves(base, size):
    """Return the root over the first `size` entries, from the bytes of the entries themselves (C2SP tlog-tiles)."""
    hashes = []
    for number in range(-(-size // 256)):
        groups, rest = [f"{number % 1000:03d}"], number // 1000
        while rest:
            groups, rest = [f"x{rest % 1000:03d}", *groups], rest // 1000
        width = min(256, size - 256 * number)
        raw = fetch(
            f"{base}/log/tile/entries/{'/'.join(groups)}" + (f".p/{width}" if width < 256 else "")
        )
        while raw:
            end = 2 + int.from_bytes(raw[:2], "big")
            hashes.append(sha256(b"\x00" + raw[2:end]).digest())
            raw = raw[end:]
    need(len(hashes) == size, f"the log has {len(hashes)} entries, not {size}")
    return tree_head(hashes)


def tree_head(hashes):
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node(tree_head(hashes[:split]), tree_head(hashes[split:]))


def verify(base, entry, vkey, kept=None):
    """Check an entry, and the growth of the log since a kept checkpoint; yield a sentence for each thing shown."""
    found = json.loads(fetch(f"{base}/api/v1/log/entries/{entry}/"))
    proof = json.loads(fetch(f"{base}/api/v1/log/entries/{entry}/proof/"))
    body = base64.b64decode(found["body"])
    size, root = signed_head(proof["checkpoint"], vkey)
    yield f"The checkpoint over {size} entries is signed with the key."
    leaf = sha256(b"\x00" + body).digest()
    path = [base64.b64decode(item) for item in proof["path"]]
    need(0 <= proof["index"] < size, "the place is outside the tree")
    need(
        root_by_inclusion(leaf, proof["index"], size, path) == root, "the entry is not in that tree"
    )
    yield f"The {len(body)} bytes of the entry are leaf {proof['index']} of that tree, by {len(path)} sibling hashes."
    if kept is not None:
        old_size, old_root = signed_head(kept, vkey)
        need(old_size <= size, f"the log had {old_size} entries and now has {size}")
        need(
            root_of_leaves(base, old_size) == old_root,
            f"the first {old_size} entries are not what they were",
        )
        need(root_of_leaves(base, size) == root, "the entries do not make the signed tree")
        yield f"The first {old_size} entries are what they were when you kept your checkpoint."


def main(arguments):
    if len(arguments) not in (3, 4):
        print(__doc__)
        return 2
    base, entry, vkey = arguments[0].rstrip("/"), arguments[1], arguments[2]
    try:
        kept = Path(arguments[3]).read_text(encoding="utf-8") if len(arguments) == 4 else None
        for sentence in verify(base, entry, vkey, kept):
            print(sentence)
    except (Refused, OSError, ValueError, KeyError, IndexError) as error:
        print(f"REFUSED: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
