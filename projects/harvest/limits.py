"""How long and how much a source may keep a worker busy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

KIB = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes; `HARVEST_LIMITS` in the settings overrides them by name (tests do).

    The lease must outlive the longest harvest, and Celery's hard limit must lie between the two.
    """

    exchange_seconds: float = 15.0
    first_byte_seconds: float = 5.0
    harvest_seconds: float = 40.0
    lease_seconds: float = 60.0
    manifest_bytes: int = 256 * KIB
    page_bytes: int = 4 * 1024 * KIB
    pages: int = 200
    objects: int = 50_000
    ring_again_seconds: float = 30.0
    suspects_at_once: int = 2
    longest_pause_seconds: float = 24 * 3600.0
    letter_tries: int = 5

    def exchange_after(self, failures: int) -> float:
        """Give a source that failed before less time each time: a tarpit soon costs next to nothing."""
        return max(min(3.0, self.exchange_seconds), self.exchange_seconds / (1 + failures))


def limits() -> Limits:
    """Return the limits in force."""
    overrides: dict[str, Any] = getattr(settings, "HARVEST_LIMITS", {})
    return Limits(**overrides)
