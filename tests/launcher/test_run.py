"""`make run`: refusals with a way out, and the life of a portal from start to kill to start again."""

from __future__ import annotations

import signal
import socket
from urllib.request import urlopen

import pytest

from launcher import stopping
from launcher.board import replication
from launcher.ports import free_port
from tests.launcher.conftest import Launches, wait_for

READY = "Ctrl-C stops everything"


def test_a_taken_port_is_refused_with_another_one_named(launches: Launches) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        code, out, _ = launches.run("run", PORT=str(port), DATA_DIR=str(launches.folder / "data"))
    assert code == 2
    assert f"Port {port} is taken" in out
    assert f"PORT={port + 1} make run" in out
    assert "Traceback" not in out
    assert launches.left() == {}


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1", "8 000", "²"])
def test_an_unclear_port_is_refused(launches: Launches, text: str) -> None:
    code, _, errors = launches.run("run", PORT=text, DATA_DIR=str(launches.folder / "data"))
    assert code == 2
    assert f"PORT must be a number from 1 to 65535, not {text!r}" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL"])
def test_an_address_where_nothing_answers_is_named(launches: Launches, variable: str) -> None:
    port = free_port()
    given = {"DATABASE_URL": "postgres:///socket", variable: f"any://127.0.0.1:{port}/0"}
    data = str(launches.folder / "data")
    code, out, _ = launches.run("run", PORT=str(free_port()), DATA_DIR=data, **given)
    assert code != 0
    assert f"{variable} is set, but nothing answers at 127.0.0.1:{port}" in out
    assert launches.left() == {}


def test_the_end_of_make_is_a_request_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKELEVEL", "1")
    monkeypatch.setattr(stopping.os, "getppid", lambda: 100)
    make = stopping.MakeAround()
    make.check()
    monkeypatch.setattr(stopping.os, "getppid", lambda: 1)
    with pytest.raises(stopping.Stop):
        make.check()


def test_without_make_a_new_parent_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAKELEVEL", raising=False)
    parents = iter([100, 1])
    monkeypatch.setattr(stopping.os, "getppid", lambda: next(parents))
    stopping.MakeAround().check()


@pytest.mark.parametrize("board", [None, {}, [], {"rows": []}])
def test_a_board_that_is_not_there_yet_counts_nothing(board: object) -> None:
    assert replication(board) == (0, 0, 0)


class Portal:
    """One `launcher run` with what it says in a file."""

    def __init__(self, launches: Launches, name: str, port: int) -> None:
        self.said = launches.folder / f"{name}.txt"
        self.address = f"http://127.0.0.1:{port}"
        env = launches.env | {"PORT": str(port), "DATA_DIR": str(launches.folder / "data")}
        with self.said.open("w") as out:
            self.process = launches.start_with(env, out, "run")

    def text(self) -> str:
        return self.said.read_text()

    def wait(self) -> None:
        assert wait_for(lambda: READY in self.text() or self.process.poll() is not None, 400)
        assert READY in self.text(), self.text()

    def answers(self) -> bool:
        with urlopen(f"{self.address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)


@pytest.mark.slow
def test_a_portal_lives_is_killed_lives_again_and_stops(launches: Launches) -> None:
    data = launches.folder / "data"
    port = free_port()
    first = Portal(launches, "first", port)
    first.wait()
    assert first.answers()
    kept = {name: (data / name).read_text() for name in ("postgres/ports.json", "keys/secret_key")}

    code, _, errors = launches.run("run", PORT=str(free_port()), DATA_DIR=str(data))
    assert code == 2
    assert f"runs already: {first.address} (process {first.process.pid})" in errors

    first.process.kill()
    first.process.wait()
    second = Portal(launches, "second", port)  # at once, while the guard still ends the first
    second.wait()
    assert second.answers()
    assert {name: (data / name).read_text() for name in kept} == kept

    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(60) == 0
    assert "Everything has stopped" in second.text()
    assert launches.left() == {}


@pytest.mark.slow
def test_a_killed_portal_leaves_no_process(launches: Launches) -> None:
    portal = Portal(launches, "portal", free_port())
    portal.wait()
    names = " ".join(launches.left().values())
    for program in ("granian", "celery", "beat", "valkey", "postgres"):
        assert program in names
    portal.process.kill()
    portal.process.wait()
    assert wait_for(lambda: not launches.left(), 30), launches.left()


def test_ctrl_c_while_starting_leaves_nothing(launches: Launches) -> None:
    portal = Portal(launches, "portal", free_port())
    assert wait_for(lambda: "[1/" in portal.text(), 60), portal.text()
    portal.process.send_signal(signal.SIGINT)
    assert portal.process.wait(20) == 0
    assert launches.left() == {}
