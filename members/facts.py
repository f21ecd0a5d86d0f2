"""Read files of facts: every fault is named with its line and column before anything is written."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from members.errors import FactsError

Reader = Callable[[str], Any]


def rows(path: Path, columns: dict[str, Reader]) -> list[dict[str, Any]]:
    """Return the rows of a CSV file, each value read by its column's reader.

    Raises `FactsError` naming every faulty line, so that a file is mended in one go; nothing is returned then.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            found, faults = _read(stream, path.name, columns)
    except FileNotFoundError:
        raise FactsError(_("There is no file %(file)s. Put it back.") % {"file": path}) from None
    except UnicodeDecodeError as error:
        raise FactsError(
            _("%(file)s is not UTF-8: byte %(place)s can't be read. Save the file as UTF-8.")
            % {"file": path.name, "place": error.start}
        ) from None
    if faults:
        raise FactsError("\n".join(faults), faults=faults)
    return found


def _read(
    stream: TextIO, name: str, columns: dict[str, Reader]
) -> tuple[list[dict[str, Any]], list[str]]:
    reader = csv.DictReader(stream, strict=True)
    faults: list[str] = []
    found: list[dict[str, Any]] = []
    try:
        missing = [column for column in columns if column not in (reader.fieldnames or [])]
        if missing:
            wanted = ", ".join(missing)
            raise FactsError(
                _("%(file)s has no column %(columns)s. Add it to the first line.")
                % {"file": name, "columns": wanted}
            )
        for row in reader:
            values, wrong = _values(row, columns)
            faults += [f"{name}:{reader.line_num}: {fault}" for fault in wrong]
            found.append(values)
    except csv.Error as error:
        why = _("the line can't be read as CSV (%(why)s); look for a missing quotation mark")
        faults.append(f"{name}:{reader.line_num}: {why % {'why': error}}")
    return found, faults


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


def repeated(rows: Sequence[dict[str, Any]], *columns: str) -> Iterator[str]:
    """Yield a fault for every value that stands in two rows though it names one thing."""
    seen = set()
    for row in rows:
        key = tuple(row[column] for column in columns)
        if key in seen:
            named = ", ".join(
                f"{column} {value}" for column, value in zip(columns, key, strict=True)
            )
            yield _("%(what)s stands in two lines; take one away") % {"what": named}
        seen.add(key)


def text(value: str) -> str:
    """Any text."""
    return value


def required(value: str) -> str:
    """A text that may not be empty."""
    if not value:
        raise ValueError(_("a value is needed here"))
    return value


def needed(read: Reader) -> Reader:
    """What another reader reads, and never nothing."""
    return lambda value: read(required(value))


def slug(value: str) -> str:
    """A name for addresses: small letters, digits, hyphens."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError(
            _("“%(value)s” is not a short name of small letters, digits and hyphens")
            % {"value": value}
        )
    return value


def country(value: str) -> str:
    """Two capitals (ISO 3166-1), or nothing."""
    if value and not re.fullmatch(r"[A-Z]{2}", value):
        raise ValueError(
            _("“%(value)s” is not a country code of two capitals, such as FR") % {"value": value}
        )
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
    """A whole number that is not negative, or nothing."""
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise ValueError(_("“%(value)s” is not a whole number") % {"value": value})
    return int(value)


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
