"""The questions asked about saved searches. Entries are asked for in `finding`: one statement, not a chain."""

from __future__ import annotations

from django.db import models


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Saved searches: each person sees their own."""

    def of(self, person_id: int) -> SavedSearchQuerySet:
        """One person's, by name."""
        return self.filter(person=person_id)
