"""Rolls, positions and rules for tests of the pure rules."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from governance.rules import PRESETS, Base, Comparison, Position, Roll, RollSeat, Rule, Tie

LETTERS = {
    "f": Position.FOR,
    "a": Position.AGAINST,
    "b": Position.ABSTAIN,
    "r": Position.RECUSED,
}


def roll_of(filled: int, *, vacant: int = 0) -> Roll:
    """Return seats of weight 1; the first has the chair, the last ones are vacant."""
    return Roll(
        tuple(
            RollSeat(number, chair=number == 1, filled=number <= filled)
            for number in range(1, filled + vacant + 1)
        )
    )


def positions_of(letters: str) -> dict[int, Position]:
    """Read one letter a seat; a dash is a seat not heard from."""
    return {
        number: LETTERS[letter] for number, letter in enumerate(letters, start=1) if letter != "-"
    }


@st.composite
def _rules(draw: st.DrawFn) -> Rule:
    whole = draw(st.integers(1, 12))
    fraction = Fraction(draw(st.integers(1, whole)), whole)
    base = draw(st.sampled_from(Base))
    more = draw(st.booleans()) and fraction < 1
    majority = base is Base.YES_NO and fraction == Fraction(1, 2) and more
    quorum = draw(st.integers(1, 6))
    return Rule(
        name="drawn",
        base=base,
        fraction=fraction,
        comparison=Comparison.MORE if more else Comparison.AT_LEAST,
        quorum_base=draw(st.sampled_from([Base.FILLED_SEATS, Base.ALL_SEATS])),
        quorum_fraction=Fraction(draw(st.integers(0, quorum)), quorum),
        abstain_in_quorum=draw(st.booleans()),
        recused_leave=draw(st.booleans()),
        objections=draw(st.sampled_from([0, 0, 0, 1, 2])),
        veto=draw(st.sampled_from([(), (), (1,), (2, 3)])),
        tie=Tie.CHAIR if majority and draw(st.booleans()) else Tie.FAILS,
    )


Case = tuple[Rule, Roll, dict[int, Position]]
ANY_RULE = st.one_of(st.sampled_from(list(PRESETS.values())), _rules())


@st.composite
def profile(draw: st.DrawFn, *, most: int = 9, weights: int = 3) -> Case:
    """Draw a rule, a roll with weights and vacancies, and the positions heard so far."""
    chair = draw(st.integers(0, most))
    seats = tuple(
        RollSeat(number, draw(st.integers(1, weights)), draw(st.integers(0, 5)) > 0, number == chair)
        for number in range(1, draw(st.integers(1, most)) + 1)
    )  # fmt: skip
    roll = Roll(seats)
    positions = {}
    for seat in roll.filled:
        position = draw(st.sampled_from([None, *Position]))
        if position is not None:
            positions[seat.number] = position
    return draw(ANY_RULE), roll, positions
