"""The single transferable vote as Scottish councils are elected (SSI 2007/42, schedule 1, part III).

Weighted inclusive Gregory: a surplus goes on over all papers of the elected candidate, each at its share truncated to
five places. Only here are figures truncated, because the order says so; they are whole numbers of 1/100,000.
"""

from __future__ import annotations

from typing import Any

from governance.tally.count import figure, named
from governance.tally.piles import Piles, Transfer
from governance.tally.profile import Profile
from governance.tally.seating import Cap
from governance.tally.ties import Ties
from governance.tally.transferable import Contest

PLACES = 5
UNIT = 10**PLACES


class ScottishCount:
    """One count; `run` carries it to its end."""

    def __init__(self, profile: Profile, seats: int, cap: Cap | None, ties: Ties) -> None:
        self.contest = Contest(profile, seats, cap, ties)
        papers = [(paper, weight) for paper, weight in profile.papers() if paper]
        self.piles = Piles(papers, len(profile.candidates), UNIT)
        self.quota = (sum(weight for _paper, weight in papers) // (seats + 1) + 1) * UNIT
        self.pending: list[int] = []
        self.residual = 0

    def run(self) -> Contest:
        """Count until the seats are filled or nobody is left."""
        contest = self.contest
        self.piles.deal()
        self._settle("first preferences")
        while contest.vacancies:
            remaining = contest.fill(self.piles.votes)
            if remaining:
                contest.note("remaining", elected=remaining, **self._figures())
            elif contest.barred:
                self._exclude(contest.barred.pop(0), "barred")
            elif not contest.running:
                break
            elif self.pending:
                self._surplus()
            else:
                out = contest.lowest(self.piles.votes)
                if out is None:
                    break
                self._exclude(out, "exclusion")
        return contest

    def _surplus(self) -> None:
        """Transfer the largest surplus; a tie goes to who had more in the latest earlier stage."""
        votes, contest = self.piles.votes, self.contest
        top = max(votes[one] for one in self.pending)
        alike = [one for one in self.pending if votes[one] == top]
        source = contest.ties.choose("surplus", alike, contest.history, lowest=False)
        self.pending.remove(source)
        total, surplus = votes[source], votes[source] - self.quota
        transfer = self.piles.move(source, contest.hopeful, lambda value: surplus * value // total)
        votes[source] = self.quota
        self.residual += surplus - transfer.moved
        self._settle("surplus", source, transfer, surplus=figure(surplus, PLACES))

    def _exclude(self, source: int, kind: str) -> None:
        contest = self.contest
        contest.hopeful[source] = False
        contest.out.append(source)
        self._settle(kind, source, self.piles.move(source, contest.hopeful))

    def _settle(
        self, kind: str, source: int | None = None, transfer: Transfer | None = None, **facts: Any
    ) -> None:
        """Write a stage down and elect whoever has the quota in it."""
        contest, votes, names = self.contest, self.piles.votes, self.contest.profile.candidates
        contest.history.append(list(votes))
        elected = contest.elect_reached(self.quota, votes)
        self.pending += [one for one in elected if votes[one] > self.quota]
        if source is not None and transfer is not None:
            facts |= {
                "candidate": names[source],
                "transfers": named(transfer.to, names, sorted(transfer.to), PLACES),
                "to_nontransferable": figure(transfer.exhausted, PLACES),
            }
        contest.note(kind, elected=elected, **facts, **self._figures())

    def _figures(self) -> dict[str, Any]:
        contest = self.contest
        shown = [one for one in contest.profile.standing if one not in contest.out]
        return {
            "votes": named(self.piles.votes, contest.profile.candidates, shown, PLACES),
            "nontransferable": figure(self.piles.exhausted, PLACES),
            "residual": figure(self.residual, PLACES),
            "quota": figure(self.quota, PLACES),
        }


def scottish_stv(profile: Profile, seats: int, cap: Cap | None, ties: Ties) -> Contest:
    """Count by the Scottish rule."""
    return ScottishCount(profile, seats, cap, ties).run()
