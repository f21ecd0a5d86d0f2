"""Dates known to the day, the month or the year only (ISO 8601, reduced precision)."""

from __future__ import annotations

import re
from datetime import date

PATTERN = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def is_partial_date(text: str) -> bool:
    """Say whether a text is a year, a month or a day that exists: 2026, 2026-04, 2026-04-07."""
    if not re.fullmatch(PATTERN, text):
        return False
    try:
        first_day(text)
    except ValueError:
        return False
    return True


def first_day(text: str) -> date:
    """Return the first day of the year, month or day that a partial date names."""
    year, month, day = [*text.split("-"), "1", "1"][:3]
    return date(int(year), int(month), int(day))
