"""The database's clock, the only one that deadlines are compared with."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, Func


class ClockTimestamp(Func):
    """The database's clock beside the columns of a question, so that it costs no question of its own."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def database_now() -> datetime:
    """Return `clock_timestamp()`: the real time, also inside a long transaction. Read it after taking the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
