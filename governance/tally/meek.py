"""Meek's single transferable vote, by the reference rule of the Proportional Representation Foundation.

Figures have nine places: whole numbers of 10^-9, products and quotients rounded up as the rule says. Each elected
candidate keeps a share of every vote, the rest goes on; the quota falls as votes run out.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from governance.tally.count import figure, named
from governance.tally.profile import Papers, Profile
from governance.tally.seating import Cap
from governance.tally.ties import Ties
from governance.tally.transferable import Contest

PLACES = 9
UNIT = 10**PLACES
OMEGA = UNIT // 10**6
"""A total surplus below this is not worth another iteration."""


class MeekCount:
    """One count; `run` carries it to its end."""

    def __init__(self, profile: Profile, seats: int, cap: Cap | None, ties: Ties) -> None:
        self.contest = Contest(profile, seats, cap, ties)
        self.papers: Papers = [(paper, weight) for paper, weight in profile.papers() if paper]
        size = len(profile.candidates)
        self.keep = [UNIT if may else 0 for may in self.contest.hopeful]
        self.votes = [0] * size
        self.quota = 0
        self.exhausted = 0
        self.surplus = 0

    def run(self) -> Contest:
        """Count until the seats are filled or nobody is left."""
        contest = self.contest
        kind, source = "first preferences", None
        while True:
            elected = self._iterate()
            contest.note(kind, elected=elected, **self._source(source), **self._figures())
            if remaining := contest.fill(self.votes):
                contest.note("remaining", elected=remaining, **self._figures())
            if not contest.vacancies or not contest.running:
                return contest
            kind, source = "election", None
            if contest.barred:
                kind, source = "barred", contest.barred.pop(0)
            elif not elected:
                kind, source = "exclusion", contest.lowest(self.votes, self.surplus)
                if source is None:
                    return contest
            if source is not None:
                contest.hopeful[source] = False
                contest.out.append(source)
                self.keep[source] = self.votes[source] = 0

    def _iterate(self) -> list[int]:
        """Distribute votes and adjust keep factors until somebody is elected or the surplus stops shrinking."""
        contest, before = self.contest, None
        groups = self._groups()
        while True:
            self._distribute(groups)
            self.quota = sum(self.votes) // (contest.seats + 1) + 1
            if before is None:
                contest.history.append(list(self.votes))
            contest.history[-1] = list(self.votes)
            elected = contest.elect_reached(self.quota, self.votes)
            self.surplus = max(0, sum(self.votes[one] - self.quota for one in contest.elected))
            if elected or self.surplus < OMEGA or (before is not None and self.surplus >= before):
                return elected
            before = self.surplus
            for one in contest.elected:
                kept = up(self.keep[one] * self.quota, UNIT)
                self.keep[one] = up(kept * UNIT, self.votes[one])

    def _groups(self) -> Papers:
        """Put papers together that can't be told apart now: a hopeful candidate keeps all that reaches them."""
        found: Counter[tuple[int, ...]] = Counter()
        hopeful, keep = self.contest.hopeful, self.keep
        for paper, weight in self.papers:
            way = []
            for one in paper:
                if not keep[one]:
                    continue
                way.append(one)
                if hopeful[one]:
                    break
            found[tuple(way)] += weight
        return list(found.items())

    def _distribute(self, groups: Papers) -> None:
        keep, votes = self.keep, [0] * len(self.votes)
        self.exhausted = 0
        for way, weight in groups:
            rest = UNIT
            for one in way:
                share = up(rest * keep[one], UNIT)
                votes[one] += share * weight
                rest -= share
                if not rest:
                    break
            self.exhausted += rest * weight
        self.votes = votes

    def _source(self, source: int | None) -> dict[str, Any]:
        return {} if source is None else {"candidate": self.contest.profile.candidates[source]}

    def _figures(self) -> dict[str, Any]:
        contest = self.contest
        names = contest.profile.candidates
        shown = [one for one in contest.profile.standing if one not in contest.out]
        return {
            "votes": named(self.votes, names, shown, PLACES),
            "keep_factors": named(self.keep, names, contest.elected, PLACES),
            "nontransferable": figure(self.exhausted, PLACES),
            "quota": figure(self.quota, PLACES),
            "surplus": figure(self.surplus, PLACES),
        }


def up(numerator: int, denominator: int) -> int:
    """Divide and round up."""
    return -(-numerator // denominator)


def meek_stv(profile: Profile, seats: int, cap: Cap | None, ties: Ties) -> Contest:
    """Count by Meek's rule."""
    return MeekCount(profile, seats, cap, ties).run()
