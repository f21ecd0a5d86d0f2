"""The questions asked about sources, harvests and copies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from alliance.attempts import AttemptQuerySet
from alliance.viewer import Viewer

if TYPE_CHECKING:
    from projects import models as rows

# A copy that its source no longer names goes stale first and is hidden after this.
HIDDEN_AFTER = timedelta(days=30)


class SourceQuerySet(models.QuerySet["rows.Source"]):
    """Sources."""

    def visible_to(self, viewer: Viewer) -> SourceQuerySet:
        """Catalogues for everybody, manifests with their project; withdrawn ones for staff only."""
        if viewer.is_staff:
            return self
        return self.exclude(state="withdrawn").filter(Q(project=None) | Q(project__is_listed=True))

    def of_projects(self, projects: models.QuerySet[rows.Project]) -> SourceQuerySet:
        """Manifests of some projects."""
        return self.filter(project__in=projects)

    def catalogues(self) -> SourceQuerySet:
        """Those that bring entries of others."""
        return self.exclude(kind="manifest")

    def takeable(self, now: datetime) -> SourceQuerySet:
        """Those a worker may harvest: active, nobody at it."""
        return self.filter(state="active").filter(Q(lease_until=None) | Q(lease_until__lte=now))

    def due(self, now: datetime, ring_again: timedelta) -> SourceQuerySet:
        """Those to be harvested now and not rung for a moment ago, the longest waiting first."""
        return (
            self.takeable(now)
            .filter(next_harvest_at__lte=now)
            .filter(Q(rung_at=None) | Q(rung_at__lte=now - ring_again))
            .order_by("next_harvest_at", "pk")
        )

    def suspects(self) -> SourceQuerySet:
        """Those that could not be read last time."""
        return self.filter(failures__gt=0)

    def trusted(self) -> SourceQuerySet:
        """Those that could be read last time, or were never tried."""
        return self.filter(failures=0)

    def under_way(self, now: datetime, ring_again: timedelta) -> SourceQuerySet:
        """Those that keep a worker busy, or will in a moment."""
        return self.filter(Q(lease_until__gt=now) | Q(rung_at__gt=now - ring_again))

    def with_counts(self) -> SourceQuerySet:
        """With `copy_count`: how many current copies each has brought."""
        return self.annotate(copy_count=Count("copies", filter=Q(copies__state="live")))


class HarvestAttemptQuerySet(AttemptQuerySet):
    """Harvests."""

    def of_source(self, source_id: int) -> Self:
        """Those of one source, newest first."""
        return self.filter(source=source_id).newest_first()


class HarvestObjectQuerySet(models.QuerySet["rows.HarvestObject"]):
    """Objects of sources."""

    def to_fetch(self, source_id: int) -> HarvestObjectQuerySet:
        """Those of a source that wait to be fetched, failed ones last."""
        waiting = self.filter(source=source_id, state__in=("gathered", "failed"))
        return waiting.order_by("failures", "pk")

    def in_trouble(self) -> HarvestObjectQuerySet:
        """Those that failed."""
        return self.filter(state="failed")


class CatalogueCopyQuerySet(models.QuerySet["rows.CatalogueCopy"]):
    """Copies of entries that others own."""

    def visible_to(self, viewer: Viewer) -> CatalogueCopyQuerySet:
        """Current ones, and for a while those that went missing; what curation hides only for staff."""
        rows = self.select_related("source", "curation", "curation__same_as")
        if viewer.is_staff:
            return rows
        return rows.exclude(state="gone").exclude(source__state="withdrawn").exclude(
            curation__is_hidden=True
        )  # fmt: skip

    def not_long_missing(self, now: datetime) -> CatalogueCopyQuerySet:
        """Without those that their source has not named for a month."""
        return self.exclude(state="missing", state_since__lt=now - HIDDEN_AFTER)

    def matching(self, wanted: str) -> CatalogueCopyQuerySet:
        """Those whose name or address contains the words, whatever accents and capitals."""
        return self.filter(
            Q(name__unaccent__icontains=wanted)
            | Q(repository_key__icontains=wanted)
            | Q(entry__summaries__icontains=wanted)
        )


class HarvestNoticeQuerySet(models.QuerySet["rows.HarvestNotice"]):
    """Letters about harvests."""

    def unsent(self, most_tries: int) -> HarvestNoticeQuerySet:
        """Those to send, oldest first; one that failed too often is left for staff to see."""
        return self.filter(sent_at=None, tries__lt=most_tries).order_by("pk")
