"""Each method against small elections worked out by hand or printed in its paper."""

from __future__ import annotations

import hashlib

import pytest

from governance.tally import Count, Method, Profile, Rule, Scores, TallyError, count


def ballots(*lines: str) -> Profile:
    """Read lines like `3 A B=C`: three voters put A first, then B and C together."""
    parsed = [(int(line.split()[0]), line.split()[1:]) for line in lines]
    names = sorted({name for _n, groups in parsed for group in groups for name in group.split("=")})
    place = {name: one for one, name in enumerate(names)}
    rankings = {
        tuple(tuple(place[name] for name in group.split("=")) for group in groups): number
        for number, groups in parsed
    }
    return Profile(tuple(names), rankings)


def shown(result: Count) -> str:
    """Return the order as `A > B=C`."""
    return " > ".join("=".join(level) for level in result.to_json()["order"])


SCHULZE_PAPER = ballots(
    "5 A C B E D", "5 A D E C B", "8 B E D A C", "3 C A B E D", "7 C A E B D", "2 C B A D E",
    "7 D C E B A", "8 E B A D C",
)  # fmt: skip
"""The example with 45 voters that accompanies Schulze's method; E wins, and the order is E A C B D."""
TENNESSEE = ballots("42 M N C K", "26 N C K M", "15 C K N M", "17 K C N M")
"""The usual example of cities: Nashville beats every other, instant runoff elects Knoxville."""


@pytest.mark.parametrize(
    ("profile", "method", "expected"),
    [
        (SCHULZE_PAPER, Method.SCHULZE, "E > A > C > B > D"),
        (SCHULZE_PAPER, Method.RANKED_PAIRS, "A > C > E > B > D"),
        (TENNESSEE, Method.SCHULZE, "N > C > K > M"),
        (TENNESSEE, Method.RANKED_PAIRS, "N > C > K > M"),
        (TENNESSEE, Method.IRV, "K > M > N > C"),
        (TENNESSEE, Method.PLURALITY, "M > N > K > C"),
    ],
)
def test_known_examples_come_out_in_their_order(
    profile: Profile, method: Method, expected: str
) -> None:
    assert shown(count(profile, Rule(method=method))) == expected


def test_perfect_circle_is_reported_as_a_tie_and_left_open() -> None:
    circle = ballots("1 A B C", "1 B C A", "1 C A B")
    for method in (Method.SCHULZE, Method.RANKED_PAIRS, Method.IRV, Method.PLURALITY):
        result = count(circle, Rule(method=method)).to_json()
        assert result["order"] == [["A", "B", "C"]]
        assert result["winners"] == []
        assert [(tie["about"], tie["settled_by"]) for tie in result["ties"]][-1] == ("seat", None)


def test_lottery_seats_one_of_a_tie_and_anybody_can_repeat_it() -> None:
    circle = ballots("1 A B C", "1 B C A", "1 C A B")
    drawn = {
        seed: count(circle, Rule(method=Method.SCHULZE), seed=seed).to_json()["winners"]
        for seed in "abcdefgh"
    }
    assert {len(winners) for winners in drawn.values()} == {1}
    assert len({winners[0] for winners in drawn.values()}) > 1
    # printf 'a\nA' | sha256sum and so on: the least digest is first
    first = min("ABC", key=lambda name: hashlib.sha256(f"a\n{name}".encode()).hexdigest())
    assert drawn["a"] == [first]


def test_approval_counts_whoever_is_marked() -> None:
    result = count(ballots("3 A=B", "2 B=C", "1 C"), Rule(method=Method.APPROVAL, seats=1))
    assert shown(result) == "B > A=C"
    assert result.to_json()["rounds"][0]["votes"] == {"A": 3, "B": 5, "C": 3}


def scores(*rows: tuple[int, ...]) -> Scores:
    return Scores(("A", "B", "C"), dict.fromkeys(rows, 1))


def test_score_adds_and_star_runs_off() -> None:
    """A leads by score; more voters prefer B to A."""
    given = scores((5, 0, 0), (3, 4, 0), (2, 3, 1))
    assert shown(count(given, Rule(method=Method.SCORE))) == "A > B > C"
    result = count(given, Rule(method=Method.STAR)).to_json()
    assert result["order"][0] == ["B"]
    assert result["rounds"][0]["finalists"] == ["A", "B"]
    assert result["rounds"][0]["preferences"] == {"A": 1, "B": 2}


def test_star_settles_an_even_runoff_by_score() -> None:
    given = scores((5, 1, 0), (2, 3, 0))
    result = count(given, Rule(method=Method.STAR)).to_json()
    assert result["winners"] == ["A"]
    assert result["ties"][0]["settled_by"] == "score"


def test_scottish_rule_truncates_a_surplus_to_five_places() -> None:
    """Quota 34 of 100; A's surplus of 16 goes on over 50 papers at 0.32 each, C gets the last seat at the end."""
    profile = ballots("30 A B", "20 A C", "20 B", "18 C", "12 D C")
    result = count(profile, Rule(method=Method.SCOTTISH_STV, seats=2)).to_json()
    first, surplus, exclusion = result["rounds"][:3]
    assert first["quota"] == "34.00000"
    assert first["elected"] == ["A"]
    assert surplus["transfers"] == {"B": "9.60000", "C": "6.40000"}
    assert (exclusion["candidate"], exclusion["transfers"]) == ("D", {"C": "12.00000"})
    assert exclusion["votes"] == {"A": "34.00000", "B": "29.60000", "C": "36.40000"}
    assert result["winners"] == ["A", "C"]


def test_scottish_rule_says_what_truncation_loses() -> None:
    """Quota 2 of 5, surplus 1 over 3 papers: 0.33333 each, 0.00001 is nobody's."""
    result = count(ballots("3 A B", "1 B", "1 C"), Rule(method=Method.SCOTTISH_STV, seats=2))
    surplus = result.to_json()["rounds"][1]
    assert surplus["transfers"] == {"B": "0.99999"}
    assert surplus["residual"] == "0.00001"


def test_tied_exclusion_goes_back_to_the_round_that_tells_them_apart() -> None:
    """B and C have 5 each after D is gone; in the first round C had less, so C goes."""
    profile = ballots("12 A", "5 B A", "4 C B", "1 D C")
    result = count(profile, Rule(method=Method.IRV)).to_json()
    assert result["rounds"][2]["candidate"] == "C"
    assert result["ties"] == [
        {"about": "exclusion", "candidates": ["B", "C"], "settled_by": "backward rounds", "chosen": ["C"], "round": 2}
    ]  # fmt: skip


def test_meek_lowers_the_quota_as_votes_run_out() -> None:
    """Two seats: A keeps just its quota, B gets the rest of A's voters; figures have nine places."""
    result = count(ballots("60 A B", "25 B", "15 C"), Rule(method=Method.MEEK_STV, seats=2))
    rounds = result.to_json()["rounds"]
    assert rounds[0]["votes"] == {"A": "60.000000000", "B": "25.000000000", "C": "15.000000000"}
    assert rounds[0]["quota"] == "33.333333334"
    assert result.to_json()["winners"] == ["A", "B"]
    assert rounds[1]["elected"] == ["B"]


@pytest.mark.parametrize("method", [Method.SCOTTISH_STV, Method.MEEK_STV])
def test_cap_bars_the_rest_of_an_organisation_in_a_transferable_vote(method: Method) -> None:
    """A and B are of one organisation; when A is seated, B's papers go to C."""
    profile = ballots("50 A B C", "30 B C", "11 C", "9 D")
    organisations = {"A": "x", "B": "x"}
    free = count(profile, Rule(method=method, seats=2)).to_json()
    capped = count(profile, Rule(method=method, seats=2, cap=1), organisations).to_json()
    assert free["winners"] == ["A", "B"]
    assert capped["winners"] == ["A", "C"]
    told = [one for entry in capped["rounds"] for one in entry.get("passed_over", [])]
    assert told == [{"candidate": "B", "organisation": "x", "reason": "cap", "cap": 1}]


def test_cap_leaves_a_seat_empty_when_nobody_else_stands() -> None:
    profile = ballots("5 A B", "3 B A")
    for method in Method:
        if method in (Method.SCORE, Method.STAR):
            continue
        rule = Rule(method=method, seats=2, cap=1)
        result = count(profile, rule, {"A": "x", "B": "x"}, seed="s")
        assert len(result.winners) == 1, method


def test_tie_within_a_capped_organisation_leaves_the_other_seats_alone() -> None:
    """A and B (one organisation, one seat) are tied for it; C is seated whatever falls."""
    profile = ballots("2 A", "2 B", "1 C")
    rule = Rule(method=Method.PLURALITY, seats=2, cap=1)
    organisations = {"A": "x", "B": "x"}
    open_tie = count(profile, rule, organisations).to_json()
    assert open_tie["winners"] == []
    assert open_tie["ties"][0]["candidates"] == ["A", "B"]
    drawn = count(profile, rule, organisations, seed="s").to_json()
    assert len(drawn["winners"]) == 2
    assert drawn["winners"][1] == "C"


def test_withdrawn_candidate_receives_nothing() -> None:
    profile = Profile(
        ("A", "B", "C"), {((0,), (1,), (2,)): 3, ((2,), (1,)): 2}, withdrawn=frozenset({0})
    )
    for method in (Method.IRV, Method.PLURALITY, Method.SCHULZE, Method.SCOTTISH_STV):
        result = count(profile, Rule(method=method)).to_json()
        assert result["winners"] == ["B"], method
        assert "A" not in [name for level in result["order"] for name in level]


@pytest.mark.parametrize(
    ("names", "words"), [(("A", "A"), "called 'A'"), ((), "no candidate"), (("A", ""), "no name")]
)
def test_election_nobody_could_read_is_refused(names: tuple[str, ...], words: str) -> None:
    with pytest.raises(TallyError, match=words):
        Profile(names, {})


def test_ranks_are_not_counted_as_scores() -> None:
    with pytest.raises(TallyError, match="counts scores"):
        count(TENNESSEE, Rule(method=Method.STAR))
    with pytest.raises(TallyError, match="counts ranks"):
        count(scores((1, 2, 3)), Rule(method=Method.SCHULZE))
