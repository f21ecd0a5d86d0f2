"""When an event is: wall-clock times at the venue, as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def span(
    *, starts_on: date, ends_on: date | None, starts_time: time | None, ends_time: time | None, zone: str
) -> tuple[datetime, datetime]:  # fmt: skip
    """Return first and last instant of an event.

    Without a time of day it fills its days at the venue. Without an end it lasts to the end of its day, or, with a
    time of day, one hour. A time that a change of clocks skips is read with the offset before the change (PEP 495).
    """
    place = ZoneInfo(zone)
    last = ends_on or starts_on
    if starts_time is None:
        begin = datetime.combine(starts_on, time.min, place)
        end = datetime.combine(last + timedelta(days=1), time.min, place)
        return begin.astimezone(UTC), end.astimezone(UTC)
    begin = datetime.combine(starts_on, starts_time, place).astimezone(UTC)
    if ends_time is None:
        one_hour = begin + timedelta(hours=1)
        if ends_on is None or ends_on == starts_on:
            return begin, one_hour
        return begin, datetime.combine(last + timedelta(days=1), time.min, place).astimezone(UTC)
    return begin, datetime.combine(last, ends_time, place).astimezone(UTC)


def overlap(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> bool:
    """Say whether two spans share a moment."""
    return first[0] < second[1] and second[0] < first[1]
