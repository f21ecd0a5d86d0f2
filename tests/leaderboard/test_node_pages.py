"""The workshop of a node: only its organisation's engineers and administrators get in."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leaderboard.models import BenchmarkVersion, Node
from leaderboard.pull.cycle import pull
from tests.cast import Cast
from tests.factories.leaderboard import make_node
from tests.node_simulator import NodeSimulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(cast: Cast, simulator: NodeSimulator, version: BenchmarkVersion) -> Node:
    """A node of the engineer's organisation with one good and one bad result."""
    node = make_node(simulator, organisation=cast.org_a)
    simulator.add_result(system="langid", successes=95, n=100)
    simulator.add_result(system="liar", successes=90, n=100, value="0.99")
    pull(node_id=node.pk)
    return node


def _client(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


PATHS = ["", "register/", "node-a/"]


@pytest.mark.parametrize("path", PATHS)
def test_the_owner_gets_in_and_others_do_not(own: Node, cast: Cast, path: str) -> None:
    url = f"/en/leaderboard/nodes/manage/{path}"
    assert _client(cast.engineer_a).get(url).status_code == 200
    assert _client(cast.outsider).get(url).status_code == 404
    assert _client(cast.rep_b).get(url).status_code == 404
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("verb", ["pause", "resume", "wake", "keys", "confirm", "move"])
def test_only_the_owner_may_act(own: Node, cast: Cast, verb: str) -> None:
    url = f"/en/leaderboard/nodes/manage/{own.slug}/{verb}/"
    assert _client(cast.rep_b).post(url).status_code == 404
    assert Client().post(url).status_code == 302
    assert _client(cast.engineer_a).get(url).status_code == 405
    own.refresh_from_db()
    assert own.state == "active"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_tells_how_to_mend_what_was_set_aside(
    own: Node, cast: Cast, language: str
) -> None:
    page = _client(cast.engineer_a).get(f"/{language}/leaderboard/nodes/manage/{own.slug}/")
    text = page.content.decode()
    assert "predicate.metrics[0].value" in text
    assert "0.99 stated, 90 of 100 counted" in text
    assert "wrong-value" in text
    assert 'style="' not in text


def test_an_engineer_registers_and_confirms_in_two_steps(
    cast: Cast, simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    client = _client(cast.engineer_a)
    page = client.post(
        "/en/leaderboard/nodes/manage/register/",
        {"organisation": cast.org_a.pk, "endpoint": simulator.url},
    )
    assert page.headers["Location"] == "/en/leaderboard/nodes/manage/node-a/"
    node = Node.objects.get()
    assert simulator.kid in client.get(page.headers["Location"]).content.decode()
    assert Client().get("/en/leaderboard/nodes/node-a/").status_code == 404  # not public yet
    client.post("/en/leaderboard/nodes/manage/node-a/confirm/", {"kids": [simulator.kid]})
    client.post(
        "/en/leaderboard/nodes/manage/node-a/benchmarks/", {"benchmarks": [version.benchmark_id]}
    )
    node.refresh_from_db()
    assert (node.state, node.benchmarks.get()) == ("checked", version.benchmark)
    assert node.keys.get().confirmed_by == cast.engineer_a


def test_a_node_cannot_be_registered_for_somebody_elses_organisation(
    cast: Cast, simulator: NodeSimulator
) -> None:
    page = _client(cast.engineer_a).post(
        "/en/leaderboard/nodes/manage/register/",
        {"organisation": cast.org_b.pk, "endpoint": simulator.url},
    )
    assert page.status_code == 422
    assert not Node.objects.exists()


def test_a_private_address_is_explained_on_the_form(cast: Cast, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = []
    page = _client(cast.engineer_a).post(
        "/en/leaderboard/nodes/manage/register/",
        {"organisation": cast.org_a.pk, "endpoint": "https://10.1.2.3"},
    )
    assert page.status_code == 422
    assert "private network" in page.content.decode()


def test_a_key_is_revoked_with_a_reason(own: Node, cast: Cast, simulator: NodeSimulator) -> None:
    client, url = _client(cast.engineer_a), f"/en/leaderboard/nodes/manage/{own.slug}/keys/revoke/"
    client.post(url, {"kid": simulator.kid, "reason": ""})
    assert own.keys.get().revoked_at is None
    client.post(url, {"kid": simulator.kid, "reason": "Disk stolen"})
    assert own.keys.get().revoked_reason == "Disk stolen"


def test_the_desk_shows_an_engineers_nodes(own: Node, cast: Cast) -> None:
    page = _client(cast.engineer_a).get(reverse("members:dashboard")).content.decode()
    assert own.node_id in page
    assert own.node_id not in _client(cast.rep_b).get(reverse("members:dashboard")).content.decode()


def test_the_page_asks_the_same_number_of_questions_for_any_number_of_pulls(
    own: Node, cast: Cast, simulator: NodeSimulator, django_assert_num_queries: Any
) -> None:
    client, url = _client(cast.engineer_a), f"/en/leaderboard/nodes/manage/{own.slug}/"
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(12):
        simulator.add_result(system="liar", successes=90, n=100, value=f"0.8{number:02}")
        pull(node_id=own.pk)
    with django_assert_num_queries(len(few)):
        client.get(url)
