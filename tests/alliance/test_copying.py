"""Rows by COPY: the same constraints, triggers and errors as any insert."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from alliance.copying import copy_rows, reserve_keys
from transparency.models import Checkpoint, Entry, Waiting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _entry(**more: Any) -> dict[str, Any]:
    own = {"id": uuid.uuid4(), "kind": "note", "body": b"\x00\\.\n", "leaf_hash": b"\xff" * 32}
    return {**own, "created_at": NOW, **more}


def test_rows_arrive_as_they_were_given() -> None:
    given = [_entry(kind="tab\tand\\N"), _entry()]
    copy_rows(Entry, given)
    found = {entry.pk: entry for entry in Entry.objects.all()}
    for row in given:
        entry = found[row["id"]]
        assert (entry.kind, bytes(entry.body), entry.created_at) == (row["kind"], row["body"], NOW)


def test_nothing_is_copied_where_there_is_nothing() -> None:
    copy_rows(Entry, [])
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"kind": "x" * 61}, DataError),
        ({"kind": "\x00"}, DataError),
        ({"kind": None}, IntegrityError),
    ],
)
def test_what_the_table_refuses_is_an_error_of_django(
    row: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error), transaction.atomic():
        copy_rows(Entry, [_entry(), _entry(**row)])
    assert not Entry.objects.exists()


def test_a_key_that_points_nowhere_is_refused_at_the_end_of_the_transaction() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _copy_and_check()


def _copy_and_check() -> None:
    copy_rows(Waiting, [{"entry_id": uuid.uuid4()}])
    connection.check_constraints()


def test_a_row_without_a_column_of_the_first_is_refused() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        copy_rows(Entry, [_entry(), {"id": uuid.uuid4()}])
    assert not Entry.objects.exists()


def test_reserved_keys_are_given_once() -> None:
    keys = reserve_keys(Checkpoint, 3)
    row = {"size": 1, "root": b"\x00" * 32, "note": "", "created_at": NOW}
    copy_rows(Checkpoint, [{"id": keys[0], **row}])
    later = Checkpoint.objects.create(size=2, root=b"\x01" * 32, note="")
    assert len({*keys, later.pk}) == 4
