"""Who may vote, fixed at the instant of opening, and what they can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Position(StrEnum):
    """What a seat says. A seat that says nothing is absent, which is no position."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    RECUSED = "recused"


@dataclass(frozen=True, slots=True)
class RollSeat:
    """One seat of a roll."""

    number: int
    weight: int = 1
    filled: bool = True
    chair: bool = False
    organisation: str | None = None
    """The organisation's slug; persons are not named in a roll."""


Positions = Mapping[int, Position]
"""The current position of each seat heard from, by seat number."""


@dataclass(frozen=True, slots=True)
class Roll:
    """The seats of a body at one instant, in order of their numbers."""

    seats: tuple[RollSeat, ...]

    def __post_init__(self) -> None:
        numbers = [seat.number for seat in self.seats]
        if numbers != sorted(set(numbers)):
            raise ValueError("A roll lists each seat once, in order.")
        if any(seat.weight < 1 for seat in self.seats):
            raise ValueError("Each seat of a roll weighs at least 1.")

    @property
    def all_weight(self) -> int:
        return sum(seat.weight for seat in self.seats)

    @property
    def filled_weight(self) -> int:
        return sum(seat.weight for seat in self.seats if seat.filled)

    @property
    def filled(self) -> tuple[RollSeat, ...]:
        """The seats that can vote."""
        return tuple(seat for seat in self.seats if seat.filled)

    @property
    def is_weighted(self) -> bool:
        return any(seat.weight != 1 for seat in self.seats)

    def seat(self, number: int) -> RollSeat | None:
        """Return the seat of a number, if it is on the roll."""
        return next((seat for seat in self.seats if seat.number == number), None)

    def outstanding(self, positions: Positions) -> tuple[RollSeat, ...]:
        """Return the seats that could still be heard."""
        return tuple(seat for seat in self.filled if seat.number not in positions)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the roll as it is frozen and entered in the log."""
        return [
            {
                "seat": seat.number,
                "weight": seat.weight,
                "filled": seat.filled,
                "chair": seat.chair,
                "organisation": seat.organisation,
            }
            for seat in self.seats
        ]

    @classmethod
    def from_json(cls, raw: Iterable[Mapping[str, Any]]) -> Roll:
        """Read what `to_json` wrote."""
        return cls(
            tuple(
                RollSeat(
                    item["seat"],
                    item["weight"],
                    item["filled"],
                    item["chair"],
                    item["organisation"],
                )
                for item in raw
            )
        )
