"""The node's directory: each result once, and a crash leaves the old tree or the new one."""

import multiprocessing
import multiprocessing.synchronize
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from alliance_node import disk as disks
from alliance_node import keys
from alliance_node.config import Config
from alliance_node.disk import Disk
from alliance_node.errors import Busy, Corrupt, NodeError, NotANode
from alliance_node.proofs import dsse, merkle, note
from alliance_node.proofs.tiles import Tile
from alliance_node.store import Store, TooLarge

from .conftest import CONFIG, NOW, make_payload

Fill = Callable[[int], Store]


class Fault(OSError):
    """The disk has failed, as the test asked it to."""


class FaultyDisk(Disk):
    """Fails one step: before it has taken effect, or after (failed, but persisted)."""

    def __init__(self, fail_at: int | None = None, *, persisted: bool = False) -> None:
        self.steps: list[str] = []
        self._fail_at, self._persisted = fail_at, persisted

    def _step(self, name: str, act: Callable[[], object]) -> object:
        failing = len(self.steps) == self._fail_at
        self.steps.append(name)
        if failing and not self._persisted:
            raise Fault(name)
        result = act()
        if failing:
            raise Fault(name)
        return result

    def write_temporary(self, path: Path, data: bytes, mode: int) -> Path:
        made = self._step(
            "write", lambda: super(FaultyDisk, self).write_temporary(path, data, mode)
        )
        assert isinstance(made, Path)
        return made

    def rename(self, temporary: Path, path: Path) -> None:
        self._step("rename", lambda: super(FaultyDisk, self).rename(temporary, path))

    def sync_directory(self, path: Path) -> None:
        self._step("sync", lambda: super(FaultyDisk, self).sync_directory(path))

    def remove(self, path: Path) -> None:
        self._step("remove", lambda: super(FaultyDisk, self).remove(path))


class FastDisk(Disk):
    """Does not wait for the disk, where a test needs many entries and no durability."""

    def sync_directory(self, path: Path) -> None:
        """Leave it to the kernel."""


def copied(store: Store, folder: Path) -> Path:
    shutil.copytree(store.folder, folder)
    return folder


def steps_of(folder: Path, *payloads: bytes) -> list[str]:
    """Record on a disk that counts, and return the steps it took."""
    counting = FaultyDisk()
    Store.open(folder, disk=counting).record(payloads)
    assert set(counting.steps) == {"write", "rename", "sync"}
    return counting.steps


@pytest.mark.parametrize("size", [0, 3, pytest.param(255, marks=pytest.mark.slow)])
@pytest.mark.parametrize("persisted", [False, True], ids=["failed", "failed-but-persisted"])
def test_a_fault_at_any_step_leaves_the_old_tree_or_the_new(
    tmp_path: Path, size: int, persisted: bool
) -> None:
    template = Store.create(tmp_path / "template", CONFIG, now=NOW, disk=FastDisk())
    template.record([make_payload(number) for number in range(size)])
    old = template.log.checkpoint()
    added = [make_payload(1000), make_payload(1001)]
    count = len(steps_of(copied(template, tmp_path / "counting"), *added))
    seen = set()
    for step in range(count):
        folder = copied(template, tmp_path / f"{step}")
        faulty = Store.open(folder, disk=FaultyDisk(step, persisted=persisted))
        with pytest.raises(Fault):
            faulty.record(added)

        survivor = Store.open(folder)
        left = survivor.log.verify(survivor.verifier)
        assert left.size in (size, size + 2)
        seen.add(left.size)
        entries = survivor.record(added)
        assert [entry.seq for entry in entries] == [size + 1, size + 2]
        assert len(survivor.verify()) == size + 2
        new = survivor.log.checkpoint()
        proof = merkle.consistency_proof(old.size, new.size, survivor.log.reader(new.size))
        assert merkle.verify_consistency(old.size, old.root, new.size, new.root, proof)
    assert seen == {size, size + 2}


def test_what_a_crash_left_is_cut_off_by_another_append(tmp_path: Path) -> None:
    """The leftover of an append that never came to its checkpoint must not enter the tree."""
    folder = tmp_path / "node"
    Store.create(folder, CONFIG, now=NOW).record([make_payload(0)])
    checkpoint_write = [
        step for step, name in enumerate(steps_of(folder, make_payload(1))) if name == "write"
    ][-1]
    with pytest.raises(Fault):
        Store.open(folder, disk=FaultyDisk(checkpoint_write)).record([make_payload(2)])
    store = Store.open(folder)
    assert len(store.verify()) == 2
    store.record([make_payload(3)])
    runs = [entry.statement.predicate.run.id for entry in store.verify()]
    assert len(runs) == 3
    assert runs[2] == store.record([make_payload(3)])[0].statement.predicate.run.id


@pytest.mark.parametrize("size", [1, 255, 256, 257, 513])
def test_every_published_width_is_served(filled: Fill, size: int) -> None:
    store = filled(size)
    head = store.log.verify(store.verifier)
    assert head.size == size
    leaves = [merkle.leaf_hash(raw) for raw in store.log.entries(0, size)]
    width = size % 256 or 256
    last = Tile(0, (size - 1) // 256, width)
    assert store.log.has(last)
    assert store.log.tile(last) == b"".join(leaves[-width:])
    if width > 1:
        assert store.log.tile(Tile(0, last.index, width - 1)) == b"".join(leaves[-width:-1])
    assert not store.log.has(Tile(0, last.index + 1, 1))
    if width < 256:
        assert not store.log.has(Tile(0, last.index, width + 1))


def test_appending_one_by_one_gives_the_same_tree(tmp_path: Path) -> None:
    payloads = [make_payload(number) for number in range(260)]
    one = Store.create(tmp_path / "one", CONFIG, now=NOW)
    for start in (0, 1, 2, 250, 255, 256):
        stop = {0: 1, 1: 2, 2: 250, 250: 255, 255: 256, 256: 260}[start]
        one.record(payloads[start:stop])
    raws = one.log.entries(0, 260)
    assert one.log.checkpoint().root == merkle.root([merkle.leaf_hash(raw) for raw in raws])
    assert len(one.verify()) == 260


def test_the_same_statement_is_recorded_once(store: Store) -> None:
    first = store.record([make_payload(1), make_payload(2), make_payload(1)])
    again = store.record([make_payload(2)])
    assert [entry.seq for entry in first] == [1, 2, 1]
    assert again == first[1:2]
    assert store.log.checkpoint().size == 2


def test_keys_are_private_and_named_by_thumbprint(store: Store) -> None:
    folder = store.folder / "keys"
    kid = store.config.signing_key
    assert stat.S_IMODE((folder / f"{kid}.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(store.public_keys) == [kid]
    assert store.public_keys[kid].not_before == NOW
    (folder / "other.pem").write_bytes((folder / f"{kid}.pem").read_bytes())
    with pytest.raises(Corrupt, match="another key"):
        keys.load(folder, "other")


def test_a_node_is_not_made_twice_nor_found_where_there_is_none(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(NotANode, match="already holds a node"):
        Store.create(store.folder, CONFIG, now=NOW)
    with pytest.raises(NotANode, match="alliance-node init"):
        Store.open(tmp_path / "elsewhere")
    (store.folder / "config.json").write_text('{"node_id": 3}')
    with pytest.raises(NotANode, match="cannot be read"):
        Store.open(store.folder)


@pytest.mark.parametrize("name", ["", "node", "Node.example", "a..example", "-a.example", "a b.c"])
def test_a_node_s_id_is_a_dns_like_name(name: str) -> None:
    with pytest.raises(NotANode, match="DNS-like"):
        Config(name, "Demo Organisation A", "x@a.example")


def test_what_does_not_fit_a_leaf_is_refused(store: Store) -> None:
    with pytest.raises(TooLarge):
        store.record([b"x" * 60_000])
    assert store.log.checkpoint().size == 0


@pytest.mark.parametrize(
    "damage",
    ["log/tile/0/000", "log/tile/entries/000", "log/checkpoint", "envelopes", "blobs"],
)
def test_any_flipped_bit_is_found(filled: Fill, damage: str) -> None:
    store = filled(3)
    raw = b"what the harness wrote"
    subject = dsse.digest(raw)
    store.put_blob(raw)
    payload = make_payload(9).replace(dsse.digest(b"results 9").encode(), subject.encode())
    store.record([payload])
    store.verify()
    path = store.folder / damage
    if path.is_dir():
        path = next(iter(path.iterdir()))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises((Corrupt, NodeError, ValueError)):
        Store.open(store.folder).verify()


def test_a_replaced_log_is_not_signed_over(filled: Fill) -> None:
    """Whoever swaps the files under a node must not get its signature on the result."""
    store = filled(2)
    other = Store.create(store.folder.parent / "other", CONFIG, now=NOW)
    other.record([make_payload(5), make_payload(6)])
    for name in ("tile/0/000", "tile/entries/000"):
        (store.folder / "log" / name).write_bytes((other.folder / "log" / name).read_bytes())
    with pytest.raises(Corrupt, match="not the one that was last signed"):
        Store.open(store.folder).record([make_payload(7)])


def hold(folder: str, held: multiprocessing.synchronize.Event) -> None:
    with disks.exclusive(Path(folder) / ".lock"):
        held.set()
        multiprocessing.Event().wait(30)


def test_two_writers_never_write_at_once_and_a_killed_one_lets_go(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    other = context.Process(target=hold, args=(str(store.folder), held))
    other.start()
    try:
        assert held.wait(20)
        with pytest.raises(Busy), disks.exclusive(store.folder / ".lock", wait_seconds=0.1):
            pass
    finally:
        other.kill()
        other.join()
        other.close()
    assert store.record([make_payload(1)])[0].seq == 1


def test_the_checkpoint_is_signed_by_the_node_under_its_origin(filled: Fill) -> None:
    store = filled(1)
    text = store.log.checkpoint_bytes()
    head = note.verify_checkpoint(text, [store.verifier], origin="node-a.demo.example/log")
    assert head.size == 1
