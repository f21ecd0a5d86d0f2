"""Another time for both clocks: this process's and, where `ClockTimestamp` asks, the database's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

import time_machine

from alliance.clock import ClockTimestamp


@contextmanager
def both_at(moment: datetime) -> Iterator[None]:
    """Stop both clocks at a moment."""

    def said(*_args: object, **_more: object) -> tuple[str, list[datetime]]:
        return "%s::timestamptz", [moment]

    with time_machine.travel(moment, tick=False), mock.patch.object(ClockTimestamp, "as_sql", said):
        yield
