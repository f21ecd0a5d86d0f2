"""Every event of the catalogue is really told by what it names, and what it points to can be read."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from alliance_node.proofs.predicate import Retraction
from django.test import Client
from pytest_django import Settings

from alliance import doorbell
from alliance.clock import database_now
from governance.actions import close_vote, settle_election
from leaderboard import actions as results
from leaderboard.models import Node, Result
from leaderboard.pull.cycle import pull
from members import actions
from members.models import Organisation, Person, Webhook, WebhookDelivery, WebhookEvent
from members.viewers import viewer_of_person
from members.webhooks import catalogue
from projects.actions import ProjectSheet, record_project
from tests.cast import Cast
from tests.factories.elections import opened, overdue_election, rank
from tests.factories.governance import make_chamber, overdue
from tests.factories.leaderboard import make_benchmark, make_node
from tests.node_simulator import NodeSimulator

pytestmark = pytest.mark.django_db
DECISION = "B-2026-001"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "ring", lambda *args: None)


@pytest.fixture
def webhook(cast: Cast) -> Webhook:
    """Told of everything that organisation A may be told."""
    found, _secret = actions.create_webhook(
        viewer=viewer_of_person(cast.rep_a), organisation=cast.org_a, kinds=[], url="https://hooks.example/",
        now=database_now(),
    )  # fmt: skip
    return found


@pytest.fixture
def node(cast: Cast, settings: Settings) -> Iterator[tuple[Node, NodeSimulator]]:
    """A node of organisation A that serves one result."""
    with NodeSimulator("node-a.demo.example") as simulator:
        settings.OUTBOUND_ALLOWED_HOSTS = [simulator.host]
        make_benchmark()
        yield make_node(simulator, organisation=cast.org_a), simulator


def _govern() -> None:
    chamber = make_chamber(5)
    vote = chamber.call()
    chamber.cast_all(vote, "fffff")
    close_vote(vote_id=overdue(vote).pk)
    election = opened(chamber, seats=1)
    rank(election, chamber, 1, "Bo Ada")
    settle_election(election_id=overdue_election(election).pk)


def _evaluate(node: tuple[Node, NodeSimulator]) -> None:
    row, simulator = node
    run, digest = simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=row.pk)
    taken_back = Retraction(f"sha256:{digest}", "The data had duplicates.")
    simulator.add_result(system="langid", successes=95, n=100, run_id=run, retracts=taken_back)
    pull(node_id=row.pk)


def _catalogue() -> None:
    facts = {"name": "Suite", "tier": "managed", "summary_en": "Tests."}
    record_project(sheet=ProjectSheet(slug="suite", facts=facts))
    record_project(sheet=ProjectSheet(slug="suite", facts=facts | {"tier": "supported"}))


def _join_and_leave() -> None:
    facts = {"name": "Lab", "short_name": "Lab", "kind": "research"}
    lab = actions.record_organisation(
        slug="lab", facts=facts, membership={"kind": "later", "source": "a test"}
    )
    said = {"organisation": lab, "decision_number": DECISION, "decided_at": database_now()}
    actions.suspend_member(**said)
    actions.reinstate_member(**said)
    actions.end_membership(**said)


def test_each_kind_is_told_by_what_it_names_and_points_to_what_everybody_may_read(
    client: Client, cast: Cast, webhook: Webhook, node: tuple[Node, NodeSimulator]
) -> None:
    _govern()
    _evaluate(node)
    _catalogue()
    _join_and_leave()
    actions.send_test_event(
        viewer=viewer_of_person(cast.rep_a), webhook=webhook, now=database_now()
    )
    told = {event.kind: event for event in WebhookEvent.objects.all()}
    assert set(told) == set(catalogue.KINDS)
    assert WebhookDelivery.objects.count() == WebhookEvent.objects.count()
    people = [text for person in Person.objects.all() for text in (person.email, person.full_name)]
    for kind, event in told.items():
        assert set(event.data) == {"url", *catalogue.KINDS[kind].example}, kind
        assert not [text for text in people if text and text in str(event.data)], kind
        if kind != catalogue.TEST:
            assert client.get(urlsplit(event.data["url"]).path).status_code == 200, kind


def test_nothing_is_told_of_members_that_are_not_listed(cast: Cast, webhook: Webhook) -> None:
    cast.hidden.memberships.create(kind="later", source="a test")
    for act in (actions.suspend_member, actions.reinstate_member, actions.end_membership):
        act(organisation=cast.hidden, decision_number=DECISION, decided_at=database_now())
    assert not WebhookEvent.objects.exists()


def test_whoever_leaves_is_told_of_it_no_more(cast: Cast, webhook: Webhook) -> None:
    cast.org_a.memberships.create(kind="later", source="a test")
    actions.end_membership(
        organisation=cast.org_a, decision_number=DECISION, decided_at=database_now()
    )
    webhook.refresh_from_db()
    assert webhook.state == "paused"
    _catalogue()
    assert set(WebhookEvent.objects.values_list("kind", flat=True)) == {"membership.ended"}


def test_a_retraction_by_decision_is_told_once(
    webhook: Webhook, node: tuple[Node, NodeSimulator]
) -> None:
    row, simulator = node
    simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=row.pk)
    ulid = Result.objects.get().ulid
    results.retract_result(ulid=ulid, reason="a leak", decision_number=DECISION)
    event = WebhookEvent.objects.get(kind="result.retracted")
    assert event.data["url"].endswith(f"/api/v1/results/{ulid}/")


def test_the_admitted_are_told_of_like_the_recorded(cast: Cast, webhook: Webhook) -> None:
    application = actions.apply_for_membership(
        language="en", name="A Lab", short_name="Lab", kind="research", country="CH", website_domain="lab.example",
        motivation="x", contact_name="Ada", contact_email="ada@lab.example",
    )  # fmt: skip
    application.state, application.reviewed_by = "reviewed", cast.staff
    application.save()
    actions.admit_organisation(
        application=application, decision_number=DECISION, decided_at=database_now()
    )
    member = Organisation.objects.get(name="A Lab")
    event = WebhookEvent.objects.get()
    assert event.kind == "membership.recorded"
    assert (event.data["organisation"], event.data["decision"]) == (member.slug, DECISION)
