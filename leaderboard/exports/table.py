"""Rows as a table: CSV for spreadsheets, Parquet for data frames. Both hold the same columns."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from alliance.cells import safe_cell

COLUMNS = (
    "rank_low", "rank_high", "system", "name", "revision", "licence", "value", "low", "high", "interval", "n", "p",
    "test", "tied_with_leader", "tie_class", "assurance", "agreeing", "dissenting", "organisations", "spread", "nodes",
    "ranked", "reason", "results",
)  # fmt: skip
# Of a board; elsewhere a column of these names may hold a count.
_LISTS = ("organisations", "nodes", "results")
_NUMBERS = frozenset({"value", "low", "high", "p", "spread", "items_per_second", "joules_per_item"})
_WHOLES = frozenset(
    {"rank_low", "rank_high", "n", "tie_class", "agreeing", "dissenting", "without_low", "without_high", "has", "of",
     "number", "systems", "device", "id", "results"}
)  # fmt: skip
_FLAGS = frozenset({"tied_with_leader", "ranked", "higher_is_better"})

Row = Mapping[str, Any]


def board_csv(rows: Iterable[Row]) -> str:
    """Write the rows of a board as CSV, lists joined by blanks."""
    return as_csv(COLUMNS, rows)


def board_parquet(rows: Iterable[Row], notes: Mapping[str, str]) -> bytes:
    """Write the rows of a board as Parquet, lists as lists."""
    return as_parquet(COLUMNS, rows, notes, lists=_LISTS)


def columns_of(rows: Iterable[Row]) -> list[str]:
    """Return every column that any of the rows has, as they first appear."""
    return list(dict.fromkeys(name for row in rows for name in row))


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Write rows as CSV (RFC 4180), lists joined by blanks; a cell can't begin a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(_flat(row.get(name))) for name in columns])
    return out.getvalue()


def has_parquet() -> bool:
    """Say whether this portal can write Parquet: pyarrow is optional."""
    return importlib.util.find_spec("pyarrow") is not None


def as_parquet(
    columns: Sequence[str], rows: Iterable[Row], notes: Mapping[str, str], lists: Sequence[str] = ()
) -> bytes:
    """Write rows as Parquet, numbers as float64, lists as lists; `notes` go into the file's metadata."""
    import pyarrow
    from pyarrow import parquet

    kinds = {
        **dict.fromkeys(_NUMBERS, pyarrow.float64()),
        **dict.fromkeys(_WHOLES, pyarrow.int64()),
        **dict.fromkeys(_FLAGS, pyarrow.bool_()),
        **dict.fromkeys(lists, pyarrow.list_(pyarrow.string())),
    }
    schema = pyarrow.schema(
        [(name, kinds.get(name, pyarrow.string())) for name in columns], metadata=dict(notes)
    )
    lines = [{name: _typed(name, row.get(name)) for name in columns} for row in rows]
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(lines, schema), out)
    return out.getvalue()


def _typed(name: str, value: Any) -> Any:
    return float(value) if name in _NUMBERS and value is not None else value


def _flat(value: object) -> object:
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return "" if value is None else value
