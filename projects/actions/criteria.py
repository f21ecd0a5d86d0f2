"""Publishing a version of the criteria: whole, once, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from alliance.pages import purge
from projects.models import CriteriaVersion, Criterion, Stage


@transaction.atomic
def publish_criteria(
    *, number: int, note_en: str, note_fr: str, criteria: Sequence[dict[str, Any]], **rules: int
) -> CriteriaVersion:
    """Publish a version with its criteria; a number that is taken stays as it was published."""
    known = CriteriaVersion.objects.filter(number=number).first()
    if known is not None:
        return known
    version = CriteriaVersion.objects.create(
        number=number, note_en=note_en, note_fr=note_fr, **rules
    )
    stages = {stage.slug: stage for stage in Stage.objects.all()}
    Criterion.objects.bulk_create(
        Criterion(**{**row, "stage": stages[row["stage"]], "version": version}) for row in criteria
    )
    purge("applications")
    return version
