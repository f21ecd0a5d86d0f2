"""Resampling by items and by groups: fixed vectors, the textbook's standard errors, and the sentence on the page."""

from __future__ import annotations

import json
import math
import zlib

import numpy as np
import pytest
from alliance_node.proofs import dsse
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.models import Node, RawFile, Result
from leaderboard.pull.cycle import pull
from leaderboard.pull.samples import read_samples
from leaderboard.resampling import read_scores
from leaderboard.statistics.bootstrap import bootstrap, cluster_bootstrap, draws_for
from tests.node_simulator import NodeSimulator

RIGHT = [0.0] * 5 + [1.0] * 95
GROUPS = [f"g{i // 5:02}" for i in range(100)]


def test_vectors() -> None:
    """The ranking's seed and RandomState, whose stream NumPy never changes."""
    found = bootstrap(RIGHT)
    assert (found.low, found.high, found.units, found.draws) == (0.9, 0.99, 100, 2000)
    found = cluster_bootstrap(RIGHT, GROUPS)
    assert (found.low, found.high, found.units, found.draws) == (0.85, 1.0, 20, 2000)
    found = bootstrap([i / 10 for i in range(11)])
    assert (found.low, found.high, found.units, found.draws) == (
        0.318181818182,
        0.690909090909,
        11,
        2000,
    )
    found = cluster_bootstrap([1, 0, 0, 1, 1, 0], list("aabbbc"))
    assert (found.low, found.high, found.units, found.draws) == (0.0, 0.666666666667, 3, 2000)


def test_the_wrong_ones_in_one_group_widen_the_interval_fivefold_in_variance() -> None:
    alone, together = bootstrap(RIGHT), cluster_bootstrap(RIGHT, GROUPS)
    assert together.mean == alone.mean == 0.95
    assert (alone.units, together.units) == (100, 20)
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_the_spread_is_that_of_the_textbook() -> None:
    random = np.random.default_rng(3)
    values = random.normal(10, 2, 400).tolist()
    found = bootstrap(values)
    stderr = float(np.std(values)) / math.sqrt(400)
    assert (found.high - found.low) / (2 * 1.96 * stderr) == pytest.approx(1, abs=0.08)
    groups = [str(i % 40) for i in range(400)]
    shifted = [v + 3 * math.sin(int(g)) for v, g in zip(values, groups, strict=True)]
    means = [
        np.mean([v for v, g in zip(shifted, groups, strict=True) if g == str(k)]) for k in range(40)
    ]
    clustered = cluster_bootstrap(shifted, groups)
    stderr = float(np.std(means)) / math.sqrt(40)
    assert (clustered.high - clustered.low) / (2 * 1.96 * stderr) == pytest.approx(1, abs=0.12)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_interval_holds_the_mean_and_the_order_of_items_in_groups_changes_nothing(
    values: list[float], chance: object
) -> None:
    found = bootstrap(values)
    assert min(values) - 1e-6 <= found.low <= found.high <= max(values) + 1e-6
    groups = [f"g{i % 3}" for i in range(len(values))]
    if len(set(groups)) > 1:
        pairs = list(zip(values, groups, strict=True))
        again = cluster_bootstrap([v for v, _ in reversed(pairs)], [g for _, g in reversed(pairs)])
        first = cluster_bootstrap(values, groups)
        assert (first.units, first.draws) == (again.units, again.draws)
        assert first.low == pytest.approx(again.low, abs=1e-3)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, math.nan], [1.0, math.inf]])
def test_what_has_no_interval_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"finite|two things"):
        bootstrap(values)
    with pytest.raises(ValueError, match="group"):
        cluster_bootstrap([1.0, 2.0], ["a"])


def test_fewer_draws_where_there_is_much() -> None:
    assert [draws_for(n) for n in (2, 2000, 10_000, 10**6)] == [2000, 2000, 400, 200]


def _lines(*samples: dict[str, object]) -> bytes:
    return b"\n".join(json.dumps(sample).encode() for sample in samples)


def test_scores_are_read_strictly() -> None:
    found = read_scores(
        _lines({"id": "a", "score": "0.25", "group": "x"}, {"id": "b", "score": 1, "group": "y"})
    )
    assert found is not None
    assert (found.scores, found.groups, found.is_share) == ([0.25, 1.0], ["x", "y"], False)
    half = read_scores(
        _lines({"id": "a", "correct": True, "group": "x"}, {"id": "b", "correct": False})
    )
    assert half is not None
    assert (half.scores, half.groups, half.is_share) == ([1.0, 0.0], None, True)
    for bad in ({"id": "a"}, {"id": "a", "score": "NaN"}, {"id": "a", "score": True}):
        assert read_scores(_lines(bad)) is None
    assert read_scores(b"[]") is None
    sheet = read_samples(_lines({"id": "b", "score": 0.5}, {"id": "a", "score": "1"}))
    assert sheet is not None
    assert (sheet.correct, sheet.confidence) == (b"", None)
    assert read_samples(_lines({"id": "a", "score": 1}, {"id": "b", "correct": True})) is None


@pytest.mark.django_db
def test_the_result_says_what_resampling_makes_of_it(node: Node, simulator: NodeSimulator) -> None:
    grouped = _lines(
        *({"id": f"s{i:03}", "correct": i >= 5, "group": GROUPS[i]} for i in range(100))
    )
    run, _digest = simulator.add_result(system="langid", successes=95, n=100, samples=grouped)
    scores = _lines(*({"id": f"s{i:03}", "score": i / 10} for i in range(11)))
    other, _digest = simulator.add_result(system="pycld2", successes=95, n=100, samples=scores)
    pull(node_id=node.pk)
    assert RawFile.objects.count() == 2
    kept = RawFile.objects.get(pk=dsse.digest(scores))
    assert zlib.decompress(bytes(kept.packed)) == scores
    assert not hasattr(Result.objects.get(ulid=other), "samples")
    page = Client().get(f"/en/leaderboard/results/{run}/").content.decode()
    assert "Bootstrap over 20 groups of items: 95 % interval 0.850–1.000." in page
    assert "where these are wider, trust these" in page
    page = Client().get(f"/fr/leaderboard/results/{other}/").content.decode()
    assert "Bootstrap sur 11 scores" in page
