"""A board as a file: exactly the rows on screen, for spreadsheets and for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = (
    "rank_low", "rank_high", "system", "name", "revision", "licence", "value", "low", "high", "interval", "n", "p",
    "test", "tied_with_leader", "assurance", "agreeing", "dissenting", "organisations", "spread", "nodes", "ranked",
    "reason", "results",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> str:
    """Write a cell that no spreadsheet takes for a formula: such texts get an apostrophe, numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _is_number(text) else text


def board_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as CSV (RFC 4180), lists joined by blanks."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([safe_cell(_flat(row.get(name))) for name in COLUMNS])
    return out.getvalue()


def _flat(value: object) -> object:
    return " ".join(str(item) for item in value) if isinstance(value, list) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
