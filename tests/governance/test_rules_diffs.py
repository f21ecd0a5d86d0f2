"""Comparing texts: nothing is lost, and what stayed is said to have stayed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from governance.rules.diffs import Kind, compare, merged

LINES = st.lists(st.text(alphabet="ab c.é", max_size=12), max_size=8).map("\n".join)


@given(LINES, LINES)
def test_both_texts_can_be_read_off(before: str, after: str) -> None:
    rows = compare(before, after)
    old = ["".join(piece.text for piece in row.before) for row in rows if row.before is not None]
    new = ["".join(piece.text for piece in row.after) for row in rows if row.after is not None]
    assert old == before.splitlines()
    assert new == after.splitlines()
    assert any(row.is_changed for row in rows) == (before.splitlines() != after.splitlines())


@given(LINES, LINES)
def test_one_column_holds_both(before: str, after: str) -> None:
    for row in compare(before, after):
        pieces = row.inline
        kept = [piece.text for piece in pieces if piece.kind is not Kind.NEW]
        made = [piece.text for piece in pieces if piece.kind is not Kind.GONE]
        assert "".join(kept) == "".join(piece.text for piece in row.before or ())
        assert "".join(made) == "".join(piece.text for piece in row.after or ())


def test_words_are_compared_within_a_line() -> None:
    pieces = merged("Publish every quarter.", "Publish every month.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        (Kind.SAME, "Publish every "),
        (Kind.GONE, "quarter"),
        (Kind.NEW, "month"),
        (Kind.SAME, "."),
    ]


def test_another_line_is_not_a_changed_one() -> None:
    (gone, came) = compare("The board decides.", "Nothing whatsoever remains")
    assert (gone.after, came.before) == (None, None)
