"""What a reader sees of nodes that cheat: each ends in a public state with a name, on a page that says why."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from leaderboard import actions
from leaderboard.models import BenchmarkVersion, Node, Result
from leaderboard.pull.cycle import pull
from tests.factories.leaderboard import make_benchmark, make_node
from tests.leaderboard.conftest import Simulate
from tests.node_simulator import Item, NodeSimulator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


class Reader:
    """Chromium in a thread of its own, since its loop would forbid Django's database in this one."""

    def __init__(self, chromium: str, origin: str) -> None:
        self._origin = origin
        self._thread = ThreadPoolExecutor(1, "browser")
        self._thread.submit(self._open, chromium).result()

    def _open(self, chromium: str) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        self._page = self._browser.new_page(locale="en-GB")

    def look(self, path: str) -> None:
        self._thread.submit(self._page.goto, f"{self._origin}{path}").result()

    def sees(self, selector: str) -> str:
        """Return the text that is visible there."""
        return "\n".join(self._thread.submit(self._texts, selector).result())

    def _texts(self, selector: str) -> list[str]:
        return self._page.locator(selector).all_inner_texts()

    def close(self) -> None:
        def end() -> None:
            self._browser.close()
            self._playwright.stop()

        self._thread.submit(end).result()
        self._thread.shutdown()


@pytest.fixture
def reader(chromium: str, live_server: LiveServer) -> Iterator[Reader]:
    reader = Reader(chromium, live_server.url)
    yield reader
    reader.close()


@pytest.fixture
def version() -> BenchmarkVersion:
    return make_benchmark()


@pytest.fixture
def honest(version: BenchmarkVersion, simulate: Simulate) -> tuple[Node, NodeSimulator, str]:
    """A node with one accepted result."""
    simulator = simulate("node-a")
    node = make_node(simulator)
    run, _ = simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    return node, simulator, run


Honest = tuple[Node, NodeSimulator, str]


QUARANTINE = "section:has(#quarantine)"
ALERT = ".alert--now"


def _look(reader: Reader, node: Node) -> None:
    pull(node_id=node.pk)
    reader.look(f"/en/leaderboard/nodes/{node.slug}/")


def test_a_tampered_envelope_is_in_quarantine(reader: Reader, honest: Honest) -> None:
    node, simulator, _ = honest
    _, digest = simulator.add_result(system="pycld2", successes=86, n=100)
    simulator.misbehave(f"/v1/envelopes/{digest}", "wrong-digest")
    _look(reader, node)
    assert "wrong-digest" in reader.sees(QUARANTINE)
    assert digest in reader.sees(QUARANTINE)
    assert Result.objects.count() == 1


def test_a_rewritten_log_makes_the_node_inconsistent(reader: Reader, honest: Honest) -> None:
    node, simulator, _ = honest
    held = simulator.checkpoint
    simulator.rewrite_log(drop=0)
    simulator.add_result(system="pycld2", successes=86, n=100)
    shown = simulator.checkpoint
    _look(reader, node)
    assert "inconsistent" in reader.sees(".stamp").lower()
    evidence = reader.sees("section:has(#fork)")
    assert "Its log contradicts itself" in evidence
    for head in (held, shown):
        assert head.split("\n")[2] in evidence
    assert "log-inconsistent" in reader.sees(QUARANTINE)


def test_an_equivocating_node_has_two_results_and_no_rank(reader: Reader, honest: Honest) -> None:
    node, simulator, run = honest
    simulator.equivocate(run, system="langid", successes=99, n=100)
    _look(reader, node)
    assert "two different results" in reader.sees(ALERT)
    both = list(Result.objects.filter(run_id=run))
    assert [result.state for result in both] == ["equivocated"] * 2
    for result in both:
        reader.look(f"/en/leaderboard/results/{result.ulid}/")
        assert "two different results for one run" in reader.sees(ALERT)


def test_a_revoked_key_is_named_and_nothing_more_is_taken(reader: Reader, honest: Honest) -> None:
    node, simulator, run = honest
    actions.revoke_key(node=node, kid=simulator.kid, reason="The key was stolen.", actor=None)
    simulator.add_result(system="pycld2", successes=86, n=100)
    _look(reader, node)
    assert "The key was stolen." in reader.sees(ALERT)
    assert "failed" in reader.sees("section:has(#pulls)")
    assert "revoked" in reader.sees("section:has(#keys)")
    assert Result.objects.count() == 1
    reader.look(f"/en/leaderboard/results/{run}/")
    assert "langid" in reader.sees("h1")


def test_a_replayed_statement_is_set_aside_as_replayed(reader: Reader, honest: Honest) -> None:
    node, simulator, _ = honest
    first = simulator.items[-1]
    simulator.items.append(Item(first.kind, first.raw))
    _look(reader, node)
    assert "replayed" in reader.sees(QUARANTINE)
    assert Result.objects.count() == 1
