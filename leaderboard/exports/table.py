"""A board as a table: CSV for spreadsheets, Parquet for data frames. Both hold the same columns."""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterable, Mapping
from typing import Any

from alliance.cells import safe_cell

COLUMNS = (
    "rank_low", "rank_high", "system", "name", "revision", "licence", "value", "low", "high", "interval", "n", "p",
    "test", "tied_with_leader", "tie_class", "assurance", "agreeing", "dissenting", "organisations", "spread", "nodes",
    "ranked", "reason", "results",
)  # fmt: skip
_NUMBERS = ("value", "low", "high", "p", "spread")
_WHOLES = ("rank_low", "rank_high", "n", "tie_class", "agreeing", "dissenting")
_FLAGS = ("tied_with_leader", "ranked")
_LISTS = ("organisations", "nodes", "results")


def board_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as CSV (RFC 4180), lists joined by blanks."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([safe_cell(_flat(row.get(name))) for name in COLUMNS])
    return out.getvalue()


def has_parquet() -> bool:
    """Say whether this portal can write Parquet: pyarrow is optional."""
    return importlib.util.find_spec("pyarrow") is not None


def board_parquet(rows: Iterable[Mapping[str, Any]], notes: Mapping[str, str]) -> bytes:
    """Write rows as Parquet, numbers as float64, lists as lists; `notes` go into the file's metadata."""
    import pyarrow
    from pyarrow import parquet

    kinds = {
        **dict.fromkeys(_NUMBERS, pyarrow.float64()),
        **dict.fromkeys(_WHOLES, pyarrow.int64()),
        **dict.fromkeys(_FLAGS, pyarrow.bool_()),
        **dict.fromkeys(_LISTS, pyarrow.list_(pyarrow.string())),
    }
    schema = pyarrow.schema(
        [(name, kinds.get(name, pyarrow.string())) for name in COLUMNS], metadata=dict(notes)
    )
    lines = [{name: _typed(name, row.get(name)) for name in COLUMNS} for row in rows]
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(lines, schema), out)
    return out.getvalue()


def _typed(name: str, value: Any) -> Any:
    return float(value) if name in _NUMBERS and value is not None else value


def _flat(value: object) -> object:
    return " ".join(str(item) for item in value) if isinstance(value, list) else value
