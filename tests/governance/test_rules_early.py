"""Deciding early equals brute force: for every profile up to nine seats, over every preset."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product
from math import comb
from operator import add

import pytest
from hypothesis import given, settings

from governance.rules import (
    PRESETS,
    Outcome,
    Position,
    Roll,
    RollSeat,
    Rule,
    Tie,
    early_outcome,
    tally,
)
from tests.governance.rolls import Case, profile

NOW = timedelta(0)
RULES = {
    **{name: replace(rule, early=True) for name, rule in PRESETS.items()},
    "veto": replace(PRESETS["simple-majority"], name="veto", veto=(1,)),
    "chair": replace(PRESETS["simple-majority"], name="chair", tie=Tie.CHAIR),
    "abstentions-stay-away": replace(PRESETS["two-thirds"], name="away", abstain_in_quorum=False),
}
SAID: tuple[Position | None, ...] = (None, *Position)
Counts = tuple[int, ...]
"""How many seats say for, against, abstain, recused."""


def brute_force(rule: Rule, roll: Roll, positions: dict[int, Position]) -> Outcome | None:
    """Return the outcome that every completion has; None where two differ."""
    open_seats = [seat.number for seat in roll.outstanding(positions)]
    seen = set()
    for words in product(SAID, repeat=len(open_seats)):
        said = {n: word for n, word in zip(open_seats, words, strict=True) if word}
        seen.add(tally(rule, roll, {**positions, **said}).outcome)
        if len(seen) == 2:
            return None
    return seen.pop()


class Alike:
    """Brute force over seats of weight 1: but for the chair's, only how many say what matters to a rule."""

    def __init__(self, rule: Rule, filled: int, vacant: int) -> None:
        self.rule, self.filled = rule, filled
        self.roll = Roll(
            tuple(
                RollSeat(n, chair=n == 1, filled=n <= filled) for n in range(1, filled + vacant + 1)
            )
        )
        self.outcomes = {
            (chair, counts): tally(rule, self.roll, self.positions(chair, counts)).outcome
            for chair in SAID
            for counts in counts_up_to(filled - 1)
        }

    def positions(self, chair: Position | None, counts: Counts) -> dict[int, Position]:
        """Return positions in which the chair and so many other seats say what they say."""
        words = [word for word, count in zip(Position, counts, strict=True) for _ in range(count)]
        said = dict(enumerate(words, start=2))
        return {1: chair, **said} if chair else said

    def expected(self, chair: Position | None, counts: Counts) -> Outcome | None:
        """Return the outcome that every completion has; None where two differ."""
        seen = {
            self.outcomes[said, tuple(map(add, counts, more))]
            for said in (SAID if chair is None else (chair,))
            for more in counts_up_to(self.filled - 1 - sum(counts))
        }
        return seen.pop() if len(seen) == 1 else None


@cache
def counts_up_to(seats: int) -> list[Counts]:
    """Return every way in which at most so many seats say for, against, abstain, recused."""
    every = product(range(seats + 1), repeat=4)
    return [counts for counts in every if sum(counts) <= seats]


@pytest.mark.parametrize("name", sorted(RULES))
def test_it_equals_brute_force_for_every_profile(name: str) -> None:
    rule = RULES[name]
    compared = decided = 0
    for seats in range(1, 10):
        for filled in range(1, seats + 1):
            brute = Alike(rule, filled, seats - filled)
            for chair, counts in brute.outcomes:
                expected = brute.expected(chair, counts)
                found = early_outcome(rule, brute.roll, brute.positions(chair, counts), NOW)
                assert found is expected, (filled, seats, chair, counts)
                compared += 1
                decided += expected is not None
    assert compared == 5 * comb(14, 6)
    assert 0 < decided < compared


@given(profile(most=5))
@settings(max_examples=150, deadline=None)
def test_it_equals_brute_force_with_weights_and_any_rule(case: Case) -> None:
    rule, roll, positions = case
    assert early_outcome(rule, roll, positions, NOW) is brute_force(rule, roll, positions)


def test_the_minimum_open_time_comes_first() -> None:
    rule = replace(PRESETS["simple-majority"], min_open_minutes=60)
    roll = Roll(tuple(RollSeat(n) for n in range(1, 4)))
    positions = dict.fromkeys((1, 2, 3), Position.FOR)
    assert early_outcome(rule, roll, positions, timedelta(minutes=59)) is None
    assert early_outcome(rule, roll, positions, timedelta(minutes=60)) is Outcome.CARRIED
    assert early_outcome(replace(rule, early=False), roll, positions, timedelta(days=9)) is None
