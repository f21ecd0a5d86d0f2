"""What must hold for any ballots, against slow counts written from the definitions."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import pairwise as steps
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from governance.tally import (
    SCORED,
    Method,
    Profile,
    Ranking,
    Rule,
    Scores,
    Unranked,
    count,
    pairwise,
)

NAMES = ("Ada", "Bo", "Cy", "Di", "Eve")
RANKED = [method for method in Method if method not in SCORED]
TRANSFERABLE = [Method.SCOTTISH_STV, Method.MEEK_STV]


@st.composite
def profiles(draw: st.DrawFn, *, ties: bool = True, complete: bool = False) -> Profile:
    """Draw a few dozen ballots over two to five candidates."""
    size = draw(st.integers(2, 5))
    rankings: Counter[Ranking] = Counter()
    for _ in range(draw(st.integers(1, 9))):
        order = draw(st.permutations(range(size)))
        if not complete:
            order = order[: draw(st.integers(0, size))]
        cuts = (
            [draw(st.booleans()) for _ in order]
            if ties and draw(st.booleans())
            else [True] * len(order)
        )
        groups: list[list[int]] = []
        for one, new in zip(order, cuts, strict=True):
            if new or not groups:
                groups.append([one])
            else:
                groups[-1].append(one)
        rankings[tuple(tuple(sorted(group)) for group in groups)] += draw(st.integers(1, 7))
    return Profile(NAMES[:size], rankings)


def renamed(profile: Profile, order: tuple[int, ...]) -> Profile:
    """Return the same ballots with the list of candidates in another order."""
    place = {old: new for new, old in enumerate(order)}
    rankings = {
        tuple(tuple(sorted(place[one] for one in group)) for group in ranking): weight
        for ranking, weight in profile.rankings.items()
    }
    return Profile(tuple(profile.candidates[old] for old in order), rankings)


def levels(shown: list[list[str]]) -> list[set[str]]:
    return [set(level) for level in shown]


@given(profiles(), st.data())
def test_order_of_the_list_changes_nothing(profile: Profile, data: st.DataObject) -> None:
    order = tuple(data.draw(st.permutations(range(len(profile.candidates)))))
    for method in RANKED:
        rule = Rule(method=method, seats=data.draw(st.integers(1, 2)))
        for seed in (None, "seed"):
            one = count(profile, rule, seed=seed).to_json()
            other = count(renamed(profile, order), rule, seed=seed).to_json()
            assert levels(one["order"]) == levels(other["order"]), method
            assert set(one["winners"]) == set(other["winners"]), method


@given(profiles())
def test_count_of_the_same_ballots_gives_the_same_bytes(profile: Profile) -> None:
    again = Profile(profile.candidates, dict(reversed(profile.rankings.items())))
    for method in RANKED:
        rule = Rule(method=method)
        first = json.dumps(count(profile, rule, seed="s").to_json())
        assert first == json.dumps(count(again, rule, seed="s").to_json()), method


@given(profiles())
def test_seed_fills_every_seat_and_no_seed_fills_no_other(profile: Profile) -> None:
    for method in RANKED:
        for seats in (1, 2):
            rule = Rule(method=method, seats=seats)
            drawn = count(profile, rule, seed="any")
            assert len(drawn.winners) == seats, method
            assert len(set(drawn.winners)) == seats
            if method not in (*TRANSFERABLE, Method.IRV):
                assert set(count(profile, rule).winners) <= set(drawn.winners), method


@given(profiles())
def test_every_candidate_stands_once_in_the_order(profile: Profile) -> None:
    for method in RANKED:
        placed = [
            name
            for level in count(profile, Rule(method=method)).to_json()["order"]
            for name in level
        ]
        assert sorted(placed) == sorted(profile.candidates), method  # fmt: skip


@given(profiles(), st.sampled_from(list(Unranked)))
def test_matrix_is_what_one_gets_by_asking_each_ballot(
    profile: Profile, unranked: Unranked
) -> None:
    size = len(profile.candidates)
    slow = [[0] * size for _ in range(size)]
    for ranking, weight in profile.rankings.items():
        rank = {one: place for place, group in enumerate(ranking) for one in group}
        for a in range(size):
            for b in range(size):
                if unranked is Unranked.IGNORE:
                    prefers = a in rank and b in rank and rank[a] < rank[b]
                else:
                    prefers = rank.get(a, size) < rank.get(b, size)
                slow[a][b] += weight * prefers
    assert pairwise(profile, unranked) == tuple(map(tuple, slow))


@given(profiles(ties=False, complete=True))
def test_majority_of_first_preferences_wins(profile: Profile) -> None:
    firsts: Counter[int] = Counter()
    for ranking, weight in profile.rankings.items():
        firsts[ranking[0][0]] += weight
    leader, votes = firsts.most_common(1)[0]
    assume(2 * votes > profile.size)
    for method in RANKED:
        if method is not Method.APPROVAL:
            assert count(profile, Rule(method=method)).winners == (leader,), method


@given(profiles())
def test_condorcet_winner_wins_where_promised(profile: Profile) -> None:
    matrix = pairwise(profile)
    size = len(matrix)
    best = [
        a for a in range(size) if all(matrix[a][b] > matrix[b][a] for b in range(size) if a != b)
    ]
    assume(best)
    for method in (Method.SCHULZE, Method.RANKED_PAIRS):
        assert count(profile, Rule(method=method)).winners == tuple(best)  # fmt: skip


@given(profiles())
def test_schulze_finds_the_strongest_of_all_paths(profile: Profile) -> None:
    matrix, names = pairwise(profile), profile.candidates
    size = len(names)
    strength = [
        [matrix[a][b] if matrix[a][b] > matrix[b][a] else 0 for b in range(size)]
        for a in range(size)
    ]

    def strongest(a: int, b: int) -> int:
        others = [one for one in range(size) if one not in (a, b)]
        ways = (
            (a, *middle, b) for long in range(len(others) + 1) for middle in permutations(others, long)
        )  # fmt: skip
        return max(min(strength[x][y] for x, y in steps(way)) for way in ways)

    result = count(profile, Rule(method=Method.SCHULZE)).to_json()
    paths = result["rounds"][0]["paths"]
    for a in range(size):
        for b in range(size):
            if a != b:
                assert paths[names[a]][names[b]] == strongest(a, b)


@given(profiles(ties=False, complete=True))
def test_schulze_winner_does_not_win_when_every_ballot_is_turned_round(profile: Profile) -> None:
    top = count(profile, Rule(method=Method.SCHULZE)).order[0]
    assume(len(top) == 1)
    turned = Profile(
        profile.candidates,
        {tuple(reversed(ranking)): weight for ranking, weight in profile.rankings.items()},
    )
    assert count(turned, Rule(method=Method.SCHULZE)).order[0] != top


@given(profiles(ties=False, complete=True), st.data())
def test_schulze_winner_stays_when_a_ballot_raises_it(
    profile: Profile, data: st.DataObject
) -> None:
    top = count(profile, Rule(method=Method.SCHULZE)).order[0]
    assume(len(top) == 1)
    ranking = data.draw(st.sampled_from(sorted(profile.rankings)))
    place = ranking.index(top)
    assume(place > 0)
    raised = (*ranking[: place - 1], top, ranking[place - 1], *ranking[place + 1 :])
    rankings = Counter(profile.rankings)
    rankings[ranking] -= 1
    rankings[raised] += 1
    changed = Profile(profile.candidates, +rankings)
    assert top[0] in count(changed, Rule(method=Method.SCHULZE)).order[0]


@given(profiles())
def test_ranked_pairs_locks_like_the_definition_when_no_victories_are_alike(
    profile: Profile,
) -> None:
    matrix = pairwise(profile)
    size = len(matrix)
    pairs = [(a, b) for a in range(size) for b in range(size) if matrix[a][b] > matrix[b][a]]
    keys = [(-matrix[a][b], matrix[b][a]) for a, b in pairs]
    assume(len(set(keys)) == len(keys))
    above: dict[int, set[int]] = {one: set() for one in range(size)}

    def reaches(a: int, b: int) -> bool:
        return b in above[a] or any(reaches(one, b) for one in above[a])

    for _key, (a, b) in sorted(zip(keys, pairs, strict=True)):
        if not reaches(b, a):
            above[a].add(b)
    unbeaten = {one for one in range(size) if not any(one in below for below in above.values())}
    assert set(count(profile, Rule(method=Method.RANKED_PAIRS)).order[0]) == unbeaten


@given(profiles(ties=False))
def test_instant_runoff_excludes_one_of_the_lowest_each_time(profile: Profile) -> None:
    result = count(profile, Rule(method=Method.IRV)).to_json()
    left = set(profile.candidates)
    for one in result["rounds"]:
        left.discard(one.get("candidate", ""))
        votes: Counter[str] = Counter(dict.fromkeys(left, 0))
        for ranking, weight in profile.rankings.items():
            first = next(
                (profile.candidates[g[0]] for g in ranking if profile.candidates[g[0]] in left),
                None,
            )
            if first:
                votes[first] += weight
        assert one["votes"] == dict(votes)
        assert sum(votes.values()) + one["exhausted"] == profile.size  # fmt: skip
    for before, after in steps(result["rounds"]):
        assert before["votes"][after["candidate"]] == min(before["votes"].values())


@pytest.mark.parametrize("method", TRANSFERABLE)
@given(profile=profiles(), seats=st.integers(1, 4))
def test_no_vote_is_lost_or_made_in_any_round(method: Method, profile: Profile, seats: int) -> None:
    valid = sum(weight for paper, weight in profile.papers() if paper)
    result = count(profile, Rule(method=method, seats=seats), seed="s").to_json()
    for one in result["rounds"]:
        if method is Method.MEEK_STV and one["kind"] == "remaining":
            continue
        held = sum(Fraction(votes) for votes in one["votes"].values())
        lost = Fraction(one["nontransferable"]) + Fraction(one.get("residual", "0"))
        assert held + lost == valid
    assert len(result["winners"]) == min(seats, len(profile.candidates))


@given(profiles(ties=False), st.integers(1, 3))
def test_meek_follows_the_reference_rule_step_by_step(profile: Profile, seats: int) -> None:
    """Distribute ballot by ballot with the keep factors of each round, as the rule is written."""
    assume(seats < len(profile.candidates))
    unit = 10**9
    result = count(profile, Rule(method=Method.MEEK_STV, seats=seats), seed="s").to_json()
    seated: set[str] = set()
    for one in result["rounds"]:
        if one["kind"] == "remaining":
            continue
        keep = dict.fromkeys(one["votes"], unit) | {
            name: int(Fraction(value) * unit)
            for name, value in one["keep_factors"].items()
            if name in seated
        }
        votes = dict.fromkeys(one["votes"], 0)
        for paper, weight in profile.papers():
            rest = unit
            for name in (profile.candidates[candidate] for candidate in paper):
                if name in keep and rest:
                    share = -(-rest * keep[name] // unit)
                    votes[name] += share * weight
                    rest -= share
        quota = sum(votes.values()) // (seats + 1) + 1
        assert {name: Fraction(value, unit) for name, value in votes.items()} == {
            name: Fraction(value) for name, value in one["votes"].items()
        }
        assert Fraction(one["quota"]) == Fraction(quota, unit)
        for name in seated:
            assert abs(votes[name] - quota) <= max(Fraction(one["surplus"]) * unit, len(seated) + 1)
        seated |= set(one["elected"])


@given(
    st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=8),
)
def test_scores_add_up_and_star_compares_the_two_highest(rows: list[tuple[int, ...]]) -> None:
    scores = Scores(("A", "B", "C"), Counter(rows))
    totals = [sum(column) for column in zip(*rows, strict=True)]
    order = count(scores, Rule(method=Method.SCORE)).order
    assert [totals[level[0]] for level in order] == sorted(set(totals), reverse=True)
    result = count(scores, Rule(method=Method.STAR)).to_json()
    a, b = ("ABC".index(name) for name in result["rounds"][0]["finalists"])
    assert min(totals[a], totals[b]) >= sorted(totals)[1]
    prefer = [sum(row[a] > row[b] for row in rows), sum(row[b] > row[a] for row in rows)]
    assert list(result["rounds"][0]["preferences"].values()) == prefer


@given(profiles(), st.data())
def test_cap_is_never_passed(profile: Profile, data: st.DataObject) -> None:
    organisations = {
        name: data.draw(st.sampled_from(["x", "y"]))
        for name in profile.candidates
        if data.draw(st.booleans())
    }
    for method in RANKED:
        for seed in (None, "s"):
            rule = Rule(method=method, seats=3, cap=1)
            winners = count(profile, rule, organisations, seed).to_json()["winners"]
            taken = Counter(organisations[name] for name in winners if name in organisations)
            assert all(number == 1 for number in taken.values()), method
            able = len(set(organisations.values())) + len(profile.candidates) - len(organisations)
            if seed:
                assert len(winners) == min(3, able), method
