"""Methods that only add up marks: plurality, approval, score, and STAR with its runoff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from governance.tally.count import Matrix, Order, levels, named
from governance.tally.profile import Profile, Scores
from governance.tally.ties import Ties

Marked = tuple[Order, tuple[dict[str, Any], ...]]


def plurality(profile: Profile) -> Marked:
    """Order by first preferences; a ballot whose first rank is shared or empty counts for nobody."""
    votes = [0] * len(profile.candidates)
    counted = 0
    for paper, weight in profile.papers():
        if paper:
            votes[paper[0]] += weight
            counted += weight
    shown = named(votes, profile.candidates, profile.standing)
    record = {
        "round": 1,
        "kind": "first preferences",
        "votes": shown,
        "exhausted": profile.size - counted,
    }
    return levels(profile.standing, votes), (record,)


def approval(profile: Profile) -> Marked:
    """Order by approvals: whoever a ballot ranks at all is approved by it."""
    votes = [0] * len(profile.candidates)
    for ranking, weight in profile.rankings.items():
        for group in ranking:
            for one in group:
                votes[one] += weight
    shown = named(votes, profile.candidates, profile.standing)
    return levels(profile.standing, votes), ({"round": 1, "kind": "approvals", "votes": shown},)


def score(scores: Scores) -> Marked:
    """Order by the sum of scores."""
    totals = totals_of(scores)
    everybody = range(len(totals))
    shown = named(totals, scores.candidates, everybody)
    return levels(everybody, totals), ({"round": 1, "kind": "scores", "votes": shown},)


def star(scores: Scores, ties: Ties) -> Marked:
    """Order by score, then automatic runoff: the two highest scores, and of them the one more ballots prefer.

    For more than one place the same is done again among the rest (bloc STAR). A tie for the runoff goes to who wins
    more comparisons among the tied, a tie in the runoff to the higher score; what is left is drawn, or stays a tie.
    """
    totals, matrix = totals_of(scores), preferences(scores)
    left = list(range(len(totals)))
    order: list[tuple[int, ...]] = []
    rounds: list[dict[str, Any]] = []
    while len(left) > 1:
        first, second = _finalists(left, totals, matrix, ties)
        best = _runoff(first, second, totals, matrix, ties, len(rounds) + 1)
        order.append(best)
        rounds.append(
            {
                "round": len(rounds) + 1, "kind": "runoff", "votes": named(totals, scores.candidates, left),
                "finalists": [scores.candidates[first], scores.candidates[second]],
                "preferences": {
                    scores.candidates[first]: matrix[first][second],
                    scores.candidates[second]: matrix[second][first],
                },
                "elected": [scores.candidates[one] for one in best],
            }
        )  # fmt: skip
        left = [one for one in left if one not in best]
    if left:
        order.append(tuple(left))
    return tuple(order), tuple(rounds)


def totals_of(scores: Scores) -> list[int]:
    """Add up the scores of each candidate."""
    totals = [0] * len(scores.candidates)
    for ballot, weight in scores.ballots.items():
        for one, given in enumerate(ballot):
            totals[one] += given * weight
    return totals


def preferences(scores: Scores) -> Matrix:
    """Return how many ballots score each candidate above each other one."""
    size = len(scores.candidates)
    matrix = [[0] * size for _ in range(size)]
    for ballot, weight in scores.ballots.items():
        for one, given in enumerate(ballot):
            row = matrix[one]
            for other, compared in enumerate(ballot):
                if given > compared:
                    row[other] += weight
    return tuple(tuple(row) for row in matrix)


def _finalists(
    left: Sequence[int], totals: Sequence[int], matrix: Matrix, ties: Ties
) -> tuple[int, int]:
    """Return the two of a runoff."""
    found: list[int] = []
    for level in levels(left, totals):
        need = 2 - len(found)
        if len(level) <= need:
            found += level
        else:
            wins = [
                sum(matrix[one][other] > matrix[other][one] for other in level)
                if one in level
                else 0
                for one in range(len(totals))
            ]
            for alike in levels(level, wins):
                need = 2 - len(found)
                drawn = list(alike) if len(alike) <= need else ties.lot.ordered(alike)[:need]
                if len(alike) > need > 0:
                    ties.report("runoff", alike, by="lottery", chosen=drawn)
                found += drawn
        if len(found) == 2:
            break
    return found[0], found[1]


def _runoff(
    first: int, second: int, totals: Sequence[int], matrix: Matrix, ties: Ties, at: int
) -> tuple[int, ...]:
    """Return the winner of a runoff, or both when nothing tells them apart and nothing may draw."""
    pair = (first, second)
    if matrix[first][second] != matrix[second][first]:
        return (first,) if matrix[first][second] > matrix[second][first] else (second,)
    if totals[first] != totals[second]:
        best = first if totals[first] > totals[second] else second
        ties.report("runoff", pair, by="score", chosen=(best,), at=at)
        return (best,)
    return pair
