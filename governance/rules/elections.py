"""Elections: states, the declared rule, what a ballot may say. Pure; the counting is in `governance.tally`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from governance.rules.states import Right
from governance.tally import SCORED, Count, Method, Profile, Ranking, Scores, Unranked, count
from governance.tally import Rule as CountingRule

HIGHEST_SCORE: Final = 5
STRICT: Final = frozenset({Method.IRV, Method.SCOTTISH_STV, Method.MEEK_STV})
"""A paper of these methods that ranks two equal would stop there, so casting refuses it."""
Content = Mapping[str, int]
"""What a ballot says: a rank, mark or score for each candidate it speaks of, by candidate number."""


class ElectionState(StrEnum):
    NOMINATIONS = "nominations"
    OPEN = "open"
    DRAWING = "drawing"
    """Closed with a tie that a draw settles: waiting for the log's next checkpoint."""
    COUNTED = "counted"
    CANCELLED = "cancelled"


class CandidateState(StrEnum):
    NOMINATED = "nominated"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


ELECTION_MOVES: Final[Mapping[ElectionState, Mapping[ElectionState, Right]]] = {
    ElectionState.NOMINATIONS: {
        ElectionState.OPEN: Right.OFFICER,
        ElectionState.CANCELLED: Right.OFFICER,
    },
    ElectionState.OPEN: {
        ElectionState.DRAWING: Right.PORTAL,
        ElectionState.COUNTED: Right.PORTAL,
        ElectionState.CANCELLED: Right.OFFICER,
    },
    ElectionState.DRAWING: {ElectionState.COUNTED: Right.PORTAL},
    ElectionState.COUNTED: {},
    ElectionState.CANCELLED: {},
}
CANDIDATE_MOVES: Final[Mapping[CandidateState, Mapping[CandidateState, Right]]] = {
    CandidateState.NOMINATED: {
        CandidateState.ACCEPTED: Right.AUTHOR,
        CandidateState.DECLINED: Right.AUTHOR,
    },
    CandidateState.ACCEPTED: {CandidateState.WITHDRAWN: Right.AUTHOR},
    CandidateState.DECLINED: {},
    CandidateState.WITHDRAWN: {},
}


class BallotError(ValueError):
    """A ballot can't be used; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionRule:
    """How an election is counted; frozen and entered in the log when it opens."""

    method: Method
    seats: int
    unranked: Unranked = Unranked.LAST
    """With `ignore` a candidate whom nobody ranks is beaten by nobody, so that must be declared on purpose."""
    cap: int | None = None
    early: bool = False
    """Closes as soon as every filled seat has voted, as in a meeting."""

    def to_json(self) -> dict[str, Any]:
        """Return the rule as it is frozen."""
        return {
            "method": self.method.value,
            "seats": self.seats,
            "unranked": self.unranked.value,
            "cap": self.cap,
            "early": self.early,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> ElectionRule:
        """Read what `to_json` wrote."""
        return cls(
            method=Method(raw["method"]), seats=raw["seats"], unranked=Unranked(raw["unranked"]),
            cap=raw["cap"], early=raw["early"],
        )  # fmt: skip

    @property
    def counting(self) -> CountingRule:
        """Return what the tally takes."""
        return CountingRule(
            method=self.method, seats=self.seats, unranked=self.unranked, cap=self.cap
        )

    def checked(self, content: Mapping[str, int | None], numbers: Iterable[int]) -> dict[str, int]:
        """Return a ballot without its empty fields, or refuse it; an untouched one is not a ballot."""
        given = {key: value for key, value in content.items() if value is not None}
        if not given:
            raise BallotError("ballot-untouched")
        if not set(given) <= {str(number) for number in numbers}:
            raise BallotError("candidate-unknown")
        if self.method in SCORED:
            if not all(0 <= value <= HIGHEST_SCORE for value in given.values()):
                raise BallotError("score-range")
            return given
        if not all(1 <= value <= 99 for value in given.values()):
            raise BallotError("rank-range")
        if self.method is Method.PLURALITY and len(given) > 1:
            raise BallotError("one-choice")
        if self.method in STRICT and len(set(given.values())) < len(given):
            raise BallotError("ranks-equal")
        return given


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate as frozen at opening."""

    number: int
    name: str
    organisation: str | None


def ballots_of(
    rule: ElectionRule, candidates: Sequence[Standing], cast: Iterable[tuple[Content, int]]
) -> Profile | Scores:
    """Return the current ballots with their weights, as the tally reads them."""
    names = tuple(one.name for one in candidates)
    place = {str(one.number): at for at, one in enumerate(candidates)}
    if rule.method in SCORED:
        scored: Counter[tuple[int, ...]] = Counter()
        for content, weight in cast:
            scored[tuple(content.get(str(one.number), 0) for one in candidates)] += weight
        return Scores(names, scored)
    ranked: Counter[Ranking] = Counter()
    for content, weight in cast:
        groups: dict[int, list[int]] = {}
        for key, rank in content.items():
            groups.setdefault(rank, []).append(place[key])
        ranked[tuple(tuple(sorted(groups[rank])) for rank in sorted(groups))] += weight
    return Profile(names, ranked, seats=rule.seats)


def result_of(
    rule: ElectionRule,
    candidates: Sequence[Standing],
    cast: Iterable[tuple[Content, int]],
    seed: str | None,
) -> Count:
    """Count an election."""
    organisations = {one.name: one.organisation for one in candidates if one.organisation}
    return count(ballots_of(rule, candidates, cast), rule.counting, organisations, seed)


def needs_draw(result: Count) -> bool:
    """Say whether a tie is left that only a draw settles."""
    return any(tie["settled_by"] in (None, "lottery") for tie in result.ties)


def paper_order(numbers: Iterable[int], salt: str) -> list[int]:
    """Return candidates in the order one voter sees: another for each voter, the same at each look."""
    return sorted(numbers, key=lambda number: hashlib.sha256(f"{salt}\n{number}".encode()).digest())
