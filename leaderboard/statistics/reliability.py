"""Stated confidence against what was right, in classes of equal width (M. H. DeGroot and S. E. Fienberg, 1983)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CLASSES = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """A class of answers: mean confidence, share that was right, how many."""

    low: float
    high: float
    confidence: float
    right: float
    count: int


def bins_of(confidence: Sequence[float], correct: Sequence[bool]) -> list[Bin]:
    """Return the classes that hold answers; a confidence of exactly 1 belongs to the last."""
    if len(confidence) != len(correct):
        raise ValueError("every answer needs a confidence")
    classes: list[list[int]] = [[] for _ in range(CLASSES)]
    for i, value in enumerate(confidence):
        if not 0 <= value <= 1:
            raise ValueError("a confidence lies between 0 and 1")
        classes[min(CLASSES - 1, int(value * CLASSES))].append(i)
    return [
        Bin(
            low=number / CLASSES,
            high=(number + 1) / CLASSES,
            confidence=sum(confidence[i] for i in members) / len(members),
            right=sum(bool(correct[i]) for i in members) / len(members),
            count=len(members),
        )
        for number, members in enumerate(classes)
        if members
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: the mean gap, weighted by the answers of each class."""
    total = sum(found.count for found in bins)
    gaps = (found.count * abs(found.right - found.confidence) for found in bins)
    return sum(gaps) / total if total else 0.0
