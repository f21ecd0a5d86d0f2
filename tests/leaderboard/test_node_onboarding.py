"""From an address to a node in service: shown, compared, confirmed; and looked after from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alliance_node.proofs.jwk import Jwk, raw_public_key
from django.utils import timezone

from leaderboard import actions
from leaderboard.errors import NodeRefused
from leaderboard.models import BenchmarkVersion, Node, Result
from leaderboard.pull.cycle import pull
from members.models import Organisation
from tests.factories.leaderboard import make_node, make_organisation
from tests.node_simulator import NodeSimulator, key_of
from transparency.models import Entry

pytestmark = pytest.mark.django_db


def _register(simulator: NodeSimulator, organisation: Organisation) -> Node:
    return actions.register_node(organisation=organisation, endpoint=simulator.url, actor=None)


def test_a_registered_node_waits_for_its_keys(
    simulator: NodeSimulator, organisation: Organisation
) -> None:
    node = _register(simulator, organisation)
    assert (node.node_id, node.slug, node.state) == ("node-a.demo.example", "node-a", "pending")
    assert [key.kid for key in node.keys.waiting()] == [simulator.kid]
    assert pull(node_id=node.pk) is None


def test_confirmed_and_admitted_it_is_in_service_and_its_keys_in_the_log(
    simulator: NodeSimulator,
    organisation: Organisation,
    version: BenchmarkVersion,
    django_capture_on_commit_callbacks: Any,
    bells: list[tuple[Any, ...]],
) -> None:
    node = _register(simulator, organisation)
    with django_capture_on_commit_callbacks(execute=True):
        actions.confirm_node(node=node, kids=[simulator.kid], actor=None)
        actions.associate_benchmark(node=node, benchmark=version.benchmark, actor=None)
    node.refresh_from_db()
    assert node.state == "checked"
    assert pull(node_id=node.pk) is None
    bells.clear()
    with django_capture_on_commit_callbacks(execute=True):
        actions.admit_node(slug=node.slug, decision_number="TOC-2026-050")
    assert ("leaderboard.pull_node", node.pk) in bells
    assert Entry.objects.get(kind="node-admitted")
    assert Entry.objects.get(kind="node-keys")
    simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    assert Result.objects.count() == 1
    kinds = set(node.events.values_list("kind", flat=True))
    assert {"registered", "keys-confirmed", "benchmark-associated"} <= kinds


def test_only_shown_keys_can_be_confirmed(
    simulator: NodeSimulator, organisation: Organisation
) -> None:
    node = _register(simulator, organisation)
    for kids in ([], ["made-up"], [simulator.kid, "made-up"]):
        with pytest.raises(NodeRefused, match="compared"):
            actions.confirm_node(node=node, kids=kids, actor=None)


def test_a_private_address_is_refused_in_words(organisation: Organisation, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = []
    for endpoint in ("https://127.0.0.1", "https://192.168.1.10", "https://[::1]", "http://node"):
        with pytest.raises(NodeRefused) as refusal:
            actions.register_node(organisation=organisation, endpoint=endpoint, actor=None)
        assert refusal.value.code in ("private-address", "scheme", "bad-url")
    assert not Node.objects.exists()


@pytest.mark.parametrize("endpoint", ["", "node.example.org", "ftp://node.example", "https://"])
def test_what_is_no_address_is_refused(organisation: Organisation, endpoint: str) -> None:
    with pytest.raises(NodeRefused, match="whole address"):
        actions.register_node(organisation=organisation, endpoint=endpoint, actor=None)


@pytest.mark.parametrize(
    ("path", "fault", "code"),
    [
        ("/.well-known/eval-node.json", "not-json", "description-malformed"),
        ("/.well-known/eval-node.json", "not-found", "bad-status"),
        ("/.well-known/jwks.json", "malformed", "keys-malformed"),
        ("/.well-known/", "redirect", "redirect"),
        ("/.well-known/", "oversized", "too-large"),
    ],
)
def test_a_node_that_answers_badly_is_refused_in_words(
    simulator: NodeSimulator, organisation: Organisation, path: str, fault: str, code: str
) -> None:
    simulator.misbehave(path, fault)
    with pytest.raises(NodeRefused) as refusal:
        _register(simulator, organisation)
    assert refusal.value.code == code
    assert len(refusal.value.message) > 40


def test_a_log_key_outside_the_key_set_is_refused(
    simulator: NodeSimulator, organisation: Organisation
) -> None:
    description = simulator._description()
    simulator.keys = [Jwk(raw_public_key(key_of("another").public_key()))]
    simulator._description = lambda: description  # type: ignore[method-assign]
    with pytest.raises(NodeRefused) as refusal:
        _register(simulator, organisation)
    assert refusal.value.code == "log-key-unknown"


def test_a_node_belongs_to_the_organisation_that_came_first(
    simulator: NodeSimulator, organisation: Organisation
) -> None:
    _register(simulator, organisation)
    with pytest.raises(NodeRefused, match="Another organisation"):
        _register(simulator, make_organisation("demo-b"))


def test_a_new_key_waits_until_it_is_confirmed(node: Node, simulator: NodeSimulator) -> None:
    new = key_of("the next key")
    simulator.keys.append(Jwk(raw_public_key(new.public_key())))
    seen = actions.look_for_keys(node=node, actor=None)
    assert [key.kid for key in seen] == [simulator.keys[1].kid]
    simulator._log_started_runs = False
    simulator.add_result(system="langid", successes=95, n=100, signed_by=new)
    pull(node_id=node.pk)
    assert node.quarantine.get().reason_code == "key-not-confirmed"
    actions.confirm_node(node=node, kids=[simulator.keys[1].kid], actor=None)
    simulator.add_result(system="langid", successes=96, n=100, signed_by=new)
    pull(node_id=node.pk)
    assert Result.objects.count() == 2, "what waited for the key is read again"


def test_a_key_outside_its_window_signs_nothing(
    simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    now = timezone.now()
    old = key_of("an old key")
    simulator.keys.append(Jwk(raw_public_key(old.public_key()), None, now - timedelta(days=30)))
    node = make_node(simulator)
    simulator._log_started_runs = False
    simulator.add_result(
        system="late", successes=95, n=100, signed_by=old, started_at=now - timedelta(days=1)
    )
    simulator.add_result(
        system="in-time", successes=95, n=100, signed_by=old, started_at=now - timedelta(days=60)
    )
    simulator.add_result(system="tomorrow", successes=95, n=100, started_at=now + timedelta(days=2))
    pull(node_id=node.pk)
    found = dict(node.quarantine.values_list("seq", "reason_code"))
    assert found == {1: "key-window", 3: "in-future"}
    assert Result.objects.get().system_revision.system.identifier == "in-time"


def test_a_revoked_key_signs_nothing_more(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="before", successes=95, n=100)
    pull(node_id=node.pk)
    actions.revoke_key(node=node, kid=simulator.kid, reason="lost", actor=None)
    simulator.add_result(system="after", successes=96, n=100)
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    assert attempt.outcome == "checkpoint-unsigned"
    assert Result.objects.count() == 1
    assert Entry.objects.filter(kind="node-key-revoked").exists()
    with pytest.raises(NodeRefused):
        actions.revoke_key(node=node, kid=simulator.kid, reason="again", actor=None)


def test_a_paused_node_is_not_pulled_until_it_is_resumed(node: Node) -> None:
    actions.pause_node(node=node, actor=None)
    assert pull(node_id=node.pk) is None
    with pytest.raises(NodeRefused):
        actions.pause_node(node=node, actor=None)
    actions.resume_node(node=node, actor=None)
    assert pull(node_id=node.pk) is not None


def test_a_node_is_followed_to_another_port(
    simulate: Callable[..., NodeSimulator], version: BenchmarkVersion
) -> None:
    old, new = simulate("node-a"), simulate("node-a")
    node = make_node(old, failures=7, breaker_until=timezone.now() + timedelta(hours=1))
    node = actions.move_node(node=node, endpoint=new.url, actor=None)
    assert (node.endpoint, node.failures, node.breaker_until) == (new.url, 0, None)


def test_another_node_at_the_new_address_is_refused(
    simulate: Callable[..., NodeSimulator], version: BenchmarkVersion
) -> None:
    node = make_node(simulate("node-a"))
    with pytest.raises(NodeRefused, match="node-b"):
        actions.move_node(node=node, endpoint=simulate("node-b").url, actor=None)
