"""An honest node: what it signed is stored once, logged, witnessed, and asked for cheaply."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from alliance_node.proofs import note
from alliance_node.proofs.jwk import raw_public_key
from alliance_node.proofs.predicate import Metric, Outcomes
from django.conf import settings as django_settings

from leaderboard.models import (
    BenchmarkVersion,
    Envelope,
    Node,
    PullAttempt,
    Quarantined,
    Result,
    RunStarted,
)
from leaderboard.pull.cycle import pull
from tests.node_simulator import NodeSimulator
from transparency.models import Entry
from transparency.signing import signing_key

pytestmark = pytest.mark.django_db


def _samples(successes: int, n: int) -> bytes:
    lines = [json.dumps({"id": f"s{i:03}", "correct": i < successes}) for i in range(n)]
    return "\n".join(lines).encode() + b"\n"


def test_a_result_is_stored_with_everything_it_says(
    node: Node, simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    run, digest = simulator.add_result(
        system="py3langid",
        successes=97,
        n=100,
        outcomes=Outcomes(97, 2, abstained=1),
        more_metrics=(Metric("sentences-per-second", Decimal("12300.5"), True, 100),),
    )

    attempt = pull(node_id=node.pk)

    assert attempt is not None
    assert (attempt.outcome, attempt.items_new, attempt.quarantined) == ("ok", 2, 0)
    result = Result.objects.get()
    assert (result.ulid, result.run_id, result.state) == (run, run, "counted")
    assert result.benchmark_version == version
    assert (result.system_revision.system.identifier, result.system_revision.revision) == (
        "py3langid",
        "1.0",
    )
    assert result.outcomes["abstained"] == 1
    headline, speed = result.measurements.all()
    assert (headline.value, headline.n, headline.successes) == (Decimal("0.97"), 100, 97)
    assert (headline.recomputed, headline.agrees) == (Decimal("0.97"), True)
    assert (speed.value, speed.agrees) == (Decimal("12300.5"), None)
    assert result.envelope_id == digest
    assert RunStarted.objects.get().run_id == run


def test_the_envelope_is_kept_byte_for_byte_and_entered_in_the_public_log(
    node: Node, simulator: NodeSimulator
) -> None:
    _run, digest = simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    envelope = Envelope.objects.get(pk=digest)
    assert bytes(envelope.raw) == simulator.items[1].raw
    assert bytes(envelope.entry.body) == simulator.items[1].raw
    assert sorted(Entry.objects.values_list("kind", flat=True)) == ["result", "run-started"]


def test_the_cursor_goes_to_the_end_and_the_node_is_fresh(
    node: Node, simulator: NodeSimulator
) -> None:
    for successes in (90, 91, 92):
        simulator.add_result(system="langid", successes=successes, n=100)
    pull(node_id=node.pk)
    node.refresh_from_db()
    assert (node.cursor, node.health, node.failures) == (6, "fresh", 0)
    assert node.lease_until is None
    assert node.last_success_at is not None


def test_a_quiet_node_costs_one_small_request(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    simulator.requests.clear()
    for _ in range(3):
        attempt = pull(node_id=node.pk)
    assert simulator.requests == ["/checkpoint"] * 3
    assert attempt is not None
    assert (attempt.outcome, attempt.repeats, attempt.bytes) == ("unchanged", 3, 0)
    assert PullAttempt.objects.count() == 2


def test_only_what_is_new_is_fetched(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    simulator.requests.clear()
    _run, digest = simulator.add_result(system="pycld2", successes=86, n=100)
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    assert attempt.items_new == 2
    fetched = [path for path in simulator.requests if path.startswith("/v1/envelopes/")]
    assert len(fetched) == 2
    assert f"/v1/envelopes/{digest}" in fetched


def test_a_node_restored_to_an_earlier_cursor_makes_no_duplicates(
    node: Node, simulator: NodeSimulator
) -> None:
    """At-least-once: the same items again have no effect."""
    simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    Node.objects.filter(pk=node.pk).update(cursor=0, etag="")
    pull(node_id=node.pk)
    node.refresh_from_db()
    assert node.cursor == 2
    assert (Result.objects.count(), Envelope.objects.count(), Entry.objects.count()) == (1, 2, 2)
    assert not Quarantined.objects.exists()


def test_the_portal_cosigns_the_checkpoint_it_checked(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    node.refresh_from_db()
    head = node.last_checkpoint
    assert head is not None
    assert head.note == simulator.checkpoint
    witness = note.Verifier(
        django_settings.LOG_ORIGIN,
        raw_public_key(signing_key().public_key()),
        note.COSIGNATURE,
    )
    signed = note.signed_by(head.cosigned_note, [witness, simulator.verifier])
    assert set(signed) == {witness, simulator.verifier}


def test_published_samples_are_counted_again(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="langid", successes=95, n=100, samples=_samples(95, 100))
    pull(node_id=node.pk)
    sheet = Result.objects.get().samples
    assert bytes(sheet.correct) == b"\1" * 95 + b"\0" * 5


def test_samples_of_another_form_leave_the_result_as_attested(
    node: Node, simulator: NodeSimulator
) -> None:
    simulator.add_result(system="langid", successes=95, n=100, samples=b"a,b\n1,2\n")
    pull(node_id=node.pk)
    assert not hasattr(Result.objects.get(), "samples")


def test_missing_samples_do_not_hold_the_result_up(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="langid", successes=95, n=100, samples=_samples(95, 100))
    simulator.blobs.clear()
    attempt = pull(node_id=node.pk)
    assert attempt is not None
    assert attempt.outcome == "ok"
    assert Result.objects.get().state == "counted"


def test_a_limited_run_is_shown_unranked(node: Node, simulator: NodeSimulator) -> None:
    simulator.add_result(system="langid", successes=9, n=10, outcomes=Outcomes(9, 1, missing=90))
    pull(node_id=node.pk)
    result = Result.objects.get()
    assert (result.state, result.reason) == ("unranked", "limited")


def test_touched_boards_are_marked_in_the_same_transaction(
    node: Node, simulator: NodeSimulator, version: BenchmarkVersion
) -> None:
    simulator.add_result(system="langid", successes=95, n=100)
    pull(node_id=node.pk)
    version.refresh_from_db()
    assert version.results_revision > version.board_revision


def test_a_long_log_is_read_page_by_page(
    node: Node, simulator: NodeSimulator, settings: object
) -> None:
    settings.PULL_LIMITS = {"page_items": 3}  # type: ignore[attr-defined]
    for number in range(5):
        simulator.add_result(system=f"system-{number}", successes=90, n=100)
    pull(node_id=node.pk)
    pages = [path for path in simulator.requests if path.startswith("/v1/results")]
    assert len(pages) == 4
    assert Result.objects.count() == 5
