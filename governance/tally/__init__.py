"""Counting elections: pure, exact, deterministic. No Django, no dependency, no clock, no chance.

Integers everywhere (the two transferable votes count in whole 10^-5 and 10^-9). The same ballots and rule give the same
bytes. Sources of each method stand in `docs/counting.md`.
"""

from governance.tally.condorcet import Strength
from governance.tally.count import Count
from governance.tally.methods import SCORED, Method, Rule, count
from governance.tally.pairwise import pairwise
from governance.tally.profile import Profile, Ranking, Scores, TallyError, Unranked

__all__ = [
    "SCORED",
    "Count",
    "Method",
    "Profile",
    "Ranking",
    "Rule",
    "Scores",
    "Strength",
    "TallyError",
    "Unranked",
    "count",
    "pairwise",
]
