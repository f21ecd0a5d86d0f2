"""What a reader of manifests found: a rule, its level, and the place in the file that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Level(StrEnum):
    """Errors break the format, warnings will or may one day, infos only tell."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """A line and column counted from 1; zeros where the file as a whole is meant."""

    line: int = 0
    column: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `rule` is stable and meant for programs; `manifests.wording` puts it into words.

    `path` names the key (`description/en/features`), `values` are what the sentence needs.
    """

    level: Level
    rule: str
    path: str = ""
    place: Place = NOWHERE
    values: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what is stored and given to programs."""
        return {
            "level": str(self.level),
            "rule": self.rule,
            "path": self.path,
            "line": self.place.line,
            "column": self.place.column,
            "values": dict(self.values),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(
            Level(stored["level"]),
            stored["rule"],
            stored["path"],
            Place(stored["line"], stored["column"]),
            stored["values"],
        )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings as a person works through them: errors first, each level from top to bottom."""
    return tuple(
        sorted(findings, key=lambda one: (ORDER[one.level], one.place.line, one.path, one.rule))
    )
