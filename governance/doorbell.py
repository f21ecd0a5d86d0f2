"""Ask the worker to close a vote now; when the broker is away, the sweeper finds it by itself."""

from __future__ import annotations

import logging

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring_close(vote_id: int) -> None:
    """Send the task; call it after the commit."""
    from governance.tasks import close_vote

    try:
        close_vote.delay(vote_id)
    except OperationalError:
        logger.warning("the broker is away; the sweeper closes vote %s", vote_id)
