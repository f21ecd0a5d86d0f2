"""The only place that reads the clock and draws chance."""

import os
from datetime import UTC, datetime

from .proofs import ulid


def now() -> datetime:
    """Return the time in UTC to the millisecond, which is what a ULID can hold."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_run_id(at: datetime) -> str:
    return ulid.make(int(at.timestamp() * 1000), os.urandom(10))
