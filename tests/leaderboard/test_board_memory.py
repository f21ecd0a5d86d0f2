"""A board computed with what is remembered of the last one is the board computed from nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard import board_memory
from leaderboard.models import BoardSnapshot, Result, System
from leaderboard.statistics import ranking
from leaderboard.statistics.board import Memory, Rules, Run, compute
from leaderboard.statistics.draws import Candidate, Drawing, draw_places, place_draws
from tests.leaderboard.boards import World, make_world

ITEMS = 20


def a_run(chance: random.Random, number: int) -> Run:
    """Return a run of one of a few systems, with or without samples, counted or not."""
    answers = np.array([chance.random() < 0.7 for _item in range(ITEMS)])
    right, known = int(answers.sum()), chance.random() < 0.8
    node = chance.choice("abc")
    return Run(
        id=f"run-{number:04}",
        node=f"node-{node}",
        organisation=f"org-{node}",
        system=f"system-{chance.randrange(6)}",
        revision="1",
        setting=chance.choice(["s", "s", "s", "other"]),
        value=Fraction(right, ITEMS),
        n=None if chance.random() < 0.1 else ITEMS,
        successes=right,
        excluded=chance.choice([None, None, None, "limited", "retracted"]),
        disputed=chance.random() < 0.1,
        recomputed=known,
        outcomes=answers if known else None,
        items="items" if known else "",
    )


@given(st.integers(0, 10_000), st.lists(st.sampled_from("+-~r"), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None)
def test_a_memory_never_changes_a_board(seed: int, changes: list[str]) -> None:
    chance = random.Random(seed)
    runs = [a_run(chance, number) for number in range(8)]
    rules, memory = Rules(Fraction(1, 100), n_items=ITEMS), Memory()
    with pytest.MonkeyPatch.context() as few:
        few.setattr(ranking, "DRAWS", 40)
        _change_and_compare(chance, runs, rules, memory, changes)


def _change_and_compare(
    chance: random.Random, runs: list[Run], rules: Rules, memory: Memory, changes: list[str]
) -> None:
    for number, change in enumerate(changes, 100):
        place = chance.randrange(len(runs))
        if change == "+":
            runs.append(a_run(chance, number))
        elif change == "-" and len(runs) > 1:
            del runs[place]
        elif change == "~":
            runs[place] = replace(runs[place], excluded="equivocation")
        elif change == "r":
            rules = replace(rules, tolerance=rules.tolerance + Fraction(1, 50))
        chance.shuffle(runs)
        assert compute(runs, rules, memory) == compute(runs, rules)


def test_what_did_not_change_is_not_made_again() -> None:
    chance, memory, rules = random.Random(1), Memory(), Rules(Fraction(1, 100))
    runs = [replace(a_run(chance, 0), id=f"r{i}", system=f"s{i}", excluded=None) for i in range(3)]
    first = compute(runs, rules, memory)
    again = compute(
        [*runs, replace(runs[0], id="r9", system="s9", excluded="limited")], rules, memory
    )
    assert all(new is old for new, old in zip(again.ranked, first.ranked, strict=True))


@pytest.mark.parametrize("higher", [True, False])
def test_counting_right_answers_gives_the_places_of_the_scores(higher: bool) -> None:
    chance = np.random.RandomState(3)
    outcomes = [chance.random_sample(40) < 0.1 * share for share in (0, 6, 7, 7, 8, 10)]
    paired = [
        Candidate(f"s{i}", Fraction(int(right.sum()), 40), 40, outcomes=right, items="i")
        for i, right in enumerate(outcomes)
    ]
    counted = draw_places(paired, Drawing.PAIRED, 500, 1, higher_is_better=higher)
    scored = draw_places(paired, Drawing.MIXED, 500, 1, higher_is_better=higher)
    assert np.array_equal(counted, scored)
    one_draw = np.array([[0.5], [0.25], [0.5]])
    assert place_draws(one_draw, 4).tolist() == [[1], [3], [1]]


def everything_again(world: World) -> None:
    """Compute from nothing: had the memory led elsewhere, there would be another snapshot."""
    board_memory.forget()
    assert world.refresh() == []


@pytest.mark.django_db
def test_each_change_of_results_gives_the_board_of_a_full_rebuild() -> None:
    board_memory.forget()
    world = make_world()
    world.measure_all("ab")
    assert world.refresh()
    late = world.result("newcomer", "c", wrong={3})
    assert world.refresh()
    everything_again(world)
    Result.objects.filter(pk=late.pk).update(state="retracted", reason="retracted")
    assert world.refresh()
    everything_again(world)
    System.objects.filter(slug="langid").update(name="langid, renamed", licence="MIT")
    assert world.refresh()
    everything_again(world)
    newest = BoardSnapshot.objects.of_board(world.version.pk, "accuracy").latest_or_none()
    assert newest is not None
    assert {row["name"] for row in newest.rows} >= {"langid, renamed", "newcomer"}


def test_only_so_many_rows_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    board_memory.forget()
    monkeypatch.setattr(board_memory, "_ROWS", 5)
    for number in range(7):
        with board_memory.remembered(number, "accuracy") as memory:
            pass
    with board_memory.remembered(6, "accuracy") as same:
        assert same is memory
    assert sorted(board for board, _metric in board_memory._remembered) == [2, 3, 4, 5, 6]
    board_memory.forget()


def test_an_error_leaves_nothing_to_remember() -> None:
    board_memory.forget()
    with pytest.raises(ValueError, match="broken"), board_memory.remembered(1, "accuracy"):
        raise ValueError("broken")
    assert not board_memory._remembered
