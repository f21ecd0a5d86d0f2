"""A working group's brief: scope, first questions and deliverables, as a decision's parameters say them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

FIELDS: Final = ("in_scope", "out_of_scope", "first_questions", "deliverables")
NAMES: Final = tuple(f"{field}_{language}" for field in FIELDS for language in ("en", "fr"))
MOST_POINTS, LONGEST_POINT = 12, 200


class BriefError(ValueError):
    """A parameter has too many points or too long ones; `name` says which."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def brief_of(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the points that the parameters give, one a line; semicolons stand between them in a parameter."""
    found = {}
    for name in NAMES:
        if name not in params:
            continue
        points = [point.strip() for point in str(params[name]).split(";") if point.strip()]
        if len(points) > MOST_POINTS or any(len(point) > LONGEST_POINT for point in points):
            raise BriefError(name)
        found[name] = "\n".join(points)
    return found
