"""From an address to an admitted node, page by page: registered, keys compared, proposed, decided, pulled."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from governance.actions import close_vote, open_discussion, second
from governance.models import Decision, Proposal
from leaderboard.models import BenchmarkVersion, Node, Result
from leaderboard.pull.cycle import pull
from tests.cast import Cast
from tests.factories.governance import Chamber, make_chamber
from tests.factories.leaderboard import make_node
from tests.node_simulator import NodeSimulator

pytestmark = pytest.mark.django_db
DESK = "/en/leaderboard/nodes/manage/"


def _client(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _checked(engineer: Client, cast: Cast, simulator: NodeSimulator, benchmark: int) -> str:
    """Register on the page, confirm the keys, choose the benchmark; return the node's desk."""
    made = engineer.post(
        f"{DESK}register/", {"organisation": cast.org_a.pk, "endpoint": simulator.url}
    )
    desk = str(made["Location"])
    page = engineer.get(desk).content.decode()
    assert "On its way into service" in page
    assert "Propose to admit it" not in page
    engineer.post(f"{desk}confirm/", {"kids": [simulator.kid]})
    engineer.post(f"{desk}benchmarks/", {"benchmarks": [benchmark]})
    return desk


def _propose(chamber: Chamber, way: str, slug: str) -> Proposal:
    chair = _client(chamber.person(1))
    assert f"node: {slug}" in chair.get(way).content.decode()
    words = {"title_en": "Admit it", "text_en": "Its keys were compared.", "audience": "public"}
    effect = {"effect_kind": "leaderboard.admit_node", "effect_params": f"node: {slug}"}
    assert chair.post(way, words | effect).status_code == 302
    return Proposal.objects.get()


def test_a_node_is_admitted_by_decision_and_then_pulled(
    cast: Cast, simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    simulator.add_result(system="py3langid", successes=97, n=100)
    engineer, chamber = _client(cast.engineer_a), make_chamber(3, kind="committee")
    desk = _checked(engineer, cast, simulator, version.benchmark_id)
    node = Node.objects.get()
    assert (node.state, pull(node_id=node.pk)) == ("checked", None)
    assert "ask a representative" in engineer.get(desk).content.decode()
    assert "waiting for admission" in Client().get(node.get_absolute_url()).content.decode()

    way = f"/en/governance/bodies/{chamber.body.slug}/propose/?kind=admit-node&node={node.slug}"
    chamber.people[0].affiliations.create(
        organisation=cast.org_a, role="administrator", since="2026-01-01"
    )
    assert way.replace("&", "&amp;") in _client(chamber.person(1)).get(desk).content.decode()
    proposal = open_discussion(viewer=chamber.viewer(1), proposal=_propose(chamber, way, node.slug))
    vote = chamber.call(second(viewer=chamber.viewer(2), proposal=proposal, seat=chamber.seat(2)))
    chamber.cast_all(vote, "fff")
    close_vote(vote_id=vote.pk)

    node.refresh_from_db()
    number = Decision.objects.get().number
    assert (node.state, node.events.first().details) == ("active", {"decision": number})
    assert "On its way into service" not in engineer.get(desk).content.decode()
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    assert attempt.outcome == "ok"
    assert Result.objects.get().state == "counted"


def test_a_node_that_is_turned_down_stays_outside(
    cast: Cast, simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    chamber = make_chamber(3, kind="committee")
    _checked(_client(cast.engineer_a), cast, simulator, version.benchmark_id)
    node = Node.objects.get()
    way = f"/en/governance/bodies/{chamber.body.slug}/propose/?kind=admit-node&node={node.slug}"
    proposal = open_discussion(viewer=chamber.viewer(1), proposal=_propose(chamber, way, node.slug))
    vote = chamber.call(second(viewer=chamber.viewer(2), proposal=proposal, seat=chamber.seat(2)))
    chamber.cast_all(vote, "aaa")
    close_vote(vote_id=vote.pk)
    node.refresh_from_db()
    assert (node.state, pull(node_id=node.pk)) == ("checked", None)


def test_a_node_known_through_a_relay_can_be_registered_for_direct_pulls(
    cast: Cast, simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    node = make_node(simulator, organisation=cast.org_a, state="relayed")
    made = _client(cast.engineer_a).post(
        f"{DESK}register/", {"organisation": cast.org_a.pk, "endpoint": simulator.url}
    )
    assert made.status_code == 302
    node.refresh_from_db()
    assert node.state == "checked"
