"""Reliability: classes of confidence, samples that state one, the diagram on the result's page."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.models import Node, SampleSheet
from leaderboard.pull.cycle import pull
from leaderboard.pull.samples import read_samples
from leaderboard.statistics.reliability import bins_of, calibration_error
from tests.node_simulator import NodeSimulator


def samples(stated: list[object]) -> bytes:
    lines = [
        json.dumps({"id": f"s{i:03}", "correct": i % 2 == 0, "confidence": value})
        for i, value in enumerate(stated)
    ]
    return "\n".join(lines).encode()


def test_a_confidence_of_one_belongs_to_the_last_class() -> None:
    bins = bins_of([1.0, 0.95, 0.05, 0.0], [True, False, False, False])
    assert [(b.low, b.count, b.right) for b in bins] == [(0.0, 2, 0.0), (0.9, 2, 0.5)]
    assert calibration_error(bins) == pytest.approx((2 * 0.025 + 2 * 0.475) / 4)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_every_answer_is_in_one_class_and_the_error_is_a_share(
    answers: list[tuple[float, bool]],
) -> None:
    bins = bins_of([a for a, _right in answers], [right for _a, right in answers])
    assert sum(found.count for found in bins) == len(answers)
    assert 0 <= calibration_error(bins) <= 1


@pytest.mark.parametrize("stated", [["0.5", None], ["1.2", "0.5"], [True, "0.5"], ["x", "0.5"]])
def test_half_a_confidence_is_none(stated: list[object]) -> None:
    sheet = read_samples(samples(stated))
    assert sheet is not None
    assert sheet.confidence is None


def test_confidences_are_kept_in_ten_thousandths() -> None:
    sheet = read_samples(samples(["0.987654", 1, 0]))
    assert sheet is not None
    assert sheet.confidence == (9876).to_bytes(2, "big") + (10_000).to_bytes(2, "big") + b"\0\0"


@pytest.mark.django_db
def test_the_results_page_draws_what_the_samples_say(
    client: Client, node: Node, simulator: NodeSimulator
) -> None:
    run, _digest = simulator.add_result(
        system="sure", successes=50, n=100, samples=samples(["0.9"] * 100)
    )
    silent, _digest = simulator.add_result(system="silent", successes=50, n=100)
    pull(node_id=node.pk)
    assert SampleSheet.objects.get().confidence is not None
    page = client.get(f"/en/leaderboard/results/{run}/").content.decode()
    assert "Expected calibration error 0.400" in page
    assert "Classes of confidence: 1." in page
    bare = client.get(f"/en/leaderboard/results/{silent}/").content.decode()
    assert "Is it as sure as it is right?" not in bare
