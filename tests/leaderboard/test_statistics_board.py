"""From runs to rows: pooling, settings, reasons, pairs. No database."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.charts.marks import Mark, dot_and_interval
from leaderboard.charts.scale import axis, scale_over
from leaderboard.charts.strips import rank_strip, rung_bars
from leaderboard.statistics.assurance import Rung
from leaderboard.statistics.board import Reason, Rules, Run, as_dict, compute, decimal_text
from leaderboard.statistics.ranking import Drawing

RULES = Rules(tolerance=Fraction(1, 100), n_items=100)


def run(system: str, right: int, node: str = "a", **changes: object) -> Run:
    given_run = Run(
        id=f"{system}-{node}",
        node=f"node-{node}",
        organisation=f"org-{node}",
        system=system,
        revision="1",
        setting="s",
        value=Fraction(right, 100),
        n=100,
        successes=right,
    )
    return replace(given_run, **changes)


def test_three_nodes_meet_in_one_replicated_row() -> None:
    board = compute([run("x", 97, node, recomputed=True) for node in "abc"], RULES)
    (row,) = board.ranked
    assert (row.rung, row.agreeing, row.nodes) == (
        Rung.REPLICATED,
        3,
        ("node-a", "node-b", "node-c"),
    )
    assert as_dict(row)["value"] == "0.97"
    assert as_dict(row)["low"] == "0.915481"
    assert (as_dict(row)["rank_low"], as_dict(row)["rank_high"]) == (1, 1)


def test_a_stray_node_neither_leads_nor_hides() -> None:
    board = compute([*(run("x", 90, node) for node in "ab"), run("x", 99, "c")], RULES)
    (row,) = board.ranked
    assert row.value == Fraction(93, 100)
    assert (row.rung, row.agreeing, row.dissenting) == (Rung.REPLICATED, 2, 1)
    assert as_dict(row)["spread"] == "0.09"


@pytest.mark.parametrize(
    "reason", [Reason.RETRACTED, Reason.EQUIVOCATION, Reason.LIMITED, Reason.ERRORS]
)
def test_a_run_that_does_not_count_leaves_the_others_ranked(reason: Reason) -> None:
    board = compute(
        [run("x", 90), run("x", 99, "b", excluded=reason), run("y", 80, excluded=reason)], RULES
    )
    assert [(row.system, row.value) for row in board.ranked] == [("x", Fraction(9, 10))]
    assert [(row.system, row.reason) for row in board.unranked] == [("y", reason)]


def test_settings_never_share_a_column() -> None:
    board = compute([run("x", 90), run("x", 90, "b"), run("y", 99, setting="best of 20")], RULES)
    assert [row.system for row in board.ranked] == ["x"]
    assert [(row.system, row.reason) for row in board.unranked] == [("y", Reason.OTHER_SETTING)]


def test_without_uncertainty_and_with_missing_items_there_is_no_rank() -> None:
    bare = run("bare", 90, n=None, successes=None)
    short = run("short", 9, n=10, successes=9)
    board = compute([run("x", 90), bare, short], RULES)
    reasons = {row.system: row.reason for row in board.unranked}
    assert reasons == {"bare": Reason.NO_UNCERTAINTY, "short": Reason.INCOMPLETE}


def test_reported_errors_rank_and_are_labelled() -> None:
    rows = [
        run("x", 10, successes=None, stderr=0.01),
        run("y", 40, successes=None, stderr=0.02),
    ]
    board = compute(rows, Rules(Fraction(1, 100), higher_is_better=False))
    assert [(row.system, str(row.interval.method)) for row in board.ranked] == [
        ("x", "reported"),
        ("y", "reported"),
    ]


def test_outcomes_that_all_nodes_share_make_pairs() -> None:
    right = np.array([True] * 90 + [False] * 10)
    same = [run("x", 90, node, outcomes=right, items="i") for node in "ab"]
    other = run("y", 80, outcomes=np.roll(right, 3), items="i", successes=90)
    assert compute([*same, other], RULES).ranking.drawing is Drawing.PAIRED
    astray = replace(same[1], outcomes=np.roll(right, 1))
    assert compute([same[0], astray, other], RULES).ranking.drawing is Drawing.INDEPENDENT


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("uvwxyz"), st.integers(0, 100), st.sampled_from("abc")),
        unique_by=lambda t: (t[0], t[2]),
    )
)
def test_the_order_of_runs_changes_nothing(rows: list[tuple[str, int, str]]) -> None:
    runs = [run(*row) for row in rows]
    shuffled = runs[:]
    random.Random(1).shuffle(shuffled)
    first, second = compute(runs, RULES), compute(shuffled, RULES)
    assert first == second
    assert len(first.ranked) + len(first.unranked) == len({row[0] for row in rows})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(97, 100), "0.97"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(100), "100"),
        (12300, "12300"),
        (0.0, "0"),
        (1e-9, "0"),
        (None, None),
    ],
)
def test_numbers_for_machines_are_plain(value: Fraction | float | None, text: str | None) -> None:
    assert decimal_text(value) == text


def test_the_axis_of_the_demonstration_goes_from_075_to_1() -> None:
    scale = scale_over([0.779, 0.990, 0.915], is_share=True)
    assert (scale.low, scale.high, scale.places) == (0.75, 1.0, 2)
    assert scale.at(0.97) == pytest.approx(88)
    assert "0.95" in axis(scale)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_a_scale_shows_every_value(values: list[float]) -> None:
    scale = scale_over(values)
    width = scale.high - scale.low
    assert scale.low <= min(values) + 1e-9 * width + 1e-12
    assert scale.high >= max(values) - 1e-9 * width - 1e-12
    assert len(scale.ticks) == 6


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_scale_of_shares_stays_between_0_and_1(values: list[float]) -> None:
    scale = scale_over(values, is_share=True)
    assert -1e-9 <= scale.low <= min(values) + 1e-9
    assert max(values) - 1e-9 <= scale.high <= 1 + 1e-9


def test_pictures_say_their_sentence_and_escape_it() -> None:
    scale = scale_over([0, 1])
    drawn = dot_and_interval(
        scale, value=0.5, low=None, high=None, mark=Mark.HOLLOW, label="<b>0.5"
    )
    assert 'role="img" aria-label="&lt;b&gt;0.5"' in drawn
    assert "l-ink" not in drawn
    assert "style" not in drawn
    assert rank_strip(1, 2, 7).count("f-ink") == 2
    assert rank_strip(3, 40, 500).count("rect") == 2
    assert rung_bars(Rung.RECOMPUTED).count("f-tint") == 1
    assert rung_bars(Rung.DISPUTED).count("f-sig") == 3
