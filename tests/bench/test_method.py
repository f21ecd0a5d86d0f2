"""Ratios: what a machine that speeds up, slows down or jumps does to them."""

from __future__ import annotations

import itertools

import pytest

from bench.figure import Verdict, at_least, at_most, from_json, not_run, table, to_json
from bench.method import interleave, summary


def test_a_machine_that_slows_down_evenly_leaves_the_ratio_alone() -> None:
    clock = itertools.count()
    speed = lambda factor: lambda: factor * (1000 - 2 * next(clock))  # noqa: E731 - two arms, one clock

    ratios, rounds = interleave({"ours": speed(3), "hello": speed(1)}, "hello", rounds=7)

    assert len(rounds) == 7
    assert ratios["ours"].median == pytest.approx(3, rel=0.01)
    assert ratios["hello"].median == 1
    assert ratios["ours"].discarded == 0


def test_rounds_in_which_the_yardstick_jumps_are_thrown_away_and_repeated() -> None:
    slices = iter([100, 10, *itertools.repeat(100, 14)])

    ratios, rounds = interleave(
        {"hello": lambda: next(slices), "ours": lambda: 200}, "hello", rounds=7
    )

    assert len(rounds) == 7
    assert ratios["ours"].discarded == 1
    assert ratios["ours"].median == 2


def test_where_nothing_holds_still_the_noisy_rounds_are_the_answer_rather_than_none() -> None:
    slices = itertools.cycle([100, 10])

    ratios, rounds = interleave(
        {"hello": lambda: next(slices), "ours": lambda: 110}, "hello", rounds=3
    )

    assert len(rounds) == 6
    assert ratios["ours"].median == 2


def test_the_spread_is_the_inner_half() -> None:
    assert (summary([1, 2, 3, 4, 100]).low, summary([1, 2, 3, 4, 100]).high) == (2, 4)
    assert summary([5]).spread == "5.00 to 5.00, 1 rounds"


def test_figures_know_their_target_and_survive_the_way_between_processes() -> None:
    figures = [
        at_least("rate", 4.9, 5, "×"),
        at_most("memory", 299, 300, "MiB", note="2,000 clients"),
        not_run("ratio to nginx", "≥ 0.45 ×", "nginx is not installed"),
    ]

    assert [figure.verdict for figure in figures] == [Verdict.SHORT, Verdict.MET, Verdict.NOT_RUN]
    assert from_json(to_json(figures)) == figures
    assert "| rate | 4.9 × | ≥ 5 × | short |" in table(figures)
    assert "| ratio to nginx | - | ≥ 0.45 × | not run |" in table(figures)
