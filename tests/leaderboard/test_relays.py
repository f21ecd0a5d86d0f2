"""Pulling a sister portal's relay: verified here, counted once, and every cheat in its public state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from alliance_node.proofs import dsse
from django.db import Error, transaction
from django.test import Client

from leaderboard.actions import admit_node
from leaderboard.actions import relays as actions
from leaderboard.errors import RelayRefused
from leaderboard.models import (
    Envelope,
    Node,
    RawFile,
    Relay,
    RelayedHead,
    RelayRefusal,
    Result,
)
from leaderboard.pull.cycle import pull as pull_node
from leaderboard.relays.cycle import pull
from leaderboard.scheduling import due_relays
from members.models import Organisation
from tests.cast import Cast
from tests.factories.leaderboard import make_benchmark, make_node, make_organisation
from tests.leaderboard.conftest import Simulate
from tests.node_simulator import NodeSimulator, key_of
from tests.relay_simulator import RelaySimulator
from transparency.models import Entry

pytestmark = pytest.mark.django_db


@dataclass
class Sister:
    """A relay with one far node behind it."""

    relay: RelaySimulator
    node: NodeSimulator

    def register(self) -> Relay:
        row = actions.register_relay(endpoint=self.relay.url, actor=None)
        return actions.confirm_relay(relay=row, actor=None)

    def take(self, row: Relay, organisation: Organisation | None = None) -> Node:
        return actions.accept_origin(
            relay=row, node_id=self.node.node_id, organisation=organisation, kids=[self.node.kid], actor=None
        )  # fmt: skip


@pytest.fixture
def sister(simulate: Simulate, settings: Any, db: None) -> Iterator[Sister]:
    make_benchmark()
    node = simulate("far")
    node.add_result(system="py3langid", successes=97, n=100, samples=_samples(97))
    with RelaySimulator() as relay:
        settings.OUTBOUND_ALLOWED_HOSTS = [*settings.OUTBOUND_ALLOWED_HOSTS, relay.host]
        relay.pass_on(node)
        yield Sister(relay, node)


def _samples(successes: int) -> bytes:
    lines = [json.dumps({"id": f"s{i:03}", "correct": i >= 100 - successes}) for i in range(100)]
    return "\n".join(lines).encode()


def _taken(sister: Sister) -> tuple[Relay, Node]:
    row = sister.register()
    return row, sister.take(row, make_organisation("far-away"))


def test_what_a_relay_passes_on_is_taken_under_its_node(sister: Sister) -> None:
    row, node = _taken(sister)
    assert pull(relay_id=row.pk) == "ok"
    result = Result.objects.get()
    assert (result.node, result.state, result.envelope.relay) == (node, "counted", row)
    assert sum(bytes(result.samples.correct)) == 97
    assert result.envelope.seq is None
    assert bytes(result.envelope.raw) == sister.node.items[-1].raw
    page = Client().get(f"/en/leaderboard/results/{result.ulid}/").content.decode()
    assert "Received through the relay" in page
    assert "sister.demo.example" in page
    said = Client().get(f"/api/v1/results/{result.ulid}/").json()
    assert said["relay"] == row.slug
    assert pull(relay_id=row.pk) == "unchanged"
    assert not RelayRefusal.objects.exists()


def test_a_raw_file_comes_through_and_is_passed_on(sister: Sister) -> None:
    row, _node = _taken(sister)
    pull(relay_id=row.pk)
    digest = dsse.digest(_samples(97))
    assert RawFile.objects.get().sha256 == digest
    answer = Client().get(f"/federation/v1/blobs/{digest}")
    assert answer.content == _samples(97)
    assert Client().get(f"/federation/v1/blobs/{'0' * 64}").status_code == 404
    with pytest.raises(Error), transaction.atomic():
        RawFile.objects.update(size=1)


@pytest.mark.parametrize("is_direct_first", [True, False])
def test_nothing_counts_twice_that_is_pulled_directly_too(
    sister: Sister, is_direct_first: bool
) -> None:
    node = make_node(sister.node)
    row = sister.register()
    sister.take(row)
    pulls = [lambda: pull_node(node_id=node.pk), lambda: pull(relay_id=row.pk)]
    for one in pulls if is_direct_first else reversed(pulls):
        one()
    assert Result.objects.count() == 1
    assert Envelope.objects.count() == 2
    assert Entry.objects.filter(kind="result").count() == 1
    assert not node.quarantine.exists()
    node.refresh_from_db()
    assert node.cursor == 2
    assert (Result.objects.get().envelope.relay is None) == is_direct_first


def test_an_unconfirmed_relay_or_an_untaken_node_gives_nothing(sister: Sister) -> None:
    row = actions.register_relay(endpoint=sister.relay.url, actor=None)
    assert pull(relay_id=row.pk) is None
    assert Client().get(f"/en/leaderboard/relays/{row.slug}/").status_code == 404
    actions.confirm_relay(relay=row, actor=None)
    assert pull(relay_id=row.pk) == "ok"
    assert not Envelope.objects.exists()
    assert not RelayRefusal.objects.exists()
    sister.take(row, make_organisation("far-away"))
    assert pull(relay_id=row.pk) == "ok"
    assert Result.objects.count() == 1


def test_the_portals_own_relay_and_what_comes_from_here_are_left_out(
    sister: Sister, settings: Any
) -> None:
    settings.SITE_ORIGIN = "https://here.example"
    sister.relay.via["far"] = "here.example"
    row = sister.register()
    assert actions.origins_on_offer(row) == []
    with pytest.raises(RelayRefused) as refused:
        sister.take(row, make_organisation("far-away"))
    assert refused.value.code == "origin-unknown"
    settings.SITE_ORIGIN = "https://sister.demo.example"
    with pytest.raises(RelayRefused) as refused:
        actions.register_relay(endpoint=sister.relay.url, actor=None)
    assert refused.value.code == "relay-is-self"


@pytest.mark.parametrize(
    ("cheat", "code"),
    [("wrong-digest", "wrong-digest"), ("bad-signature", "bad-signature"), ("leaf", "not-in-log")],
)
def test_what_a_relay_falsifies_is_laid_at_its_own_door(
    sister: Sister, cheat: str, code: str
) -> None:
    row, node = _taken(sister)
    if cheat == "wrong-digest":
        sister.relay.misbehave("/v1/envelopes/", "wrong-digest")
    elif cheat == "bad-signature":
        _run, digest = sister.node.add_result(system="x", successes=1, n=2, corrupt=True)
        sister.relay.pass_on(sister.node, digest)
    else:
        honest = sister.relay.answer

        def lie(target: str) -> tuple[str, bytes] | None:
            kind, body = honest(target) or ("", b"")
            return (kind, body.replace(b'"seq":1', b'"seq":0').replace(b'"seq":2', b'"seq":1').replace(
                b'"seq":0', b'"seq":2')) if target.startswith("/v1/results") else honest(target)  # fmt: skip

        sister.relay.answer = lie  # type: ignore[method-assign]
        assert pull(relay_id=row.pk) == "list-malformed"
        return
    pull(relay_id=row.pk)
    refusals = RelayRefusal.objects.filter(reason_code=code)
    assert refusals.exists()
    assert not refusals.exclude(node=None).exists()
    assert not node.quarantine.exists()
    page = Client().get(f"/fr/leaderboard/relays/{row.slug}/").content.decode()
    assert code in page


def test_a_statement_of_an_unknown_key_is_nobodys(sister: Sister) -> None:
    row, _node = _taken(sister)
    _run, digest = sister.node.add_result(
        system="x", successes=1, n=2, signed_by=key_of("somebody")
    )
    sister.relay.pass_on(sister.node, digest)
    pull(relay_id=row.pk)
    assert not Envelope.objects.filter(pk=digest).exists()


def test_two_truths_for_one_run_seen_through_a_relay_are_equivocation(
    sister: Sister, simulate: Simulate
) -> None:
    node = make_node(sister.node)
    pull_node(node_id=node.pk)
    run = Result.objects.get().run_id
    other = simulate("far")
    other.equivocate(run, system="py3langid", successes=96, n=100)
    sister.relay.items.clear()
    sister.relay.pass_on(other)
    sister.relay.origins["far"] = sister.node
    row = sister.register()
    sister.take(row)
    assert pull(relay_id=row.pk) == "ok"
    states = Result.objects.filter(run_id=run).values_list("state", flat=True)
    assert list(states) == ["equivocated", "equivocated"]
    page = Client().get(f"/en/leaderboard/nodes/{node.slug}/").content.decode()
    assert "It signed two different results" in page


@pytest.mark.parametrize("is_longer", [False, True])
def test_a_history_shown_only_to_the_sister_makes_the_node_inconsistent(
    sister: Sister, simulate: Simulate, is_longer: bool
) -> None:
    """Once at the same size; once where the node told the sister less, but something else."""
    node = make_node(sister.node)
    if is_longer:
        sister.node.add_result(system="langid", successes=90, n=100)
    pull_node(node_id=node.pk)
    other = simulate("far")
    other.add_result(system="py3langid", successes=50, n=100)
    assert other.size == 2
    sister.relay.heads["far"] = other.checkpoint
    row = sister.register()
    sister.take(row)
    pull(relay_id=row.pk)
    node.refresh_from_db()
    assert node.health == "inconsistent"
    said = json.loads(bytes(Entry.objects.get(kind="node-inconsistent").body))["body"]
    assert (said["relay"], said["code"]) == ("sister.demo.example", "log-forked-through-relay")
    assert (other.checkpoint in said["shown"], bool(said["held"])) == (True, True)
    for language, words in (
        ("en", "It showed two histories"),
        ("fr", "Il a montré deux histoires"),
    ):
        page = Client().get(f"/{language}/leaderboard/nodes/{node.slug}/").content.decode()
        assert words in page
    pull(relay_id=row.pk)
    assert Entry.objects.filter(kind="node-inconsistent").count() == 1


def test_later_statements_of_such_a_node_wait_until_it_is_admitted(sister: Sister) -> None:
    row, node = _taken(sister)
    Node.objects.filter(pk=node.pk).update(health="inconsistent")
    pull(relay_id=row.pk)
    assert not Envelope.objects.exists()
    assert set(RelayRefusal.objects.values_list("reason_code", flat=True)) == {"log-inconsistent"}
    admit_node(slug=node.slug, decision_number="TOC-2026-040")
    node.refresh_from_db()
    assert node.state == "relayed"
    pull(relay_id=row.pk)
    assert Result.objects.count() == 1
    assert not RelayRefusal.objects.exists()


def test_a_relay_that_rewrites_its_log_is_found_and_read_no_more(sister: Sister) -> None:
    row, _node = _taken(sister)
    pull(relay_id=row.pk)
    sister.relay.rewrite_log(drop=0)
    sister.node.add_result(system="new", successes=9, n=10)
    sister.relay.pass_on(sister.node, sister.node.items[-1].digest, sister.node.items[-2].digest)
    assert pull(relay_id=row.pk) == "relay-inconsistent"
    row.refresh_from_db()
    assert row.health == "inconsistent"
    assert Result.objects.count() == 1
    assert Entry.objects.filter(kind="relay-inconsistent").count() == 1
    page = Client().get(f"/en/leaderboard/relays/{row.slug}/").content.decode()
    assert "Its log contradicts itself" in page
    assert pull(relay_id=row.pk) == "relay-inconsistent"


def test_a_head_that_the_relay_did_not_witness_is_worth_nothing(sister: Sister) -> None:
    row, node = _taken(sister)
    sister.relay.witnesses = False
    pull(relay_id=row.pk)
    assert not RelayedHead.objects.exists()
    assert RelayRefusal.objects.get().reason_code == "head-not-witnessed"
    node.refresh_from_db()
    assert node.health == "new"


def test_due_relays_are_claimed_once_and_failures_open_a_breaker(
    sister: Sister, settings: Any
) -> None:
    row, _node = _taken(sister)
    assert due_relays() == [row.pk]
    assert due_relays() == []
    sister.relay.misbehave("/", "error-500")
    for _ in range(5):
        Relay.objects.update(breaker_until=None)
        assert pull(relay_id=row.pk) == "bad-status"
    row.refresh_from_db()
    assert (row.health, row.breaker_until is not None) == ("down", True)
    assert pull(relay_id=row.pk) is None


def test_every_pull_of_a_relay_is_on_record_and_quiet_ones_share_a_line(sister: Sister) -> None:
    row, _node = _taken(sister)
    for expected in ("ok", "unchanged", "unchanged"):
        assert pull(relay_id=row.pk) == expected
    sister.relay.misbehave("/", "error-500")
    pull(relay_id=row.pk)
    log = list(row.pulls.newest_first())
    assert [(p.outcome, p.repeats, p.items_new) for p in log] == [
        ("bad-status", 1, 0),
        ("unchanged", 2, 0),
        ("ok", 1, 2),
    ]
    assert log[0].http_status == 500
    assert log[2].bytes > 0
    assert all(p.finished_at for p in log)


def test_a_pull_whose_worker_was_lost_is_closed_by_the_next(sister: Sister) -> None:
    row, _node = _taken(sister)
    row.pulls.create(lease_token=row.lease_token, started_at=row.created_at)
    assert pull(relay_id=row.pk) == "ok"
    assert [p.outcome for p in row.pulls.newest_first()] == ["ok", "worker-lost"]


def test_relays_are_in_the_api_once_their_key_is_confirmed(sister: Sister) -> None:
    row = sister.register()
    Relay.objects.filter(pk=row.pk).update(state="pending")
    path = f"/api/v1/relays/{row.slug}/"
    assert Client().get(path).status_code == 404
    assert Client().get("/api/v1/relays/").json()["results"] == []
    Relay.objects.filter(pk=row.pk).update(state="active")
    node = sister.take(row, make_organisation("far-away"))
    pull(relay_id=row.pk)
    said = Client().get(path).json()
    assert said["origins"] == [
        {"node": node.slug, "node_id": node.node_id, "is_relayed_only": True}
    ]
    assert (said["last_outcome"], said["health"], said["statement_count"]) == ("ok", "fresh", 2)
    assert [r["slug"] for r in Client().get("/api/v1/relays/").json()["results"]] == [row.slug]


def test_operators_register_compare_and_take_on_pages(sister: Sister, cast: Cast) -> None:
    path = "/en/leaderboard/relays/manage/"
    for person in (cast.rep_a, cast.outsider):
        stranger = Client()
        stranger.force_login(person)
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"endpoint": sister.relay.url}).status_code == 404
    assert Client().get(path).status_code == 302
    staff = Client()
    staff.force_login(cast.staff)
    assert staff.post(path, {"endpoint": "nonsense"}).status_code == 422
    made = staff.post(path, {"endpoint": sister.relay.url})
    desk = made["Location"]
    assert bytes(Relay.objects.get().log_key).hex() in staff.get(desk).content.decode()
    staff.post(f"{desk}confirm/")
    assert sister.node.kid in staff.get(desk).content.decode()
    staff.post(f"{desk}accept/", {"node_id": sister.node.node_id, "organisation": cast.org_b.pk})
    assert not Node.objects.exists()
    staff.post(
        f"{desk}accept/",
        {"node_id": sister.node.node_id, "organisation": cast.org_b.pk, "kids": [sister.node.kid]},
    )
    node = Node.objects.get()
    assert (node.state, node.organisation) == ("relayed", cast.org_b)
    assert staff.post(f"{desk}sing/").status_code == 404
    staff.post(f"{desk}pause/")
    assert Relay.objects.get().state == "paused"
    staff.post(f"{desk}resume/")
    staff.post(f"{desk}wake/")
    assert "has not read this relay yet" in staff.get(desk).content.decode()
    pull(relay_id=Relay.objects.get().pk)
    assert "<code>ok</code>" in staff.get(desk).content.decode()
    for language in ("en", "fr"):
        for page in (
            "relays/",
            f"relays/{Relay.objects.get().slug}/",
            "nodes/",
            f"nodes/{node.slug}/",
        ):
            answer = Client().get(f"/{language}/leaderboard/{page}")
            assert answer.status_code == 200
            assert "public" in answer["Cache-Control"]
    said = Client().get("/federation/.well-known/eval-node.json").json()
    assert said["origins"][0]["via"] == "sister.demo.example"
