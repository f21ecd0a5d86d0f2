"""Replacing the node's key: no gap, nothing lost, and no step at which the node does not verify."""

import contextlib
import json
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from alliance_node import cli, rotation
from alliance_node.proofs import dsse, note
from alliance_node.proofs.note import Verifier
from alliance_node.rotation import RotationRefused
from alliance_node.store import Store

from .conftest import NOW, make_payload
from .test_store import FastDisk, Fault, FaultyDisk, copied

LATER = NOW + timedelta(days=30)
Fill = Callable[[int], Store]


def signers(store: Store) -> set[str]:
    """Return the keys under which the log's head verifies."""
    text = store.log.checkpoint_bytes()
    found = set()
    for kid, key in store.public_keys.items():
        verifier = Verifier(store.config.log_origin, key.public_key)
        try:
            note.verify_checkpoint(text, [verifier], origin=store.config.log_origin)
        except note.NoteError:
            continue
        found.add(kid)
    return found


def test_both_keys_sign_until_the_old_one_goes(filled: Fill) -> None:
    store = filled(2)
    old = store.config.signing_key
    during = rotation.begin(store, now=LATER)
    new = during.config.signing_key
    assert new != old
    assert signers(during) == {old, new}
    entry = during.record([make_payload(7)])[0]
    envelope = dsse.Envelope.parse((during.folder / "envelopes" / entry.digest).read_bytes())
    assert {signature.keyid for signature in envelope.signatures} == {old, new}
    assert len(during.verify()) == 3
    with pytest.raises(RotationRefused, match="--finish"):
        rotation.begin(during, now=LATER)

    after = rotation.finish(during, now=LATER + timedelta(days=7))
    assert signers(after) == {new}
    assert after.public_keys[old].expires == LATER + timedelta(days=7)
    assert not (after.folder / "keys" / f"{old}.pem").exists()
    after.record([make_payload(8)])
    assert len(after.verify()) == 4
    assert stat.S_IMODE((after.folder / "keys" / f"{new}.pem").stat().st_mode) == 0o600
    with pytest.raises(RotationRefused, match="no key is being retired"):
        rotation.finish(after, now=LATER)


def test_a_compromised_key_signs_not_a_moment_longer(filled: Fill) -> None:
    store = filled(1)
    old = store.config.signing_key
    after, gone = rotation.replace_compromised(store, now=LATER)
    assert gone == [old]
    assert signers(after) == {after.config.signing_key}
    assert list((after.folder / "keys").glob("*.pem")) == [
        after.folder / "keys" / f"{after.config.signing_key}.pem"
    ]
    assert len(after.verify()) == 1


@pytest.mark.parametrize("persisted", [False, True], ids=["failed", "failed-but-persisted"])
@pytest.mark.parametrize("way", ["begin", "finish", "replace_compromised"])
def test_a_fault_at_any_step_leaves_a_node_that_verifies_and_goes_on(
    filled: Fill, tmp_path: Path, way: str, persisted: bool
) -> None:
    template = filled(2)
    if way == "finish":
        rotation.begin(template, now=LATER)
    act = getattr(rotation, way)
    counting = FaultyDisk()
    act(Store.open(copied(template, tmp_path / "counting"), disk=counting), now=LATER)
    for step in range(len(counting.steps)):
        folder = copied(template, tmp_path / f"{step}")
        with pytest.raises(Fault):
            act(Store.open(folder, disk=FaultyDisk(step, persisted=persisted)), now=LATER)
        survivor = Store.open(folder)
        assert len(survivor.verify()) == 2
        with contextlib.suppress(RotationRefused):  # when the fault came after all that mattered
            act(survivor, now=LATER)
        survivor = Store.open(folder, disk=FastDisk())
        survivor.record([make_payload(9)])
        assert len(survivor.verify()) == 3
        assert survivor.config.signing_key in signers(survivor)


def test_the_command_tells_what_to_do_next(
    capsys: pytest.CaptureFixture[str], store: Store
) -> None:
    old = store.config.signing_key
    assert cli.main(["rotate-key", "--json", "--dir", str(store.folder)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rotation"], told["retiring"]) == ("begun", old)
    assert cli.main(["rotate-key", "--dir", str(store.folder)]) == 1
    assert "--finish" in capsys.readouterr().err
    assert cli.main(["status", str(store.folder)]) == 0
    assert f"retiring key    {old}" in capsys.readouterr().out
    assert cli.main(["rotate-key", "--finish", "--dir", str(store.folder)]) == 0
    assert f"no longer signs {old}" in capsys.readouterr().out
    assert cli.main(["verify", str(store.folder)]) == 0
