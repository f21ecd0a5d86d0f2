"""Signed notes, checkpoints and cosignatures: published examples, round trips, refusals."""

import pytest
from alliance_node.proofs import merkle, note
from alliance_node.proofs.jwk import raw_public_key
from alliance_node.proofs.note import COSIGNATURE, Checkpoint, NoteError, Verifier
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NAME = "node-a.demo.example/log"
VERIFIER = Verifier(NAME, raw_public_key(KEY.public_key()))
CHECKPOINT = Checkpoint(NAME, 7, merkle.leaf_hash(b"root"))

# The example of Go's golang.org/x/mod/sumdb/note, which the format comes from.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)


def test_the_published_note_verifies() -> None:
    assert note.verify(GO_NOTE, [Verifier.parse(GO_VKEY)]).startswith("If you think")
    assert Verifier.parse(GO_VKEY).vkey == GO_VKEY


def test_a_signed_checkpoint_reads_back() -> None:
    signed = note.sign(CHECKPOINT.text, NAME, KEY)
    assert note.verify_checkpoint(signed.encode(), [VERIFIER], origin=NAME) == CHECKPOINT
    assert Verifier.parse(VERIFIER.vkey) == VERIFIER


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32))
def test_every_checkpoint_reads_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("log.example", size, root, ("extension",))
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@given(st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    signed = note.sign(CHECKPOINT.text, NAME, KEY)
    at = data.draw(st.integers(0, len(signed) - 1))
    mark = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    changed = signed[:at] + mark + signed[at + 1 :]
    if changed != signed:
        with pytest.raises(NoteError):
            note.verify_checkpoint(changed, [VERIFIER], origin=NAME)


def test_an_unknown_key_is_ignored_but_one_known_is_needed() -> None:
    signed = note.parse(note.sign(CHECKPOINT.text, NAME, KEY))
    stranger = note.parse(note.sign(CHECKPOINT.text, "stranger", OTHER)).signatures[0]
    assert note.verify(signed.with_signature(stranger), [VERIFIER]) == CHECKPOINT.text
    with pytest.raises(NoteError, match="no known key") as refusal:
        note.verify(str(note.Note(signed.text, (stranger,))), [VERIFIER])
    assert refusal.value.code == "unknown-key"


def test_one_wrong_signature_of_a_known_key_refuses_the_note() -> None:
    signed = note.parse(note.sign(CHECKPOINT.text, NAME, KEY))
    good = signed.signatures[0]
    wrong = note.NoteSignature(good.name, good.key_id, bytes(64))
    with pytest.raises(NoteError) as refusal:
        note.verify(signed.with_signature(wrong), [VERIFIER])
    assert refusal.value.code == "bad-signature"


def test_a_cosignature_covers_time_and_text() -> None:
    signed = note.parse(note.sign(CHECKPOINT.text, NAME, KEY))
    witness = Verifier("witness.example", raw_public_key(OTHER.public_key()), COSIGNATURE)
    line = note.cosign(signed.text, "witness.example", OTHER, 1_790_000_000)
    both = note.parse(str(signed.with_signature(line)))
    found = note.signed_by(both, [VERIFIER, witness])
    assert found[witness].timestamp == 1_790_000_000
    assert found[VERIFIER] == signed.signatures[0]
    late = line.signature[:7] + bytes([line.signature[7] ^ 1]) + line.signature[8:]
    forged = note.Note(signed.text, (note.NoteSignature(line.name, line.key_id, late),))
    with pytest.raises(NoteError) as refusal:
        note.verify(forged, [witness])
    assert refusal.value.code == "bad-signature"


def test_a_cosignature_is_no_signature_and_the_other_way_round() -> None:
    plain = Verifier("w.example", raw_public_key(OTHER.public_key()))
    cosigner = Verifier("w.example", raw_public_key(OTHER.public_key()), COSIGNATURE)
    assert plain.key_id != cosigner.key_id
    line = note.cosign(CHECKPOINT.text, "w.example", OTHER, 5)
    with pytest.raises(NoteError, match="no known key"):
        note.verify(note.Note(CHECKPOINT.text, (line,)), [plain])


@pytest.mark.parametrize(
    "text",
    [
        "log\n007\n" + "A" * 43 + "=\n",
        "log\n-1\n" + "A" * 43 + "=\n",
        "log\n7\n" + "A" * 43 + "\n",
        "log\n7\nAAAA\n",
        "log\n7\n",
        "\n7\n" + "A" * 43 + "=\n",
        "log\n7\n" + "A" * 43 + "=\n\n",
        "log\n7\n" + "A" * 43 + "=",
        "log\n7\n" + "A" * 42 + "B=\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "broken",
    [
        b"text only\n",
        b"text\n\nno signature line\n",
        "text\n\n— name AAAAAAAA".encode(),
        "text\r\n\n— name AAAAAAAA\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        b"\xff\n\n\n",
        b"x" * (note.MAX_NOTE + 1),
        b"text\n\n" + "— name AAAAAAAA\n".encode() * 65,
    ],
)
def test_malformed_notes_are_refused(broken: bytes) -> None:
    with pytest.raises(NoteError):
        note.parse(broken)


def test_another_log_s_checkpoint_is_refused() -> None:
    signed = note.sign(CHECKPOINT.text, NAME, KEY)
    with pytest.raises(NoteError) as refusal:
        note.verify_checkpoint(signed, [VERIFIER], origin="node-b.demo.example/log")
    assert refusal.value.code == "origin"


@pytest.mark.parametrize(
    "vkey",
    ["", "name", "name+c74f20a3", GO_VKEY.replace("c74f", "c74e"), "na me+00000000+AAAA"],
)
def test_malformed_verifier_keys_are_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        Verifier.parse(vkey)
