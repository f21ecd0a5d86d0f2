"""CSV that a spreadsheet can't be tricked with."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.exports import COLUMNS, board_csv, safe_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("\t1", "'\t1"),
        ("-0.25", "-0.25"),
        ("plain", "plain"),
        (None, ""),
        (True, "true"),
        (12, "12"),
    ],
)
def test_texts_that_look_like_formulas_are_quoted(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(("=", "@", "\t", "\r", "\n"))


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": st.text(st.characters(exclude_categories=["Cs"])),
                "nodes": st.lists(st.sampled_from(["node-a", "node-b"])),
            }
        ),
        max_size=5,
    )
)
def test_the_file_reads_back_row_by_row(rows: list[dict[str, object]]) -> None:
    read = list(csv.DictReader(io.StringIO(board_csv(rows), newline="")))
    assert [row["name"] for row in read] == [safe_cell(row["name"]) for row in rows]
    assert all(set(row) == set(COLUMNS) for row in read)
