"""Writing down a learning resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from alliance.pages import purge
from projects.actions.entries import checked_licence, known_areas
from projects.models import LearningResource


@transaction.atomic
def record_learning(*, slug: str, areas: Sequence[str], **facts: Any) -> LearningResource:
    """Make or change a learning resource; the same again changes nothing. A licence is checked."""
    if facts.get("licence"):
        facts["licence"] = checked_licence(facts["licence"])
    row = LearningResource.objects.filter(slug=slug).first()
    wanted = known_areas(areas)
    is_same = row is not None and all(getattr(row, name) == value for name, value in facts.items())
    if row is not None and is_same and set(row.focus_areas.all()) == set(wanted):
        return row
    row, _made = LearningResource.objects.update_or_create(slug=slug, defaults=facts)
    row.focus_areas.set(wanted)
    purge("learning")
    return row
