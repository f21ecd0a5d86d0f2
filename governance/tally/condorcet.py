"""Schulze's method and ranked pairs: both answer from the pairwise matrix alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any

from governance.tally.count import Matrix, Order, named_matrix
from governance.tally.profile import TallyError


class Strength(StrEnum):
    """How strong the victory of one over another is."""

    WINNING_VOTES = "winning-votes"
    MARGINS = "margins"


def victories(matrix: Matrix, strength: Strength, who: Sequence[int]) -> list[list[int]]:
    """Return the strength of each victory, 0 where there is none."""
    size = len(matrix)
    won = [[0] * size for _ in range(size)]
    for one in who:
        for other in who:
            ahead, behind = matrix[one][other], matrix[other][one]
            if ahead > behind:
                won[one][other] = ahead if strength is Strength.WINNING_VOTES else ahead - behind
    return won


def schulze(
    matrix: Matrix, names: Sequence[str], who: Sequence[int], strength: Strength = Strength.WINNING_VOTES
) -> tuple[Order, tuple[dict[str, Any], ...]]:  # fmt: skip
    """Return the order by beatpaths, fewest defeats first, and the strongest paths (Schulze 2011, section 2.3)."""
    paths = victories(matrix, strength, who)
    for middle in who:
        through = paths[middle]
        for start in who:
            reach = paths[start][middle]
            if start == middle or not reach:
                continue
            row = paths[start]
            for end in who:
                by_way = min(reach, through[end])
                if end != start and by_way > row[end]:
                    row[end] = by_way
    beats = [[paths[a][b] > paths[b][a] for b in range(len(names))] for a in range(len(names))]
    shown = named_matrix(tuple(tuple(row) for row in paths), names)
    return by_defeats(who, lambda a, b: beats[a][b]), (
        {"kind": "strongest paths", "strength": strength.value, "paths": shown},
    )


def ranked_pairs(
    matrix: Matrix, names: Sequence[str], who: Sequence[int], strength: Strength = Strength.WINNING_VOTES
) -> tuple[Order, tuple[dict[str, Any], ...]]:  # fmt: skip
    """Lock victories from the strongest unless they would close a circle (Tideman 1987); return order and steps.

    Victories of the same strength and the same opposition come together: those of them that lie on a circle of what
    is locked and of each other are all left out, so that no list order or draw decides. That can leave a tie.
    """
    won = victories(matrix, strength, who)
    pairs = [(a, b) for a in who for b in who if won[a][b]]

    def rank(pair: tuple[int, int]) -> tuple[int, int]:
        return -won[pair[0]][pair[1]], matrix[pair[1]][pair[0]]

    locked: set[tuple[int, int]] = set()
    steps: list[dict[str, Any]] = []
    for _rank, alike in groupby(sorted(pairs, key=rank), key=rank):
        group = list(alike)
        reach = closure(locked | set(group), len(names))
        for a, b in group:
            if not reach[b][a]:
                locked.add((a, b))
            steps.append(
                {
                    "kind": "pair", "winner": names[a], "loser": names[b], "for": matrix[a][b],
                    "against": matrix[b][a], "locked": (a, b) in locked,
                }
            )  # fmt: skip
    above = closure(locked, len(names))
    return by_defeats(who, lambda a, b: above[a][b]), tuple(steps)


def by_defeats(who: Sequence[int], beats: Callable[[int, int], bool]) -> Order:
    """Return levels by the number of opponents that beat each candidate; equal numbers are a tie."""
    held: dict[int, list[int]] = {}
    for one in who:
        held.setdefault(sum(beats(other, one) for other in who if other != one), []).append(one)
    return tuple(tuple(held[defeats]) for defeats in sorted(held))


def closure(edges: set[tuple[int, int]], size: int) -> list[list[bool]]:
    """Return who reaches whom along edges."""
    reach = [[(a, b) in edges for b in range(size)] for a in range(size)]
    for middle in range(size):
        through = reach[middle]
        for start in range(size):
            if reach[start][middle]:
                row = reach[start]
                reach[start] = [there or onward for there, onward in zip(row, through, strict=True)]
    return reach


def strength_of(name: str) -> Strength:
    """Read a strength; refuse what is none."""
    try:
        return Strength(name)
    except ValueError:
        raise TallyError(f"{name!r} is no strength: say winning-votes or margins.") from None
