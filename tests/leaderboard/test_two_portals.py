"""Two real portals read each other's relay over HTTP: what each node signed is in both, once; nothing goes round."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django.live_server_helper import LiveServer

from leaderboard.actions import relays
from leaderboard.models import Node, Relay, Result
from leaderboard.pull.cycle import pull as pull_node
from tests.factories.leaderboard import make_benchmark, make_node
from tests.leaderboard import sister_portal as here
from tests.leaderboard.conftest import Simulate
from tests.leaderboard.test_pull_killed import database_url
from tests.node_simulator import NodeSimulator

ROOT = Path(__file__).parent.parent.parent


class Portal:
    """The other portal: a process that does what it is told."""

    def __init__(self, database: str, port: int, hosts: list[str]) -> None:
        self.url = f"http://127.0.0.1:{port}/federation"
        env = os.environ | {
            "DATABASE_URL": database_url(database),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "OUTBOUND_ALLOWED_HOSTS": ",".join(hosts),
            "SITE_ORIGIN": f"http://127.0.0.1:{port}",
            "LOG_ORIGIN": "sister.demo.example/log",
            "SECRET_KEY": "sister-" + "y" * 60,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.leaderboard.sister_portal", str(port)],
            cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self._answer() == "ready"

    def do(self, *words: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            assert self._process.stderr is not None
            pytest.fail(self._process.stderr.read())
        return json.loads(line)

    def end(self) -> None:
        self._process.communicate(timeout=60)


def _maintenance() -> psycopg.Connection[Any]:
    return psycopg.connect(database_url("postgres"), autocommit=True)


@pytest.fixture
def second_database(transactional_db: None) -> Iterator[str]:
    """An empty copy of this test's own database."""
    name = str(connection.settings_dict["NAME"])
    copy = f"{name}_sister"
    words = {"copy": sql.Identifier(copy), "name": sql.Identifier(name)}
    drop = sql.SQL("DROP DATABASE IF EXISTS {copy} WITH (FORCE)").format(**words)
    make = sql.SQL("CREATE DATABASE {copy} TEMPLATE {name}").format(**words)
    connection.close()
    with _maintenance() as server:
        server.execute(drop)
        for attempt in range(60):
            try:
                server.execute(make)
                break
            except psycopg.errors.ObjectInUse:
                if attempt == 59:
                    raise
                time.sleep(0.5)
        yield copy
        server.execute(drop)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def portals(
    second_database: str, live_server: LiveServer, simulate: Simulate, settings: Any
) -> Iterator[tuple[Portal, NodeSimulator, NodeSimulator]]:
    """This portal with a node of its own, the sister with another."""
    near, far = simulate("near"), simulate("far")
    port = _free_port()
    own = live_server.url.removeprefix("http://")
    settings.SITE_ORIGIN = live_server.url
    settings.OUTBOUND_ALLOWED_HOSTS = [*settings.OUTBOUND_ALLOWED_HOSTS, f"127.0.0.1:{port}"]
    sister = Portal(second_database, port, [near.host, far.host, own])
    yield sister, near, far
    sister.end()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_portals_read_each_other(
    portals: tuple[Portal, NodeSimulator, NodeSimulator], live_server: LiveServer
) -> None:
    sister, near, far = portals
    make_benchmark()
    near.add_result(system="py3langid", successes=97, n=100)
    far.add_result(system="langid", successes=95, n=100)
    pull_node(node_id=make_node(near).pk)
    here.settle()
    key = far.keys[0].public_key.hex()
    assert sister.do("measure", far.url, far.node_id, far.kid, key, far.log_origin) == "ok"
    assert sister.do("settle")

    sister.do("take_from", f"{live_server.url}/federation", near.node_id)
    here.take_from(sister.url, far.node_id)
    assert (sister.do("pull_relay"), here.pull_relay()) == ("ok", "ok")

    own, other = live_server.url.removeprefix("http://"), sister.url.split("/")[2]
    assert here.state()["results"] == [
        ["far.demo.example", "langid", "counted", other],
        ["near.demo.example", "py3langid", "counted", None],
    ]
    assert sister.do("state")["results"] == [
        ["far.demo.example", "langid", "counted", None],
        ["near.demo.example", "py3langid", "counted", own],
    ]

    for _round in range(2):  # nothing goes round: what came from here is known here
        assert sister.do("pull_relay") in ("ok", "unchanged")
        assert here.pull_relay() in ("ok", "unchanged")
    assert here.state()["entries"] == sister.do("state")["entries"] == 4
    assert sister.do("offers") == []
    assert relays.origins_on_offer(Relay.objects.get()) == []

    pull_node(node_id=_also_directly(far).pk)
    assert Result.objects.filter(node__node_id=far.node_id).count() == 1
    assert Node.objects.get(node_id=far.node_id).cursor == 2

    node = Node.objects.get(node_id=near.node_id)
    run = Result.objects.get(node=node).run_id
    near.equivocate(run, system="py3langid", successes=96, n=100)
    pull_node(node_id=node.pk)
    here.settle()
    assert sister.do("pull_relay") == "ok"
    states = [row[2] for row in sister.do("state")["results"] if row[0] == near.node_id]
    assert states == ["equivocated", "equivocated"]


def _also_directly(far: NodeSimulator) -> Node:
    """Put a node into direct service that was known through the relay."""
    Node.objects.filter(node_id=far.node_id).update(state="active", endpoint=far.url)
    return Node.objects.get(node_id=far.node_id)
