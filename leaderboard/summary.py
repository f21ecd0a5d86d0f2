"""What a board says as a whole, kept beside its rows so that a page of fifty need not read all five thousand. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

Stored = Mapping[str, Any]
FACETS = ("assurance", "licence", "node")


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts, the axis and the leader of a whole board, as JSON keeps them."""

    total: int = 0
    ranked: int = 0
    replicated: int = 0
    organisations: int = 0
    n: int | None = None
    setting_label: str = ""
    tests: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    draws: int = 0
    ends: list[float] = field(default_factory=list)
    is_share: bool = False
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    pairs: list[list[str]] = field(default_factory=list)
    leader: dict[str, Any] | None = None
    most_abstained: dict[str, Any] | None = None
    last_tied: str = ""
    tied_without_gap: bool = True

    @classmethod
    def of(cls, rows: Sequence[Stored], draws: int) -> Summary:
        """Sum up the rows of a board, in board order."""
        ranked = [row for row in rows if row["ranked"]]
        most = max(ranked, key=lambda row: row["abstained"], default=None)
        tied = [row["key"] for row in ranked if row["tied_with_leader"]]
        first = rows[0] if rows else None
        return cls(
            total=len(rows),
            ranked=len(ranked),
            replicated=sum(1 for row in rows if row["agreeing"] >= 2),
            organisations=len({name for row in ranked for name in row["organisations"]}),
            n=first["n"] if first else None,
            setting_label=first.get("setting_label", "") if first else "",
            tests=sorted({row["test"] for row in ranked}),
            reasons=sorted({row["reason"] for row in rows if row["reason"]}),
            draws=draws,
            ends=_ends(rows),
            is_share=bool(rows) and all(row["is_share"] for row in rows),
            counts={name: dict(Counter(_values(rows, name))) for name in FACETS},
            pairs=_pairs(rows),
            leader=dict(ranked[0]) if ranked else None,
            most_abstained=dict(most) if most and most["abstained"] else None,
            last_tied=tied[-1] if tied and tied[-1] != ranked[-1]["key"] else "",
            tied_without_gap=tied == [row["key"] for row in ranked[: len(tied)]],
        )

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Summary:
        """Read what a snapshot kept."""
        return cls(**stored)

    def to_json(self) -> dict[str, Any]:
        """Write what a snapshot keeps."""
        return asdict(self)


def values_of(row: Stored, facet: str) -> list[str]:
    """Return what a row counts under in a facet."""
    return list(row["nodes"]) if facet == "node" else [str(row.get(facet) or "")]


def _values(rows: Sequence[Stored], facet: str) -> list[str]:
    return [value for row in rows for value in values_of(row, facet)]


def _ends(rows: Sequence[Stored]) -> list[float]:
    """Return the smallest and the largest number that an axis must hold."""
    names = ("value", "low", "high")
    found = [float(row[name]) for row in rows for name in names if row[name] is not None]
    return [min(found), max(found)] if found else []


def _pairs(rows: Sequence[Stored]) -> list[list[str]]:
    """Return the pairs of nodes that meet in a cell."""
    groups = {tuple(sorted(row["nodes"])) for row in rows}
    return [list(pair) for pair in sorted({p for g in groups for p in combinations(g, 2)})]
