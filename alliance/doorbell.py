"""Ringing for work that PostgreSQL already records; a lost ring only costs time."""

from __future__ import annotations

import logging
from typing import Any

from celery.exceptions import OperationalError
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def ring(task: Any, *args: int) -> None:
    """Ask a worker to do it now; where the broker is away, the sweep finds the work."""
    try:
        task.apply_async(args, retry=False)
    except (OperationalError, RedisError, OSError):
        logger.warning("the broker is away; the sweep finds %s%s by itself", task.name, args)


def ring_on_commit(task: Any, *args: int) -> None:
    """Ring once the surrounding transaction is in the database."""
    transaction.on_commit(lambda: ring(task, *args))
