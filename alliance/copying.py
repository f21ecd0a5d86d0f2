"""Many rows at once by PostgreSQL's COPY, where a model instance for each would cost more than the row itself.

Constraints and triggers hold as for any insert, and the caller's transaction decides. What Django fills in by itself
(defaults, `auto_now_add`) the caller must name: a column left out gets the database's own default, or is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from django.db import connection, models
from psycopg import sql


def copy_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, each a mapping from column to value; the first row says which columns there are.

    The binary form is used: bytes need no spelling, and a value of the wrong type is an error rather than a cast.
    Errors are Django's, as for any query.
    """
    several = iter(rows)
    first = next(several, None)
    if first is None:
        return
    names = tuple(first)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        copy.set_types([_type(model, name) for name in names])
        for row in chain([first], several):
            copy.write_row([row[name] for name in names])


def _type(model: type[models.Model], column: str) -> str:
    """Return the database's name of a column's type, without its length."""
    field = next(it for it in model._meta.concrete_fields if it.column == column)
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return str(kind).partition("(")[0].strip()


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """Take so many numbers of a model's key, for rows that others will point to."""
    pk = model._meta.pk
    assert pk is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{model._meta.db_table}"', pk.column, count],
        )
        return [number for (number,) in cursor.fetchall()]
