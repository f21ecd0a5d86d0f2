"""What every single transferable vote keeps: who stands, who is elected, who is barred by a cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.tally.count import Order, levels
from governance.tally.profile import Profile
from governance.tally.seating import Cap, Room
from governance.tally.ties import Ties


@dataclass(slots=True)
class Contest:
    """The state of the candidates in a count for several seats."""

    profile: Profile
    seats: int
    cap: Cap | None
    ties: Ties
    hopeful: list[bool] = field(init=False)
    """May receive votes."""
    elected: list[int] = field(init=False, default_factory=list)
    barred: list[int] = field(init=False, default_factory=list)
    """Of an organisation that has its seats; their papers still have to go on."""
    passed: list[dict[str, Any]] = field(init=False, default_factory=list)
    spared: list[str] = field(init=False, default_factory=list)
    """Lower than the one excluded next, but needed to fill the seats under the cap."""
    out: list[int] = field(init=False, default_factory=list)
    history: list[list[int]] = field(init=False, default_factory=list)
    rounds: list[dict[str, Any]] = field(init=False, default_factory=list)
    room: Room = field(init=False)
    _levels: list[tuple[int, ...]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.hopeful = [one in self.profile.standing for one in range(len(self.profile.candidates))]
        self.room = Room(self.cap)

    @property
    def running(self) -> list[int]:
        return [one for one, may in enumerate(self.hopeful) if may]

    @property
    def vacancies(self) -> int:
        return self.seats - len(self.elected)

    def elect(self, candidate: int) -> None:
        """Seat a candidate, and bar the rest of an organisation that has as many seats as it may."""
        self.elected.append(candidate)
        self.hopeful[candidate] = False
        self.room.take(candidate)
        for one in self.running:
            if self.room.is_full(one):
                self.hopeful[one] = False
                self.barred.append(one)
                self.passed.append(self.room.reason(one, self.profile.candidates))

    def elect_reached(self, quota: int, votes: Sequence[int]) -> list[int]:
        """Elect whoever has the quota, the most votes first; return them."""
        made: list[int] = []
        while self.vacancies:
            reached = [one for one in self.running if votes[one] >= quota]
            if not reached:
                break
            made += self._elect_first(reached, votes)
        return made

    def fill(self, votes: Sequence[int]) -> list[int]:
        """Elect all that are left when they are no more than the vacancies; return them."""
        made: list[int] = []
        while self.vacancies and 0 < len(self.running) <= self.vacancies:
            made += self._elect_first(self.running, votes)
        return made

    def _elect_first(self, able: Sequence[int], votes: Sequence[int]) -> list[int]:
        """Elect those with the most votes; only a cap or a lack of seats makes it matter who of equals is first."""
        top = max(votes[one] for one in able)
        first = [one for one in able if votes[one] == top]
        if self.cap is not None or len(able) > self.vacancies:
            first = [self.ties.choose("election", first, self.history, lowest=False)]
        for one in first:
            self.elect(one)
        self._levels.append(tuple(first))
        return first

    def lowest(self, votes: Sequence[int], slack: int = 0) -> int | None:
        """Return who is excluded next; None when all that are left are tied and nothing may draw.

        With a cap, whoever is needed to fill the seats is spared (Hill 1998): two of one organisation, of whom one may
        be seated, don't outlive everybody else.
        """
        running, may_go = self.running, self._dispensable()
        edge = min(votes[one] for one in may_go)
        low = min(votes[one] for one in running)
        if edge > low:
            names = self.profile.candidates
            self.spared = [names[one] for one in running if votes[one] < edge]
        tied = [one for one in may_go if votes[one] <= edge + slack]
        if len(tied) == len(running) and not self.ties.lot.decides and alike(tied, self.history):
            self.ties.report("seat", tied, by=None, chosen=(), at=len(self.history))
            return None
        return self.ties.choose("exclusion", tied, self.history, lowest=True)

    def _dispensable(self) -> list[int]:
        """Return whom the vacancies can be filled without, as well as with them."""
        running = self.running
        if self.cap is None:
            return running
        fillable = min(self.vacancies, self.room.fillable(running))
        return [
            one
            for one in running
            if self.room.fillable(other for other in running if other != one) >= fillable
        ]

    def note(self, kind: str, **facts: Any) -> None:
        """Add a round; those of the cap are told with the election that caused them."""
        names = self.profile.candidates
        elected = facts.pop("elected", [])
        record = {"round": len(self.rounds) + 1, "kind": kind, **facts}
        record["elected"] = [names[one] for one in elected]
        if self.passed:
            record["passed_over"], self.passed = self.passed, []
        if self.spared:
            record["spared"], self.spared = self.spared, []
        self.rounds.append(record)

    def order(self, votes: Sequence[int]) -> Order:
        """Return the elected as they were elected, then those left by their votes, then the excluded from the last."""
        left = [one for one in self.profile.standing if one not in {*self.elected, *self.out}]
        return (
            *self._levels,
            *levels(left, votes),
            *((one,) for one in reversed(self.out)),
        )


def alike(tied: Sequence[int], history: Sequence[Sequence[int]]) -> bool:
    """Say whether no round tells any of the tied apart."""
    return all(len({votes[one] for one in tied}) == 1 for votes in history)
