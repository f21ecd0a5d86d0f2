"""Counting: exact, with every number named; the cases the field gets wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from governance.rules import (
    PRESETS,
    Outcome,
    Position,
    Roll,
    RollSeat,
    Rule,
    RuleError,
    Tie,
    tally,
)
from governance.rules.example import worked_example
from tests.governance.rolls import ANY_RULE, Case, positions_of, profile, roll_of

MAJORITY = PRESETS["simple-majority"]
CHAIR = replace(MAJORITY, name="chair-decides", tie=Tie.CHAIR)
CARRIED, FAILED = Outcome.CARRIED, Outcome.NOT_CARRIED


@pytest.mark.parametrize(
    ("rule", "votes", "outcome"),
    [
        (MAJORITY, "ffaa", FAILED),  # a tie is not more than half
        (MAJORITY, "ffab", CARRIED),
        (MAJORITY, "f---", FAILED),  # one of four is no quorum
        (MAJORITY, "fb--", CARRIED),  # an abstention is heard from
        (MAJORITY, "bbbb", FAILED),  # nobody for: nothing is carried
        (MAJORITY, "fr--", FAILED),  # the recused seat leaves: one of three is no half
        (MAJORITY, "ffrr", CARRIED),
        (PRESETS["two-thirds"], "ffa", CARRIED),  # 2 of 3 is two thirds, exactly
        (PRESETS["two-thirds"], "f" * 33 + "a" * 17, FAILED),  # 66 % is not
        (PRESETS["two-thirds"], "f" * 34 + "a" * 17, CARRIED),
        (PRESETS["three-quarters"], "fffa", CARRIED),
        (PRESETS["three-quarters"], "ffaf" + "a", FAILED),
        (PRESETS["unanimous"], "fffb", CARRIED),
        (PRESETS["unanimous"], "fffa", FAILED),
        (PRESETS["absolute-majority"], "ff--", FAILED),  # half of all seats
        (PRESETS["absolute-majority"], "fff--", CARRIED),
        (PRESETS["absolute-majority"], "ffr-", FAILED),  # a recused seat stays a seat
        (CHAIR, "ffaa", CARRIED),  # seat 1 has the chair
        (CHAIR, "affa", FAILED),
        (CHAIR, "bfa-", FAILED),
        (PRESETS["lazy-consensus"], "----", CARRIED),  # silence is consent
        (PRESETS["lazy-consensus"], "fffa", FAILED),
        (replace(PRESETS["lazy-consensus"], objections=2), "fffa", CARRIED),
        (replace(MAJORITY, veto=(2,)), "ffff", CARRIED),
        (replace(MAJORITY, veto=(2,)), "faff", FAILED),
    ],
)  # fmt: skip
def test_known_counts(rule: Rule, votes: str, outcome: Outcome) -> None:
    roll = roll_of(len(votes))
    assert tally(rule, roll, positions_of(votes)).outcome is outcome


def test_weights_and_vacancies_count() -> None:
    roll = Roll((RollSeat(1, weight=3), RollSeat(2), RollSeat(3), RollSeat(4, filled=False)))
    count = tally(MAJORITY, roll, positions_of("faa"))
    assert (count.yes, count.no, count.vacant, count.outcome) == (3, 2, 1, CARRIED)
    count = tally(PRESETS["absolute-majority"], roll, positions_of("f--"))
    assert (count.base, count.threshold, count.outcome) == (6, "3/1", FAILED)


def test_a_vacant_seat_has_no_position() -> None:
    with pytest.raises(ValueError, match="can't vote"):
        tally(MAJORITY, Roll((RollSeat(1, filled=False),)), positions_of("f"))


@given(profile())
def test_every_weight_is_somewhere_and_the_order_of_seats_is_nothing(case: Case) -> None:
    rule, roll, positions = case
    count = tally(rule, roll, positions)
    parts = count.yes + count.no + count.abstain + count.recused + count.absent + count.vacant
    assert parts == roll.all_weight
    turned = Roll(
        tuple(replace(seat, number=len(roll.seats) + 1 - seat.number) for seat in reversed(roll.seats))
    )  # fmt: skip
    moved = {len(roll.seats) + 1 - number: position for number, position in positions.items()}
    vetoing = tuple(
        sorted(len(roll.seats) + 1 - number for number in rule.veto if number <= len(roll.seats))
    )
    assert tally(replace(rule, veto=vetoing), turned, moved) == count
    assert json.loads(json.dumps(count.to_json()))["outcome"] == count.outcome.value


@given(profile())
def test_another_vote_for_never_turns_a_carried_motion_down(case: Case) -> None:
    rule, roll, positions = case
    if not tally(rule, roll, positions).is_carried:
        return
    for number, position in positions.items():
        if position is Position.AGAINST:
            better = {**positions, number: Position.FOR}
            assert tally(rule, roll, better).is_carried
    for seat in roll.outstanding(positions):
        assert tally(rule, roll, {**positions, seat.number: Position.FOR}).is_carried


@given(ANY_RULE)
def test_a_rule_survives_json(rule: Rule) -> None:
    raw = json.loads(json.dumps(rule.to_json()))
    assert Rule.from_json(raw) == rule


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fraction": "0/1"}, "above 0"),
        ({"fraction": "3/2"}, "at most at 1"),
        ({"fraction": "0.5"}, "p/q"),
        ({"fraction": "1/0"}, "p/q"),
        ({"base": "everybody"}, "everybody"),
        ({"fraction": "1/1", "comparison": ">"}, "more than all"),
        ({"quorum_fraction": "5/4"}, "quorum"),
        ({"quorum_base": "cast"}, "quorum"),
        ({"tie": "chair", "fraction": "2/3"}, "tie"),
        ({"min_open_minutes": -1}, "negative"),
        ({"min_open_minutes": True}, "type int"),
        ({"early": 1}, "type bool"),
        ({"name": "Two Thirds"}, "small letters"),
        ({"objections": -1}, "objections"),
        ({"veto": [2, 1]}, "in order"),
        ({"veto": ["1"]}, "by their numbers"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(RuleError, match=words):
        Rule.from_json(MAJORITY.to_json() | change)


@pytest.mark.parametrize("name", sorted(PRESETS))
@pytest.mark.parametrize("seats", range(1, 16))
def test_the_worked_example_carries_by_one_vote(name: str, seats: int) -> None:
    rule = PRESETS[name]
    pair = worked_example(rule, roll_of(seats, vacant=seats // 4))
    assert pair is not None
    carries, fails = pair
    assert carries.tally.is_carried
    assert not fails.tally.is_carried
    assert carries.counts[Position.FOR] == fails.counts[Position.FOR] + 1


def test_no_example_where_no_count_can_carry() -> None:
    assert worked_example(PRESETS["absolute-majority"], roll_of(2, vacant=3)) is None


def test_a_roll_lists_each_seat_once_in_order() -> None:
    with pytest.raises(ValueError, match="once, in order"):
        Roll((RollSeat(2), RollSeat(1)))
    with pytest.raises(ValueError, match="at least 1"):
        Roll((RollSeat(1, weight=0),))
    roll = Roll((RollSeat(1, 2, True, True, "a"), RollSeat(2, filled=False)))
    assert Roll.from_json(roll.to_json()) == roll
