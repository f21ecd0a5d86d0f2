"""Tests between two systems: the demonstration's figures, textbook figures, symmetry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.statistics.comparison import (
    fisher_exact,
    mcnemar,
    mcnemar_exact,
    normal_difference,
)


@pytest.mark.parametrize(
    ("only_leader", "only_other", "p"),
    [(3, 1, 0.625), (2, 0, 0.5), (6, 0, 0.03125), (10, 0, 2 / 1024), (11, 0, 2 / 2048), (0, 0, 1)],
)
def test_mcnemar_gives_the_figures_of_the_demonstration(
    only_leader: int, only_other: int, p: float
) -> None:
    assert mcnemar_exact(only_leader, only_other) == p


def test_mcnemar_counts_the_discordant_items() -> None:
    leader = np.array([True, True, True, False, False])
    other = np.array([False, False, True, True, False])
    assert mcnemar(leader, other) == mcnemar_exact(2, 1)
    with pytest.raises(ValueError, match="same items"):
        mcnemar(leader, other[:3])


def test_large_counts_agree_with_the_exact_form() -> None:
    exact = mcnemar_exact(2000, 2096)
    beyond = mcnemar_exact(2001, 2097)
    assert exact == pytest.approx(beyond, rel=0.01)
    assert mcnemar_exact(60_000, 60_000) == 1


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_symmetric_and_a_probability(first: int, second: int) -> None:
    p = mcnemar_exact(first, second)
    assert 0 < p <= 1
    assert p == mcnemar_exact(second, first)


def test_fisher_gives_the_lady_tasting_tea() -> None:
    assert fisher_exact(3, 4, 1, 4) == pytest.approx(34 / 70)
    assert fisher_exact(4, 4, 0, 4) == pytest.approx(2 / 70)


@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
)
def test_fisher_agrees_with_whole_numbers(first: tuple[int, int], second: tuple[int, int]) -> None:
    (a, n_1), (b, n_2) = first, second
    tables = {
        k: math.comb(n_1, k) * math.comb(n_2, a + b - k)
        for k in range(max(0, a + b - n_2), min(n_1, a + b) + 1)
    }
    expected = sum(t for t in tables.values() if t <= tables[a]) / sum(tables.values())
    assert fisher_exact(a, n_1, b, n_2) == pytest.approx(expected, rel=1e-6)


def test_fisher_takes_counts_over_a_million() -> None:
    assert fisher_exact(900_000, 1_500_000, 901_000, 1_500_000) == pytest.approx(0.2385, abs=5e-4)


def test_reported_errors_are_compared_by_their_difference() -> None:
    assert normal_difference(0.5, 0.03, 0.5, 0.04) == 1
    assert normal_difference(0.5, 0.03, 0.5 + 1.959964 * 0.05, 0.04) == pytest.approx(0.05)
    assert normal_difference(0.5, 0, 0.6, 0) == 0
