"""Two portals on loopback, with the same code, a process and a database each, federate both ways."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).parent.parent.parent
INDEX = "/.well-known/alliance-catalogue.json"


class Portal:
    """One of the two, as the test commands it."""

    def __init__(self, port: int, other: int, database: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        env = os.environ | {
            "DATABASE_URL": database,
            "SITE_ORIGIN": self.url,
            "OUTBOUND_ALLOWED_HOSTS": f"127.0.0.1:{port},127.0.0.1:{other}",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.projects.sister_portal", str(port)],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the portal stopped with {self.process.wait(60)}"
        return json.loads(line)

    def order(self, name: str, *values: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([name, *values]) + "\n")
        self.process.stdin.flush()
        return self.read()

    def index(self) -> dict[str, Any]:
        with urlopen(self.url + INDEX, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def two() -> Iterator[tuple[Portal, Portal]]:
    """Two portals with empty catalogues on databases of their own."""
    base = os.environ["DATABASE_URL"]
    names = [f"sister_{os.getpid()}_{number}" for number in (1, 2)]
    addresses = [urlunsplit(urlsplit(base)._replace(path=f"/{name}")) for name in names]
    first, second = map(sql.Identifier, names)
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(first))
        migrate = [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"]
        env = os.environ | {"DATABASE_URL": addresses[0]}
        subprocess.run(migrate, cwd=ROOT, env=env, check=True)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(second, first))
    ports = _free_port(), _free_port()
    portals = (
        Portal(ports[0], ports[1], addresses[0]),
        Portal(ports[1], ports[0], addresses[1]),
    )
    try:
        for portal in portals:
            assert portal.read() == {"ready": True}
        yield portals
    finally:
        for portal in portals:
            portal.stop()
        with psycopg.connect(base, autocommit=True) as connection:
            for name in names:
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )


@pytest.mark.slow
def test_two_portals_federate_both_ways(two: tuple[Portal, Portal]) -> None:
    """Entries go both ways, changes follow, copies aren't given back, a deletion arrives, a return too."""
    north, south = two
    north.order("add", "tides", "Tides", "About tides.", "Des marées.")
    north.order("add", "levels", "Levels", "About levels.", "Des niveaux.")
    wind = south.order("add", "wind", "Wind", "About wind.", "Du vent.")
    to_south = north.order("register", "South", south.url + INDEX)
    to_north = south.order("register", "North", north.url + INDEX)

    assert north.order("harvest", to_south) == ["imported", 1, 0, 0]
    assert south.order("harvest", to_north) == ["imported", 2, 0, 0]
    page = f"{north.url}/en/projects/tides/"
    assert ["Tides", "live", page, "Des marées."] in south.order("copies")
    assert [row[0] for row in north.order("copies")] == ["Wind"]

    # What a portal copied stays out of its own index, so nothing comes back to where it began.
    assert [item["id"] for item in south.index()["items"]] == [wind]
    assert north.order("harvest", to_south) == ["unchanged", 0, 0, 0]
    assert [row[0] for row in north.order("copies")] == ["Wind"]

    north.order("change", "tides", {"summary_fr": "Les marées, mieux dites."})
    assert south.order("harvest", to_north) == ["imported", 1, 0, 0]
    assert ["Tides", "live", page, "Les marées, mieux dites."] in south.order("copies")

    north.order("change", "levels", {"is_listed": False})
    assert [item["deleted"] for item in north.index()["items"]] == [False, True]
    assert south.order("harvest", to_north) == ["imported", 0, 1, 0]
    assert [row[:2] for row in south.order("copies")] == [["Levels", "gone"], ["Tides", "live"]]

    north.order("change", "levels", {"is_listed": True})
    assert south.order("harvest", to_north) == ["imported", 1, 0, 0]
    assert [row[1] for row in south.order("copies")] == ["live", "live"]
