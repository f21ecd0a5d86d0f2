"""Rows of a board as machines read them: numbers that matter are plain decimals in strings. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from leaderboard.statistics.comparison import Test

if TYPE_CHECKING:
    from leaderboard.statistics.board import Row

_SIX_PLACES = Decimal("0.000001")


@lru_cache(maxsize=65_536)
def decimal_text(value: Fraction | float | None) -> str | None:
    """Write a number for machines: a plain decimal of at most six places, never an exponent."""
    if value is None:
        return None
    exact = Fraction(value)
    number = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        _SIX_PLACES, rounding=ROUND_HALF_EVEN
    )
    text = f"{number:f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def as_dict(row: Row) -> dict[str, object]:
    """Return a row as JSON keeps it in a snapshot and the API gives it; numbers that matter are strings."""
    place = row.place
    return {
        "key": row.key,
        "system": row.system,
        "revision": row.revision,
        "artefact": row.artefact,
        "setting": row.setting,
        "value": decimal_text(row.value),
        "low": decimal_text(row.interval.low),
        "high": decimal_text(row.interval.high),
        "interval": str(row.interval.method),
        "n": row.n,
        "is_share": row.is_share,
        "ranked": place is not None,
        "reason": row.reason,
        "rank_low": place.low if place else None,
        "rank_high": place.high if place else None,
        "tie_class": place.tie_class if place else None,
        "p": decimal_text(place.p) if place else None,
        "test": str(place.test if place else Test.NONE),
        "tied_with_leader": bool(place and place.tied),
        "assurance": str(row.rung),
        "agreeing": row.agreeing,
        "dissenting": row.dissenting,
        "spread": decimal_text(row.spread),
        "heterogeneous": row.heterogeneous,
        "first_party_only": row.first_party_only,
        "abstained": row.abstained,
        "organisations": list(row.organisations),
        "nodes": list(row.nodes),
        "results": list(row.results),
    }
