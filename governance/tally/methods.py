"""The methods by name, and the one way to count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from governance.tally import condorcet, marks
from governance.tally.condorcet import Strength
from governance.tally.count import Count, Matrix, Order
from governance.tally.meek import meek_stv
from governance.tally.pairwise import pairwise
from governance.tally.profile import Profile, Scores, TallyError, Unranked
from governance.tally.runoff import instant_runoff
from governance.tally.scottish import scottish_stv
from governance.tally.seating import Cap, seat
from governance.tally.ties import Lot, Ties


class Method(StrEnum):
    PLURALITY = "plurality"
    APPROVAL = "approval"
    SCORE = "score"
    STAR = "star"
    IRV = "irv"
    SCHULZE = "schulze"
    RANKED_PAIRS = "ranked-pairs"
    SCOTTISH_STV = "scottish-stv"
    MEEK_STV = "meek-stv"


SCORED = frozenset({Method.SCORE, Method.STAR})
"""These count scores; all others count ranks."""
TRANSFERABLE = {Method.SCOTTISH_STV: scottish_stv, Method.MEEK_STV: meek_stv}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a count needs to know besides the ballots; all of it is declared before anybody votes."""

    method: Method
    seats: int = 1
    unranked: Unranked = Unranked.IGNORE
    strength: Strength = Strength.WINNING_VOTES
    cap: int | None = None

    def __post_init__(self) -> None:
        if self.seats < 1:
            raise TallyError("At least one seat is filled.")


def count(
    ballots: Profile | Scores,
    rule: Rule,
    organisations: Mapping[str, str] | None = None,
    seed: str | None = None,
) -> Count:
    """Count ballots. `organisations` names that of each candidate (for a cap), `seed` draws the ties for seats."""
    names = ballots.candidates
    ties = Ties(Lot(names, seed))
    cap = cap_of(names, rule.cap, organisations or {})
    matrix = matrix_of(ballots, rule.unranked)
    if rule.method in TRANSFERABLE:
        profile = ranked(ballots, rule.method)
        contest = TRANSFERABLE[rule.method](profile, rule.seats, cap, ties)
        votes = contest.history[-1] if contest.history else [0] * len(names)
        return Count(
            rule.method, rule.seats, names, tuple(contest.elected), contest.order(votes),
            tuple(contest.rounds), tuple(ties.found), matrix,
        )  # fmt: skip
    order, rounds = _ordered(ballots, rule, matrix, ties)
    winners, seating = seat(order, rule.seats, cap, ties, names)
    return Count(
        rule.method,
        rule.seats,
        names,
        winners,
        order,
        rounds + seating,
        tuple(ties.found),
        matrix,
    )


def matrix_of(ballots: Profile | Scores, unranked: Unranked) -> Matrix:
    """Return the pairwise matrix of either kind of ballot."""
    if isinstance(ballots, Scores):
        return marks.preferences(ballots)
    return pairwise(ballots, unranked)


def ranked(ballots: Profile | Scores, method: Method) -> Profile:
    """Return ballots as ranks, or say that they are none."""
    if isinstance(ballots, Scores):
        raise TallyError(f"{method} counts ranks, and these ballots are scores.")
    return ballots


def scored(ballots: Profile | Scores, method: Method) -> Scores:
    """Return ballots as scores, or say that they are none."""
    if isinstance(ballots, Profile):
        raise TallyError(f"{method} counts scores, and these ballots are ranks.")
    return ballots


def cap_of(
    names: tuple[str, ...], limit: int | None, organisations: Mapping[str, str]
) -> Cap | None:
    """Return the cap with the organisation of each candidate; refuse names nobody has."""
    if limit is None:
        return None
    strangers = sorted(set(organisations) - set(names))
    if strangers:
        raise TallyError(f"No candidate is called {strangers[0]!r}.")
    return Cap(limit, tuple(organisations.get(name) for name in names))


def _ordered(ballots: Profile | Scores, rule: Rule, matrix: Matrix, ties: Ties) -> marks.Marked:
    method = rule.method
    if method is Method.SCORE:
        return marks.score(scored(ballots, method))
    if method is Method.STAR:
        return marks.star(scored(ballots, method), ties)
    profile = ranked(ballots, method)
    if method is Method.PLURALITY:
        return marks.plurality(profile)
    if method is Method.APPROVAL:
        return marks.approval(profile)
    if method is Method.IRV:
        return instant_runoff(profile, ties)
    way = condorcet.schulze if method is Method.SCHULZE else condorcet.ranked_pairs
    return way(matrix, profile.candidates, profile.standing, rule.strength)


__all__ = ["SCORED", "Count", "Method", "Order", "Rule", "count"]
