"""Several organisations, one cell."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.statistics.assurance import Rung, assess, largest_agreement
from leaderboard.statistics.pooling import Contribution, chi_square_tail, pool


def share(organisation: str, right: int, n: int = 100) -> Contribution:
    return Contribution(organisation, Fraction(right, n), n)


def test_the_headline_is_the_weighted_mean_and_never_the_best() -> None:
    pooled = pool([share("a", 90), share("b", 80), share("c", 140, 200)], is_proportion=True)
    assert pooled.value == Fraction(90 + 80 + 140, 400)
    assert pooled.spread == Fraction(20, 100)
    assert pooled.n == 200


def test_an_organisation_with_many_runs_counts_once() -> None:
    once = pool([share("a", 90), share("b", 80)], is_proportion=True)
    often = pool([share("a", 90), *[share("b", 80)] * 9], is_proportion=True)
    assert often.value == once.value
    assert [mean.runs for mean in often.organisations] == [1, 9]


def test_repeating_the_same_items_does_not_narrow_the_interval() -> None:
    pooled = pool([share(name, 97) for name in "abc"], is_proportion=True)
    assert pooled.n == 100
    assert pooled.spread == 0
    assert not pooled.heterogeneous


def test_disagreement_beyond_chance_is_flagged() -> None:
    assert pool([share("a", 97), share("b", 60)], is_proportion=True).heterogeneous
    assert not pool([share("a", 97), share("b", 94)], is_proportion=True).heterogeneous


def test_reported_errors_keep_the_widest_and_one_missing_leaves_it_unknown() -> None:
    known = [
        Contribution("a", Fraction(1, 2), None, 0.1),
        Contribution("b", Fraction(1, 2), None, 0.2),
    ]
    assert pool(known, is_proportion=False).stderr == 0.2
    unknown = [*known, Contribution("c", Fraction(1, 2))]
    assert pool(unknown, is_proportion=False).stderr is None
    assert pool(unknown, is_proportion=False).cochran_q is None


def test_nothing_can_not_be_pooled() -> None:
    with pytest.raises(ValueError, match="nothing"):
        pool([], is_proportion=True)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 100)), min_size=1, max_size=12))
def test_pooling_stays_between_the_ends_and_ignores_order(runs: list[tuple[str, int]]) -> None:
    items = [share(name, right) for name, right in runs]
    pooled = pool(items, is_proportion=True)
    assert pooled == pool(items[::-1], is_proportion=True)
    assert min(i.value for i in items) <= pooled.value <= max(i.value for i in items)


@pytest.mark.parametrize(
    ("x", "degrees", "tail"),
    [(3.841459, 1, 0.05), (5.991465, 2, 0.05), (7.814728, 3, 0.05), (9.487729, 4, 0.05), (11.0705, 5, 0.05)],
)  # fmt: skip
def test_the_chi_square_tail_matches_the_tables(x: float, degrees: int, tail: float) -> None:
    assert chi_square_tail(x, degrees) == pytest.approx(tail, abs=1e-6)


def test_the_ladder_counts_organisations_within_tolerance() -> None:
    tolerance = Fraction(1, 100)
    values = [Fraction(v, 1000) for v in (970, 975, 980, 900)]
    found = assess(values, tolerance=tolerance, recomputed=True)
    assert (found.rung, found.agreeing, found.dissenting) == (Rung.REPLICATED, 3, 1)
    alone = assess(values[:1], tolerance=tolerance, recomputed=True)
    assert (alone.rung, alone.agreeing) == (Rung.RECOMPUTED, 1)
    assert assess(values[:1], tolerance=tolerance, recomputed=False).rung is Rung.SELF_ATTESTED
    apart = assess([Fraction(1, 2), Fraction(3, 4)], tolerance=tolerance, recomputed=False)
    assert (apart.rung, apart.agreeing, apart.dissenting) == (Rung.SELF_ATTESTED, 1, 1)


def test_dispute_and_retraction_outweigh_every_step() -> None:
    values = [Fraction(1, 2)] * 3
    assert (
        assess(values, tolerance=Fraction(), recomputed=True, disputed=True).rung is Rung.DISPUTED
    )
    both = assess(values, tolerance=Fraction(), recomputed=True, disputed=True, retracted=True)
    assert both.rung is Rung.RETRACTED
    assert both.agreeing == 3


@given(st.lists(st.fractions(0, 1), max_size=12), st.fractions(0, 1))
def test_the_largest_agreement_is_what_trying_every_window_finds(
    values: list[Fraction], tolerance: Fraction
) -> None:
    ordered = sorted(values)
    best = max((sum(low <= v <= low + tolerance for v in ordered) for low in ordered), default=0)
    assert largest_agreement(ordered, tolerance) == best
