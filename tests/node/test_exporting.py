"""The node as files: a plain file server gives what ``serve`` gives, and the checkpoint comes last."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from alliance_node import cli, exporting, remote
from alliance_node.documents import document
from alliance_node.errors import Corrupt
from alliance_node.exporting import ExportRefused, export
from alliance_node.store import Store

from .conftest import make_payload
from .test_store import FastDisk

Fill = Callable[[int], Store]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@contextmanager
def static(folder: Path) -> Iterator[str]:
    """Serve a folder as any static web server would."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def fast_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "Disk", FastDisk)


def test_every_path_of_the_protocol_is_a_file(filled: Fill, tmp_path: Path) -> None:
    store = filled(300)
    folder = tmp_path / "public"
    report = export(store, folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == report.files + 1  # and the mark of whose copy it is
    for path in files:
        target = "/" + path.relative_to(folder).as_posix()
        if target in ("/v1/results", f"/{exporting.MARK}"):
            continue
        found = document(store, target)
        assert found is not None, target
        assert path.read_bytes() == found.body, target
    listed = json.loads((folder / "v1" / "results").read_bytes())
    assert listed["complete"] is True
    assert [it["seq"] for it in listed["items"]] == list(range(1, 301))


def test_anybody_can_verify_the_copy(filled: Fill, tmp_path: Path) -> None:
    store = filled(300)
    export(store, tmp_path / "public")
    with static(tmp_path / "public") as url:
        checked = remote.check_node(url)
        assert (checked.head.size, checked.kinds) == (300, {"eval-run": 300})
        digest = store.entries()[7].digest
        assert cli.main(["verify", f"{url}/v1/envelopes/{digest}"]) == 0
        assert cli.main(["verify", url]) == 0

        bundle = tmp_path / "public" / "tile" / "entries" / "000"
        raw = bytearray(bundle.read_bytes())
        raw[5000] ^= 1
        bundle.write_bytes(bytes(raw))
        with pytest.raises(Corrupt):
            remote.check_node(url)
        assert cli.main(["verify", url]) == 5
    assert cli.main(["verify", url]) == 1


def test_a_second_export_writes_only_what_is_new(filled: Fill, tmp_path: Path) -> None:
    store = filled(3)
    folder = tmp_path / "public"
    export(store, folder)
    again = export(store, folder)
    assert again.written == 0
    store.record([make_payload(50)])
    more = export(store, folder)
    # an envelope, one bundle, one tile, the list, the checkpoint
    assert more.written == 5
    assert (folder / "tile" / "0" / "000.p" / "3").exists()
    assert (folder / "tile" / "0" / "000.p" / "4").exists()


def test_the_checkpoint_is_written_last(
    filled: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off anywhere, the copy still is the old tree, whole."""
    store = filled(3)
    folder = tmp_path / "public"
    export(store, folder)
    old = (folder / "checkpoint").read_bytes()
    store.record([make_payload(50)])
    written: list[str] = []
    write = FastDisk.write

    def watched(disk: FastDisk, path: Path, data: bytes, *, mode: int = 0o644) -> None:
        written.append(path.name)
        assert path.name == "checkpoint" or (folder / "checkpoint").read_bytes() == old
        write(disk, path, data, mode=mode)

    monkeypatch.setattr(FastDisk, "write", watched)
    export(store, folder)
    assert written[-1] == "checkpoint"


def test_a_folder_with_something_else_is_left_alone(
    capsys: pytest.CaptureFixture[str], filled: Fill, tmp_path: Path
) -> None:
    store = filled(1)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    arguments = ["export", "--json", str(tmp_path / "home"), "--dir", str(store.folder)]
    assert cli.main(arguments) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "export"
    export(store, tmp_path / "public")
    (tmp_path / "public" / exporting.MARK).write_text("other.example.org\n")
    with pytest.raises(ExportRefused, match=r"other\.example\.org"):
        export(store, tmp_path / "public")
