"""Rooms above say what else has to happen when somebody leaves an organisation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

Step = Callable[[int, int, date], int]
"""Take a person, an organisation and a day; return how many things were flagged or ended."""

_STEPS: dict[str, Step] = {}


def register_step(name: str, step: Step) -> None:
    """Add a step; it runs inside the leaving transaction."""
    _STEPS[name] = step


def run_steps(person_id: int, organisation_id: int, on: date) -> dict[str, int]:
    """Run every step and return what each did, for the audit trail."""
    return {name: step(person_id, organisation_id, on) for name, step in sorted(_STEPS.items())}
