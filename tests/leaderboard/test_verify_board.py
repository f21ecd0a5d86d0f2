"""The board's verifier that readers download: no line shared with the portal, and the same bytes in the end."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import urllib.request
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pgtrigger
import pytest
from alliance_node.proofs.predicate import Metric, Outcomes, Retraction
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from alliance.viewer import Viewer
from leaderboard import actions
from leaderboard.models import BenchmarkVersion, BoardSnapshot, Node, Quarantined, Result
from leaderboard.pull.cycle import pull
from leaderboard.standings import refresh
from tests.factories.leaderboard import make_benchmark, make_node, make_organisation
from tests.leaderboard.conftest import Simulate
from tests.node_simulator import NodeSimulator
from transparency import signing
from transparency.models import Entry
from transparency.sequencer import sequence

SCRIPT = Path(__file__).parent.parent.parent / "docs" / "verify" / "verify_board.py"
RIGHT = {"py3langid": 97, "langid": 95, "pycld2": 86}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_board", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def samples(successes: int) -> bytes:
    lines = [json.dumps({"id": f"s{i:03}", "correct": i >= 100 - successes}) for i in range(100)]
    return "\n".join(lines).encode()


def measure(node: NodeSimulator, *, with_samples: bool) -> None:
    for system, right in RIGHT.items():
        node.add_result(
            system=system,
            successes=right,
            n=100,
            samples=samples(right) if with_samples else None,
            more_metrics=(
                Metric("sentences-per-second", Decimal(right) * 10, True, 100, stderr=Decimal(9)),
            ),
        )


@pytest.fixture
def portal(transactional_db: None, simulate: Simulate, live_server: LiveServer) -> dict[str, Any]:
    """Two nodes, one with samples; a run taken back, one put in another's place, one signed twice, one limited."""
    version = make_benchmark(n_items=100)
    nodes: dict[str, NodeSimulator] = {name: simulate(name) for name in ("node-a", "node-b")}
    for name, node in nodes.items():
        make_node(node, organisation=make_organisation(f"demo-{name}"))
        measure(node, with_samples=name == "node-a")
    first = nodes["node-b"]
    _run, wrong = first.add_result(system="slip", successes=50, n=100)
    first.add_result(
        system="slip", successes=50, n=100, retracts=Retraction(f"sha256:{wrong}", "a slip")
    )
    _run, old = first.add_result(system="better", successes=60, n=100)
    first.add_result(system="better", successes=61, n=100, supersedes=f"sha256:{old}")
    twice, _digest = first.add_result(system="twice", successes=70, n=100)
    first.equivocate(twice, system="twice", successes=71, n=100)
    first.add_result(system="short", successes=9, n=10)
    first.add_result(system="shaky", successes=50, n=100, outcomes=Outcomes(50, 40, error=10))
    for node in Node.objects.all():
        pull(node_id=node.pk)
    refresh(version.pk)
    while sequence():
        pass
    assert not Quarantined.objects.exists()
    states = Result.objects.order_by("pk").values_list("state", flat=True)
    assert {"counted", "retracted", "superseded", "equivocated", "unranked"} == set(states)
    return {"url": live_server.url, "version": version, "nodes": nodes}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("metric", ["", "sentences-per-second"])
def test_a_board_is_rebuilt_byte_for_byte(portal: dict[str, Any], metric: str) -> None:
    answer = run(
        portal["url"], "language-id", signing.verifier().vkey, *([metric] if metric else [])
    )
    assert answer.returncode == 0, answer.stderr
    assert "samples read at their node: 3" in answer.stdout
    assert "bytes of the board are those that the log makes" in answer.stdout


@pytest.mark.django_db(transaction=True)
def test_when_the_node_is_away_the_samples_are_the_portals_word(portal: dict[str, Any]) -> None:
    Node.objects.update(endpoint="http://127.0.0.1:9")
    answer = run(portal["url"], "language-id", signing.verifier().vkey)
    assert answer.returncode == 0, answer.stderr
    assert "samples on the portal's word: 3" in answer.stdout


@pytest.mark.django_db(transaction=True)
def test_a_retraction_by_decision_is_followed(portal: dict[str, Any]) -> None:
    result = Result.objects.filter(system_revision__system__slug="pycld2").order_by("pk")[0]
    actions.retract_result(ulid=result.ulid, reason="leaked items", decision_number="TOC-2026-009")
    refresh(portal["version"].pk)
    while sequence():
        pass
    answer = run(portal["url"], "language-id", signing.verifier().vkey)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.django_db(transaction=True)
def test_disputes_are_followed_until_they_end(portal: dict[str, Any]) -> None:
    rows = Result.objects.filter(state="counted").select_related("node").order_by("pk")
    raiser = make_organisation("demo-raiser")
    viewer = Viewer(organisation_ids=frozenset({raiser.pk}), scopes=frozenset({"propose"}))
    made = [
        actions.raise_dispute(viewer=viewer, result=row, organisation=raiser, reason="Odd.")
        for row in rows[:2]
    ]
    actions.withdraw_dispute(viewer=viewer, dispute=made[0])
    refresh(portal["version"].pk)
    while sequence():
        pass
    served = urllib.request.urlopen(f"{portal['url']}/en/leaderboard/language-id.json").read()
    assert served.count(b'"disputed"') == 1
    answer = run(portal["url"], "language-id", signing.verifier().vkey)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.django_db(transaction=True)
def test_a_board_of_the_past_is_rebuilt_from_the_beginning_of_the_log(
    portal: dict[str, Any],
) -> None:
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    with pgtrigger.ignore("leaderboard.BoardSnapshot:board_snapshot_append_only"):
        BoardSnapshot.objects.update(computed_at=F("computed_at") - timedelta(days=2))
    before = Entry.objects.count()  # the leaf after it announces a run and changes no board
    portal["nodes"]["node-b"].add_result(system="later", successes=99, n=100)
    pull(node_id=Node.objects.get(slug="node-b").pk)
    refresh(portal["version"].pk)
    while sequence():
        pass
    key = signing.verifier().vkey
    answer = run(portal["url"], "language-id", key, "--as-of", day)
    assert answer.returncode == 0, answer.stderr
    assert f"{before + 1} first entries, which make this board" in answer.stdout
    today = run(portal["url"], "language-id", key, "--as-of", timezone.now().date().isoformat())
    assert today.returncode == 0, today.stderr
    none = run(portal["url"], "language-id", key, "--as-of", "2020-01-01")
    assert none.returncode == 1
    assert "no board yet" in none.stderr


@pytest.mark.django_db(transaction=True)
def test_a_portal_that_leaves_a_result_out_is_found(portal: dict[str, Any]) -> None:
    Result.objects.filter(system_revision__system__slug="pycld2").update(
        state="retracted", reason="retracted"
    )
    refresh(portal["version"].pk)
    answer = run(portal["url"], "language-id", signing.verifier().vkey)
    assert answer.returncode == 1
    assert "REFUSED: line" in answer.stderr


@pytest.mark.django_db
def test_samples_are_given_by_the_envelope_and_only_where_they_were_read(
    client: Client, node: Node, simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    _run, bare = simulator.add_result(system="x", successes=9, n=10)
    _run, read = simulator.add_result(system="y", successes=97, n=100, samples=samples(97))
    pull(node_id=node.pk)
    assert client.get(f"/federation/v1/samples/{bare}").status_code == 404
    answer = client.get(f"/federation/v1/samples/{read}")
    assert set(answer.json()) == {"items", "correct"}
    assert "public" in answer["Cache-Control"]


@pytest.mark.parametrize("n", [1, 20, 100, 5000, 100_000])
@pytest.mark.parametrize("p", [0.0, 0.02, 0.3, 0.5, 0.7, 0.97, 1.0])
def test_its_binomial_numbers_are_numpys(script: ModuleType, n: int, p: float) -> None:
    stream = script.Stream(7)
    assert [stream.binomial(n, p) for _ in range(200)] == np.random.RandomState(7).binomial(
        n, p, 200
    ).tolist()


@pytest.mark.parametrize("n", [1, 2, 100, 1 << 20])
def test_its_other_numbers_are_numpys(script: ModuleType, n: int) -> None:
    frozen, stream = np.random.RandomState(3), script.Stream(3)
    assert [stream.below(n) for _ in range(300)] == frozen.randint(0, n, 300).tolist()
    normal = frozen.normal(0.5, 0.1, 301).tolist()
    assert [0.5 + 0.1 * stream.gauss() for _ in range(301)] == normal
