"""When a series of events happens: a recurrence rule (RFC 5545, §3.3.10) read as days at the venue.

Days have no time zone: an event at nine o'clock stays at nine o'clock when the clocks change.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
PARTS = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
MOST_DAYS = 200
LONGEST = timedelta(days=20 * 365)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class RuleRefused(Exception):
    """A rule that names no series; the argument is a stable code."""


def normalised(rule: str) -> str:
    """Return a rule in one spelling, or refuse what is more than days or has no end."""
    parts: dict[str, str] = {}
    for part in rule.strip().upper().removeprefix("RRULE:").strip(";").split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value or name not in PARTS or name in parts:
            raise RuleRefused("rule-unreadable")
        parts[name] = value
    if not re.fullmatch(r"[1-9]\d{0,2}", parts.get("INTERVAL", "1")):
        raise RuleRefused("rule-unreadable")  # a step of nothing would never end
    if parts.get("FREQ") not in FREQUENCIES:
        raise RuleRefused("rule-frequency")
    if ("COUNT" in parts) == ("UNTIL" in parts):
        raise RuleRefused("rule-without-end")
    if "UNTIL" in parts:
        parts["UNTIL"] = parts["UNTIL"][:8]  # the whole day, as days are all that counts here
    return ";".join(
        f"{name}={parts.pop(name)}" for name in ("FREQ", *sorted(parts.keys() - {"FREQ"}))
    )


def days_of(rule: str, first: date) -> list[date]:
    """Return the days that a normalised rule names from its first day on, or refuse too many or none.

    What lies beyond `LONGEST` is never looked for: a rule that names no day would be followed for thousands of years.
    """
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    last = f"{first + LONGEST:%Y%m%d}"
    count, until = parts.pop("COUNT", ""), parts.get("UNTIL", last)
    bounded = ";".join(
        f"{name}={value}" for name, value in (parts | {"UNTIL": min(until, last)}).items()
    )
    start = datetime.combine(first, time.min)
    try:
        most = min(int(count), MOST_DAYS + 1) if count else MOST_DAYS + 1
        found = [moment.date() for moment in islice(rrulestr(bounded, dtstart=start), most)]
    except (ValueError, TypeError, OverflowError):
        raise RuleRefused("rule-unreadable") from None
    if len(found) > MOST_DAYS or until > last:
        raise RuleRefused("rule-too-many")
    if len(found) < 2:
        raise RuleRefused("rule-one-day")
    if count and len(found) < most:
        raise RuleRefused("rule-too-many")
    if found[0] != first:
        raise RuleRefused("rule-misses-first-day")
    return found


def simple(repeats: str, first: date, until: date) -> str:
    """Return the rule for one of the usual ways to repeat, up to and with a last day."""
    week = (first.day - 1) // 7 + 1
    nth = f"{-1 if week > 4 else week}{WEEKDAYS[first.weekday()]}"
    begins = {
        "daily": "FREQ=DAILY",
        "weekly": "FREQ=WEEKLY",
        "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
        "monthly-weekday": f"FREQ=MONTHLY;BYDAY={nth}",
        "monthly-day": "FREQ=MONTHLY",
        "yearly": "FREQ=YEARLY",
    }
    return normalised(f"{begins[repeats]};UNTIL={until:%Y%m%d}")
