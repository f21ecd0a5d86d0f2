"""Read files of facts: every fault is named with its line and column before anything is written."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from members.errors import FactsError

Reader = Callable[[str], Any]


def rows(path: Path, columns: dict[str, Reader]) -> list[dict[str, Any]]:
    """Return the rows of a CSV file, each value read by its column's reader.

    Raises `FactsError` naming every faulty line, so that a file is mended in one go; nothing is returned then.
    """
    faults: list[str] = []
    found: list[dict[str, Any]] = []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise FactsError(
                _("%(file)s has no column %(columns)s. Add it to the first line.")
                % {"file": path.name, "columns": ", ".join(missing)}
            )
        for row in reader:
            values, wrong = _values(row, columns)
            faults += [f"{path.name}:{reader.line_num}: {fault}" for fault in wrong]
            found.append(values)
    if faults:
        raise FactsError("\n".join(faults), faults=faults)
    return found


def _values(row: dict[str, Any], columns: dict[str, Reader]) -> tuple[dict[str, Any], list[str]]:
    if None in row or None in row.values():
        return {}, [
            _("the line has too many or too few values; look for a missing quotation mark or comma")
        ]
    values, wrong = {}, []
    for name, read in columns.items():
        try:
            values[name] = read(row[name].strip())
        except ValueError as error:
            wrong.append(_("column %(name)s: %(why)s") % {"name": name, "why": error})
    return values, wrong


def text(value: str) -> str:
    """Any text."""
    return value


def required(value: str) -> str:
    """A text that may not be empty."""
    if not value:
        raise ValueError(_("a value is needed here"))
    return value


def yes_no(value: str) -> bool:
    """`yes` or `no`."""
    if value not in {"yes", "no"}:
        raise ValueError(_("“%(value)s” is neither yes nor no") % {"value": value})
    return value == "yes"


def day(value: str) -> date | None:
    """A day as YYYY-MM-DD, or nothing."""
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(_("“%(value)s” is not a day as YYYY-MM-DD") % {"value": value}) from None


def day_or_year(value: str) -> tuple[date | None, str]:
    """A day, or a year where the source says no more: (first day, `day` or `year`)."""
    if len(value) == 4 and value.isdigit():
        return date(int(value), 1, 1), "year"
    return day(value), "day"


def number(value: str) -> int | None:
    """A whole number, or nothing."""
    if not value:
        return None
    try:
        return int(value)
    except ValueError:
        raise ValueError(_("“%(value)s” is not a whole number") % {"value": value}) from None


def one_of(choices: Sequence[str]) -> Reader:
    """One word of a list."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(
                _("“%(value)s” is none of %(choices)s")
                % {"value": value, "choices": ", ".join(choices)}
            )
        return value

    return read
