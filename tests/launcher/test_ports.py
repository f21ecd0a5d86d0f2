"""Ports are kept while free, exchanged when taken, and a damaged file is no obstacle."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from launcher.ports import RANGE, Ports, free_port, is_taken


def test_a_port_is_kept_until_somebody_takes_it(tmp_path: Path) -> None:
    ports = Ports(tmp_path / "ports.json")
    port = ports.keep("node-a")
    assert port in RANGE
    assert Ports(tmp_path / "ports.json").keep("node-a") == port
    with socket.create_server(("127.0.0.1", port)):
        assert is_taken(port)
        other = ports.keep("node-a")
    assert other != port
    assert ports.keep("node-a") == other


def test_names_do_not_disturb_each_other(tmp_path: Path) -> None:
    ports = Ports(tmp_path / "ports.json")
    first = ports.keep("node-a")
    ports.keep("node-b")
    assert ports.keep("node-a") == first


def test_a_listener_on_every_address_counts_as_taken() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert is_taken(server.getsockname()[1])


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"node-a": "many"}', "\0"])
def test_a_damaged_file_is_written_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ports.json"
    path.write_text(text)
    port = Ports(path).keep("node-a")
    assert Ports(path).keep("node-a") == port


def test_a_free_port_can_be_bound() -> None:
    with socket.create_server(("127.0.0.1", free_port())):
        pass
