"""How long and how much a node may keep a worker busy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes; `PULL_LIMITS` in the settings overrides them by name (tests do).

    The lease must outlive the longest pull, and Celery's hard limit must lie between the two.
    """

    exchange_seconds: float = 30.0
    pull_seconds: float = 40.0
    lease_seconds: float = 60.0
    body_bytes: int = 8 * MIB
    small_bytes: int = 64 * 1024
    page_items: int = 100
    parallel: int = 4
    failures_to_open: int = 5
    longest_pause_seconds: float = 900.0
    ring_again_seconds: float = 30.0
    suspects_at_once: int = 2
    glance_exchange_seconds: float = 5.0
    glance_seconds: float = 20.0
    glances_at_once: int = 32
    glances_a_task: int = 200

    def exchange_after(self, failures: int) -> float:
        """Give a node that failed before less time each time: a tarpit soon costs next to nothing."""
        return max(min(3.0, self.exchange_seconds), self.exchange_seconds / (1 + failures))


def limits() -> Limits:
    """Return the limits in force."""
    overrides: dict[str, Any] = getattr(settings, "PULL_LIMITS", {})
    return Limits(**overrides)
