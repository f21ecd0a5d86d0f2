"""Taxonomies, focus areas and stages: reference rows that seeds and the admin bring up to date."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from alliance.pages import purge
from projects.models import FocusArea, Stage, Taxonomy


@transaction.atomic
def record_taxonomy(*, slug: str, **facts: Any) -> Taxonomy:
    """Write down one of the Alliance's ways of dividing its work."""
    taxonomy, _made = Taxonomy.objects.update_or_create(slug=slug, defaults=facts)
    purge("projects")
    return taxonomy


@transaction.atomic
def record_area(*, slug: str, taxonomy: Taxonomy, **facts: Any) -> FocusArea:
    """Write down a focus area of a taxonomy."""
    area, _made = FocusArea.objects.update_or_create(
        slug=slug, defaults={**facts, "taxonomy": taxonomy}
    )
    purge("projects")
    return area


@transaction.atomic
def record_stage(*, slug: str, **facts: Any) -> Stage:
    """Write down a stage."""
    stage, _made = Stage.objects.update_or_create(slug=slug, defaults=facts)
    purge("projects")
    return stage
