"""Ballot papers in piles: the handwork that instant runoff and the Scottish rule share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from governance.tally.profile import Papers


@dataclass(slots=True)
class Transfer:
    """Where the votes of one candidate went, in units."""

    to: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    exhausted: int = 0

    @property
    def moved(self) -> int:
        return sum(self.to.values()) + self.exhausted


class Piles:
    """Each paper lies on the pile of one candidate, or is exhausted, with the value at which it came there."""

    def __init__(self, papers: Papers, candidates: int, unit: int) -> None:
        self._rankings = [paper for paper, _weight in papers]
        self._weights = [weight for _paper, weight in papers]
        self._places = [0] * len(papers)
        self._unit = unit
        self._piles: list[dict[int, list[int]]] = [defaultdict(list) for _ in range(candidates)]
        self.votes = [0] * candidates
        self.exhausted = 0

    def deal(self) -> None:
        """Lay every paper on the pile of its first preference."""
        for paper, ranking in enumerate(self._rankings):
            value = self._weights[paper] * self._unit
            if ranking:
                self._piles[ranking[0]][self._unit].append(paper)
                self.votes[ranking[0]] += value
            else:
                self.exhausted += value

    def move(
        self, candidate: int, open_to: list[bool], new_value: Callable[[int], int] | None = None
    ) -> Transfer:
        """Give a candidate's papers to the next preference that may receive, at their value or a new one."""
        transfer = Transfer()
        parcels, self._piles[candidate] = self._piles[candidate], defaultdict(list)
        for value, papers in parcels.items():
            worth = value if new_value is None else new_value(value)
            self._pass_on(papers, worth, open_to, transfer)
        self.votes[candidate] = 0
        for one, votes in transfer.to.items():
            self.votes[one] += votes
        self.exhausted += transfer.exhausted
        return transfer

    def _pass_on(
        self, papers: list[int], worth: int, open_to: list[bool], transfer: Transfer
    ) -> None:
        rankings, weights, places = self._rankings, self._weights, self._places
        received: dict[int, list[int]] = defaultdict(list)
        for paper in papers:
            ranking = rankings[paper]
            for place in range(places[paper] + 1, len(ranking)):
                if open_to[ranking[place]]:
                    places[paper] = place
                    received[ranking[place]].append(paper)
                    break
            else:
                transfer.exhausted += weights[paper] * worth
        for one, pile in received.items():
            self._piles[one][worth] += pile
            transfer.to[one] += worth * sum(weights[paper] for paper in pile)
