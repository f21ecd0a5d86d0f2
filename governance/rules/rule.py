"""What it takes to carry a motion, as data with exact fractions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final


class Base(StrEnum):
    """What the votes for are measured against."""

    YES_NO = "yes_no"
    """Weight for or against."""
    CAST = "cast"
    """Weight for, against or abstaining."""
    PRESENT = "present"
    """All weight heard from; recused seats too, unless the rule lets them leave."""
    FILLED_SEATS = "filled_seats"
    ALL_SEATS = "all_seats"


class Comparison(StrEnum):
    """Whether the line itself is enough."""

    MORE = ">"
    AT_LEAST = ">="


class Tie(StrEnum):
    """What happens when as many vote for as against, under a rule that needs more than half of them."""

    FAILS = "fails"
    CHAIR = "chair"
    """The chair's own position decides; without one for or against, the motion fails."""


class RuleError(ValueError):
    """A rule that contradicts itself or can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a motion is carried. A vote freezes one; changing it means to cancel and reopen."""

    name: str
    base: Base
    fraction: Fraction
    comparison: Comparison
    quorum_base: Base = Base.FILLED_SEATS
    quorum_fraction: Fraction = Fraction(0)
    abstain_in_quorum: bool = True
    recused_leave: bool = True
    tie: Tie = Tie.FAILS
    min_open_minutes: int = 0
    early: bool = True
    interim: bool = False
    objections: int = 0
    """Lazy consensus: so many objecting seats turn it into a vote, fewer let it pass. 0 is an ordinary rule."""
    veto: tuple[int, ...] = ()
    """The numbers of seats whose vote against fails the motion."""

    def __post_init__(self) -> None:
        if not 0 < self.fraction <= 1:
            raise RuleError("The fraction must lie above 0 and at most at 1.")
        if self.fraction == 1 and self.comparison is Comparison.MORE:
            raise RuleError("Nobody can vote more than all.")
        if not 0 <= self.quorum_fraction <= 1:
            raise RuleError("The quorum's fraction must lie between 0 and 1.")
        if self.quorum_base not in (Base.FILLED_SEATS, Base.ALL_SEATS):
            raise RuleError("A quorum is a share of the filled seats or of all seats.")
        majority = (Base.YES_NO, Fraction(1, 2), Comparison.MORE)
        if self.tie is Tie.CHAIR and (self.base, self.fraction, self.comparison) != majority:
            raise RuleError("Only a majority of those voting for or against can tie.")
        if self.min_open_minutes < 0:
            raise RuleError("The minimum open time can't be negative.")
        if self.objections < 0:
            raise RuleError("The number of objections can't be negative.")
        if list(self.veto) != sorted(set(self.veto)) or any(number < 1 for number in self.veto):
            raise RuleError("Seats with a veto are named once, in order of their numbers.")
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", self.name):
            raise RuleError("A rule's name is made of small letters, digits and hyphens.")

    @property
    def is_lazy(self) -> bool:
        """Lazy consensus: silence is consent."""
        return self.objections > 0

    @property
    def is_preset(self) -> bool:
        """Whether this is one of the portal's defaults as it stands."""
        return PRESETS.get(self.name) == self

    def with_vetoes(self, numbers: Iterable[int]) -> Rule:
        """Return the rule with more seats whose vote against fails the motion."""
        return replace(self, veto=tuple(sorted({*self.veto, *numbers})))

    @property
    def min_open(self) -> timedelta:
        """How long a vote stays open before it may be decided early."""
        return timedelta(minutes=self.min_open_minutes)

    def to_json(self) -> dict[str, Any]:
        """Return the rule as plain JSON: fractions as `p/q`, every field named."""
        return {
            "name": self.name,
            "base": self.base.value,
            "fraction": _text(self.fraction),
            "comparison": self.comparison.value,
            "quorum_base": self.quorum_base.value,
            "quorum_fraction": _text(self.quorum_fraction),
            "abstain_in_quorum": self.abstain_in_quorum,
            "recused_leave": self.recused_leave,
            "tie": self.tie.value,
            "min_open_minutes": self.min_open_minutes,
            "early": self.early,
            "interim": self.interim,
            "objections": self.objections,
            "veto": list(self.veto),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Rule:
        """Read what `to_json` wrote; anything missing, unknown or of another type is refused.

        Rules frozen before lazy consensus and vetoes existed lack those two fields.
        """
        raw = {"objections": 0, "veto": [], **raw}
        wanted = set(cls.__dataclass_fields__)
        if set(raw) != wanted:
            odd = ", ".join(sorted(set(raw) ^ wanted))
            raise RuleError(f"A rule has exactly its own fields; missing or unknown: {odd}.")
        for field, kind in _PLAIN.items():
            if type(raw[field]) is not kind:
                raise RuleError(f"The field {field} must be of type {kind.__name__}.")
        if any(type(number) is not int for number in raw["veto"]):
            raise RuleError("Seats with a veto are named by their numbers.")
        try:
            return cls(
                name=raw["name"],
                base=Base(raw["base"]),
                fraction=_fraction(raw["fraction"]),
                comparison=Comparison(raw["comparison"]),
                quorum_base=Base(raw["quorum_base"]),
                quorum_fraction=_fraction(raw["quorum_fraction"]),
                tie=Tie(raw["tie"]),
                veto=tuple(raw["veto"]),
                **{field: raw[field] for field in _PLAIN if field not in ("name", "veto")},
            )
        except ValueError as error:
            raise RuleError(str(error)) from error


_PLAIN: Final = {
    "name": str,
    "abstain_in_quorum": bool,
    "recused_leave": bool,
    "min_open_minutes": int,
    "early": bool,
    "interim": bool,
    "objections": int,
    "veto": list,
}


def _text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _fraction(raw: object) -> Fraction:
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", raw) if isinstance(raw, str) else None
    if match is None or not int(match[2]):
        raise RuleError(f"A fraction is written p/q, not {raw!r}.")
    return Fraction(int(match[1]), int(match[2]))


HALF, TWO_THIRDS, THREE_QUARTERS = Fraction(1, 2), Fraction(2, 3), Fraction(3, 4)

PRESETS: Final = {
    rule.name: rule
    for rule in (
        Rule(
            name="simple-majority",
            base=Base.YES_NO,
            fraction=HALF,
            comparison=Comparison.MORE,
            quorum_fraction=HALF,
        ),
        Rule(
            name="absolute-majority",
            base=Base.ALL_SEATS,
            fraction=HALF,
            comparison=Comparison.MORE,
            recused_leave=False,
        ),
        Rule(
            name="two-thirds",
            base=Base.YES_NO,
            fraction=TWO_THIRDS,
            comparison=Comparison.AT_LEAST,
            quorum_fraction=TWO_THIRDS,
        ),
        Rule(
            name="three-quarters",
            base=Base.YES_NO,
            fraction=THREE_QUARTERS,
            comparison=Comparison.AT_LEAST,
            quorum_fraction=TWO_THIRDS,
        ),
        Rule(
            name="unanimous",
            base=Base.YES_NO,
            fraction=Fraction(1),
            comparison=Comparison.AT_LEAST,
            quorum_fraction=TWO_THIRDS,
        ),
        Rule(
            name="lazy-consensus",
            base=Base.YES_NO,
            fraction=HALF,
            comparison=Comparison.MORE,
            interim=True,
            objections=1,
        ),
    )
}
"""The portal's defaults; the Alliance has published none of its own."""
