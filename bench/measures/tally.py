"""Counting 100,000 ranked ballots over 20 candidates, beside pref_voting and votekit on the same ballots."""

from __future__ import annotations

import importlib.util
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.figure import Figure, at_most, not_run, seen
from governance.tally import Method, Profile, Rule, count

TITLE = "Elections"
BALLOTS, CANDIDATES, SEATS = 100_000, 20, 5
TARGETS = {Method.SCHULZE: 3.0, Method.IRV: 5.0, Method.SCOTTISH_STV: 5.0}
SMALLER, FEWEST = 10_000, 1_000
"""The others are slower by orders; their figures are of fewer ballots, and so are ours beside them."""
HOW = "python -m pip install --require-hashes -r requirements/oracles.txt"


def measure() -> list[Figure]:
    """Count random full rankings, which are nearly all different, on one core."""
    rankings = drawn(BALLOTS)
    return [*_ours(rankings), *_pref_voting(rankings[:SMALLER]), *_votekit(rankings[:FEWEST])]


def drawn(number: int) -> list[tuple[int, ...]]:
    """Return rankings of a fixed seed."""
    source = random.Random(2026)
    order = list(range(CANDIDATES))
    rankings = []
    for _ in range(number):
        source.shuffle(order)
        rankings.append(tuple(order))
    return rankings


def profile_of(rankings: list[tuple[int, ...]]) -> Profile:
    """Return rankings as the tally takes them."""
    alone = [(one,) for one in range(CANDIDATES)]
    names = [f"Candidate {one}" for one in range(CANDIDATES)]
    return Profile.of(names, (tuple(alone[one] for one in ranking) for ranking in rankings))


def seconds_of(work: Callable[[], Any]) -> float:
    """Return the processor time of a piece of work: other programs of the machine don't enter it."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _ours(rankings: list[tuple[int, ...]]) -> Iterator[Figure]:
    building = seconds_of(lambda: profile_of(rankings))
    yield seen(f"reading {BALLOTS:,} rankings into a profile", building, "s")
    profile = profile_of(rankings)
    for method, target in TARGETS.items():
        rule = Rule(method=method, seats=SEATS if method is Method.SCOTTISH_STV else 1)
        times = sorted(seconds_of(lambda rule=rule: count(profile, rule)) for _ in range(3))
        yield at_most(
            f"{method} of {BALLOTS:,} ballots, {CANDIDATES} candidates", times[1], target, "s",
            spread=f"{times[0]:.2f} to {times[-1]:.2f}", note="pure Python, one core, processor time",
        )  # fmt: skip


def _pref_voting(rankings: list[tuple[int, ...]]) -> Iterator[Figure]:
    what = f"pref_voting on {SMALLER:,} of the same ballots"
    if importlib.util.find_spec("pref_voting") is None:
        yield not_run(what, "", f"not installed: {HOW}")
        return
    from pref_voting.c1_methods import condorcet  # noqa: F401 - its import compiles what is shared
    from pref_voting.margin_based_methods import beat_path
    from pref_voting.profiles import Profile as Theirs

    theirs: list[Any] = []
    building = seconds_of(lambda: theirs.append(Theirs([list(one) for one in rankings])))
    schulze = seconds_of(lambda: beat_path(theirs[0]))
    yield from _beside("pref_voting", Method.SCHULZE, building + schulze, rankings)
    ours = count(profile_of(rankings), Rule(method=Method.SCHULZE)).order[0]
    agree = sorted(beat_path(theirs[0])) == sorted(ours)
    yield seen("pref_voting and the tally name the same Schulze winners", float(agree), "")


def _votekit(rankings: list[tuple[int, ...]]) -> Iterator[Figure]:
    what = f"votekit on {FEWEST:,} of the same ballots"
    if importlib.util.find_spec("votekit") is None:
        yield not_run(what, "", f"not installed: {HOW}")
        return
    from votekit.ballot import RankBallot
    from votekit.elections import IRV
    from votekit.pref_profile import RankProfile

    names = [f"Candidate {one}" for one in range(CANDIDATES)]

    def build() -> Any:
        ballots = [RankBallot(ranking=[{names[one]} for one in ranking]) for ranking in rankings]
        return RankProfile(ballots=ballots, candidates=names)

    theirs: list[Any] = []
    building = seconds_of(lambda: theirs.append(build()))
    runoff = seconds_of(lambda: IRV(theirs[0], tiebreak="lexicographic").get_elected())
    yield from _beside("votekit", Method.IRV, building + runoff, rankings)


def _beside(
    name: str, method: Method, seconds: float, rankings: list[tuple[int, ...]]
) -> Iterator[Figure]:
    """Set another library's time for ballots and count against ours on the same ballots."""
    ours = seconds_of(lambda: count(profile_of(rankings), Rule(method=method)))
    yield seen(
        f"{name} ÷ the tally, {method} of {len(rankings):,} ballots, reading included", seconds / ours, "×",
        note=f"{seconds:.2f} s against {ours:.2f} s",
    )  # fmt: skip
