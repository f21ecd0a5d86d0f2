"""Pages, order, words and files of a board: the newest board and a past one answer alike."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from leaderboard import exports
from leaderboard.board_query import PAGE_ROWS, BoardQuery, Order
from leaderboard.board_rows import kept_rows, page_of
from leaderboard.models import BenchmarkVersion, BoardSnapshot, Standing
from tests.leaderboard.boards import World, grow, make_world

pytestmark = pytest.mark.django_db
BOARD = "/en/leaderboard/language-id/"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def world() -> World:
    made = make_world()
    made.measure_all("ab")
    made.result("newcomer", "c", wrong={1}, state="retracted", reason="retracted")
    made.refresh()
    return made


def newest(world: World) -> BoardSnapshot:
    found = BoardSnapshot.objects.of_board(world.version.pk, "accuracy").newest_summary()
    assert found is not None
    return found


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"chosen": {"node": frozenset({"node-a"})}},
        {"chosen": {"licence": frozenset({"MIT", "BSD"}), "node": frozenset({"node-b", "x"})}},
        {"chosen": {"assurance": frozenset({"retracted"})}},
        {"wanted": "LANG"},
        {"wanted": "1.1."},
        {"wanted": "nobody"},
        {"order": Order.NAME},
        {"order": Order.CHECKED},
    ],
)
def test_the_database_and_the_document_leave_the_same_rows(
    world: World, asked: dict[str, object]
) -> None:
    now = BoardQuery("accuracy", **asked)  # type: ignore[arg-type]
    then = BoardQuery("accuracy", as_of=TODAY, **asked)  # type: ignore[arg-type]
    snapshot = newest(world)
    assert kept_rows(snapshot, now) == kept_rows(snapshot, then)
    assert page_of(snapshot, now) == page_of(snapshot, then)


def test_a_large_board_comes_in_pages(client: Client, world: World) -> None:
    grow(world, 2 * PAGE_ROWS + 5)
    first = client.get(f"{BOARD}?q=System").content.decode()
    assert len(re.findall("data-key=", first)) == PAGE_ROWS
    assert 'rel="next" href="/en/leaderboard/language-id/?q=System&amp;page=2"' in first
    last = client.get(f"{BOARD}?q=System&page=99").content.decode()
    assert len(re.findall("data-key=", last)) == 5
    assert 'rel="next"' not in last
    assert len(client.get("/en/leaderboard/language-id.json?page=2").json()["rows"]) == 105


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²"])
def test_a_bad_page_is_the_first(client: Client, world: World, page: str) -> None:
    assert "data-key=" in client.get(BOARD, {"page": page}).content.decode()


def test_standings_hold_what_the_snapshot_says(world: World) -> None:
    snapshot = BoardSnapshot.objects.get(pk=newest(world).pk)
    rows = Standing.objects.of_snapshot(snapshot.pk)
    assert [row.row for row in rows] == snapshot.rows
    assert [row.tie_class for row in rows] == [row["tie_class"] for row in snapshot.rows]
    assert {row.unranked_reason for row in rows} == {"", "retracted"}


def test_a_retired_version_keeps_its_board_and_is_never_mixed(client: Client, world: World) -> None:
    BenchmarkVersion.objects.create(
        benchmark=world.version.benchmark,
        version="2.0.0",
        primary_metric="accuracy",
        metrics=world.version.metrics,
        state="adopted",
        adopted_at=datetime.now(UTC),
    )
    BenchmarkVersion.objects.filter(pk=world.version.pk).update(state="retired")
    assert "No results yet" in client.get(BOARD).content.decode()
    old = client.get(f"{BOARD}?version=1.0.0").content.decode()
    assert "py3langid" in old
    assert 'name="version" value="1.0.0"' in old
    assert client.get(f"{BOARD}?version=3").status_code == 404
    answer = client.get("/api/v1/boards/language-id/?version=1.0.0&q=py3").json()
    assert [row["system"] for row in answer["rows"]] == ["py3langid"]


def test_parquet_holds_the_rows_with_their_types(client: Client, world: World) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    answer = client.get("/en/leaderboard/language-id.parquet?licence=BSD-3-Clause")
    table = parquet.read_table(io.BytesIO(answer.content))
    (row,) = table.to_pylist()
    assert (row["system"], row["value"], row["n"]) == ("py3langid", 0.97, 100)
    assert row["nodes"] == ["node-a", "node-b"]
    assert table.schema.metadata[b"metric"] == b"accuracy"


def test_without_pyarrow_the_reader_is_told_what_to_do(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leaderboard.views.files.has_parquet", lambda: False)
    monkeypatch.setattr("leaderboard.exports.formats.has_parquet", lambda: False)
    answer = client.get("/en/leaderboard/language-id.parquet")
    assert answer.status_code == 501
    assert ".csv" in answer.json()["detail"]
    assert ".parquet" not in client.get(BOARD).content.decode()


def test_every_eval_ever_records_say_what_the_board_says(client: Client, world: World) -> None:
    answer = client.get("/en/leaderboard/language-id.eee.jsonl")
    records = [json.loads(line) for line in answer.content.decode().splitlines()]
    assert len(records) == 6
    first = records[0]
    assert first["schema_version"] == "0.3.0"
    assert first["model_info"]["id"] == "unknown/py3langid"
    assert first["eval_library"] == {"name": "alliance-node", "version": "0.1.0"}
    (result,) = first["evaluation_results"]
    assert result["score_details"]["score"] == 0.97
    assert result["score_details"]["uncertainty"]["num_samples"] == 100
    details = [*first["source_metadata"]["additional_details"].values()]
    assert all(isinstance(value, str) for value in details)


def test_eval_results_yaml_reads_back(client: Client, world: World) -> None:
    from ruamel.yaml import YAML

    text = client.get("/en/leaderboard/language-id.eval_results.yaml").content.decode()
    entries = YAML(typ="safe").load(text)
    assert entries[0]["dataset"] == {
        "id": "language-id",
        "task_id": "accuracy",
        "revision": "1.0.0",
    }
    assert entries[0]["value"] == 0.97
    assert "rank range 1 to 2" in entries[0]["notes"]
    assert "not ranked: retracted" in entries[-1]["notes"]


def test_every_format_is_offered_on_the_page(client: Client, world: World) -> None:
    page = client.get(f"{BOARD}?licence=MIT&page=1").content.decode()
    for suffix in exports.FORMATS:
        assert f"/en/leaderboard/language-id.{suffix}?licence=MIT" in page
        assert client.get(f"/en/leaderboard/language-id.{suffix}").status_code == 200
