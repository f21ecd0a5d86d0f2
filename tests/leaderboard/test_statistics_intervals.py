"""Intervals against the published figures of the demonstration and against properties of the formula."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.statistics.intervals import Method, interval_of, reported, wilson

DEMONSTRATION = [
    (97, 0.915, 0.990),
    (95, 0.888, 0.978),
    (91, 0.838, 0.952),
    (87, 0.790, 0.922),
    (86, 0.779, 0.915),
]


@pytest.mark.parametrize(("successes", "low", "high"), DEMONSTRATION)
def test_wilson_gives_the_figures_of_the_demonstration(
    successes: int, low: float, high: float
) -> None:
    interval = wilson(successes, 100)
    assert round(interval.low or 0, 3) == low
    assert round(interval.high or 0, 3) == high
    assert interval.method is Method.WILSON


def test_wilson_at_the_ends_stays_inside_and_keeps_a_width() -> None:
    # 0 of 10 and 10 of 10: z² / (n + z²) is the closed form.
    bound = 1.959963984540054**2 / (10 + 1.959963984540054**2)
    assert wilson(0, 10).low == 0
    assert wilson(0, 10).high == pytest.approx(bound)
    assert wilson(10, 10).high == 1
    assert wilson(10, 10).low == pytest.approx(1 - bound)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    successes, n = pair
    interval, mirror = wilson(successes, n), wilson(n - successes, n)
    assert 0 <= (interval.low or 0) <= successes / n <= (interval.high or 0) <= 1
    assert interval.low == pytest.approx(1 - (mirror.high or 0), abs=1e-12)


@given(st.integers(1, 500), st.integers(2, 20))
def test_more_items_narrow_the_interval(n: int, factor: int) -> None:
    small, large = wilson(n / 2, n), wilson(n * factor / 2, n * factor)
    assert (large.high or 0) - (large.low or 0) < (small.high or 0) - (small.low or 0)


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_what_is_not_a_share(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match=r"item|between"):
        wilson(successes, n)


def test_a_reported_error_is_used_and_labelled() -> None:
    interval = reported(0.5, 0.1)
    assert interval.method is Method.REPORTED
    assert interval.low == pytest.approx(0.304, abs=1e-4)
    assert interval.high == pytest.approx(0.696, abs=1e-4)


@pytest.mark.parametrize("stderr", [-0.1, math.nan, math.inf])
def test_a_reported_error_must_be_a_number(stderr: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        reported(0.5, stderr)


def test_the_interval_is_chosen_by_what_was_published() -> None:
    assert interval_of(0.9, n=10, is_proportion=True, stderr=0.01).method is Method.WILSON
    assert interval_of(0.9, n=10, is_proportion=False, stderr=0.01).method is Method.REPORTED
    nothing = interval_of(0.9, n=None, is_proportion=False, stderr=None)
    assert nothing.method is Method.NONE
    assert not nothing.is_known
