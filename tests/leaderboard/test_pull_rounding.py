"""Whether a stated share follows from its counts: whole numbers give what exact fractions give."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from leaderboard.pull.verify import LEAST_PLACES, is_rounding_of

COUNTS = st.integers(1, 10**15).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, st.integers(-3, 25), st.integers(-3, 3))
@example((1, 8), 3, 0)
@example((1, 3), 2, 0)
@example((1, 2), 1, 0)
def test_only_the_exact_share_and_its_rounding_agree(
    counts: tuple[int, int], places: int, off: int
) -> None:
    successes, n = counts
    exact = Fraction(successes, n)
    value = Decimal(round(exact * Fraction(10) ** places) + off).scaleb(-places)
    half = Fraction(1, 2 * 10**places) if places >= LEAST_PLACES else Fraction(0)
    assert is_rounding_of(value, successes, n) == (abs(Fraction(value) - exact) <= half)
