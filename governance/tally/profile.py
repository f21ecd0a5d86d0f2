"""Ballots as a count reads them: identical ones together, candidates by their place in the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Group = tuple[int, ...]
"""Candidates that a ballot places at the same rank."""
Ranking = tuple[Group, ...]
"""The groups of a ballot from the best; a candidate that is nowhere was left out."""
Papers = list[tuple[tuple[int, ...], int]]
"""Rankings without equal ranks, each with the number of ballots that say so."""


class TallyError(ValueError):
    """The ballots or the parameters can't be counted; the message says why."""


class Unranked(StrEnum):
    """What a ballot says of the candidates it leaves out."""

    IGNORE = "ignore"
    """Nothing: no comparison with anybody is drawn from it."""
    LAST = "last"
    """They come after all the ranked ones, and equal among themselves."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The ranked ballots of an election."""

    candidates: tuple[str, ...]
    rankings: Mapping[Ranking, int]
    seats: int | None = None
    """What the file says, where its format has a place for it."""
    title: str = ""
    withdrawn: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        check_names(self.candidates)
        size = len(self.candidates)
        for ranking, weight in self.rankings.items():
            seen = [candidate for group in ranking for candidate in group]
            if len(seen) != len(set(seen)) or not all(0 <= one < size for one in seen):
                raise TallyError("A ballot names a candidate twice, or one who does not stand.")
            if weight < 1:
                raise TallyError("A ballot weighs at least 1.")

    @classmethod
    def of(cls, candidates: Sequence[str], rankings: Iterable[Ranking]) -> Profile:
        """Return the profile of single ballots."""
        return cls(tuple(candidates), Counter(rankings))

    @property
    def size(self) -> int:
        """The number of ballots, with their weights."""
        return sum(self.rankings.values())

    @property
    def standing(self) -> tuple[int, ...]:
        """The candidates who have not withdrawn."""
        return tuple(one for one in range(len(self.candidates)) if one not in self.withdrawn)

    def papers(self) -> Papers:
        """Return rankings of single candidates: a ballot that ranks two equal says nothing from there on.

        That is the rule of the Scottish order of 2007 (a paper is non-transferable when the next preference is given
        to two); withdrawn candidates are passed over first.
        """
        gone = self.withdrawn
        held: Counter[tuple[int, ...]] = Counter()
        for ranking, weight in self.rankings.items():
            paper = []
            for group in ranking:
                if len(group) == 1:
                    if group[0] not in gone:
                        paper.append(group[0])
                    continue
                left = [one for one in group if one not in gone]
                if len(left) > 1:
                    break
                paper += left
            held[tuple(paper)] += weight
        return list(held.items())


@dataclass(frozen=True, slots=True)
class Scores:
    """The scored ballots of an election: one number for each candidate, the higher the better."""

    candidates: tuple[str, ...]
    ballots: Mapping[tuple[int, ...], int]
    title: str = ""

    def __post_init__(self) -> None:
        check_names(self.candidates)
        for ballot, weight in self.ballots.items():
            if len(ballot) != len(self.candidates) or min(ballot) < 0 or weight < 1:
                raise TallyError("A scored ballot has a number from 0 for each candidate.")

    @property
    def size(self) -> int:
        return sum(self.ballots.values())


def check_names(candidates: tuple[str, ...]) -> None:
    """Refuse an election nobody could read: no candidate, or two of one name."""
    if not candidates:
        raise TallyError("There is no candidate.")
    twice = sorted(name for name, times in Counter(candidates).items() if times > 1)
    if twice:
        raise TallyError(f"Two candidates are called {twice[0]!r}.")
    if not all(candidates):
        raise TallyError("A candidate has no name.")
