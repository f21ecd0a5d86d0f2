"""The questions asked about projects, focus areas and events."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Prefetch, Q

from alliance.viewer import Viewer
from members.models import Affiliation
from projects.rules.repositories import key_of

if TYPE_CHECKING:
    from projects import models as rows


class TaxonomyQuerySet(models.QuerySet["rows.Taxonomy"]):
    """Taxonomies; public."""

    def in_force(self) -> TaxonomyQuerySet:
        """The one that has no end."""
        return self.filter(until="")


class FocusAreaQuerySet(models.QuerySet["rows.FocusArea"]):
    """Focus areas; public."""

    def visible_to(self, viewer: Viewer) -> FocusAreaQuerySet:
        return self.select_related("taxonomy")

    def matching(self, wanted: str) -> FocusAreaQuerySet:
        """Those whose name contains the words, whatever their accents and capitals."""
        return self.filter(
            Q(name_en__unaccent__icontains=wanted) | Q(name_fr__unaccent__icontains=wanted)
        )

    def with_counts(self) -> FocusAreaQuerySet:
        """With `count`: how many listed projects each holds."""
        listed = Count("projects", filter=Q(projects__is_listed=True))
        return self.annotate(count=listed)


class StageQuerySet(models.QuerySet["rows.Stage"]):
    """Stages; public."""


class ProjectQuerySet(models.QuerySet["rows.Project"]):
    """Projects."""

    def visible_to(self, viewer: Viewer) -> ProjectQuerySet:
        """Listed ones for everybody; the people of an organisation that takes part, and staff, see the others too."""
        if viewer.is_staff:
            return self
        seen = Q(is_listed=True)
        if viewer.organisation_ids:
            mine = self.model._default_manager.filter(
                participations__organisation__in=viewer.organisation_ids
            )
            seen |= Q(pk__in=mine.values("pk"))
        return self.filter(seen)

    def matching(self, wanted: str) -> ProjectQuerySet:
        """Those whose name, summary, repository or participant contains the words, whatever accents and capitals."""
        named = Q(name__unaccent__icontains=wanted) | Q(slug__iexact=wanted)
        described = Q(summary_en__unaccent__icontains=wanted) | Q(
            summary_fr__unaccent__icontains=wanted
        )
        model = self.model
        inside = model._default_manager.filter(
            Q(repositories__url__icontains=wanted)
            | Q(repositories__aliases__url__icontains=wanted)
            | Q(participations__name__unaccent__icontains=wanted)
        )
        return self.filter(named | described | Q(pk__in=inside.values("pk")))

    def of_tiers(self, tiers: Collection[str]) -> ProjectQuerySet:
        """Those of any of these tiers; none given means all."""
        return self.filter(tier__in=tiers) if tiers else self

    def at_stages(self, slugs: Collection[str]) -> ProjectQuerySet:
        """Those at any of these stages; `none` stands for no stage, nothing given for all."""
        if not slugs:
            return self
        wanted = Q(stage__slug__in=slugs)
        return self.filter(wanted | Q(stage=None) if "none" in slugs else wanted)

    def with_activity(self, states: Collection[str]) -> ProjectQuerySet:
        """Those whose activity is any of these; none given means all."""
        return self.filter(activity__in=states) if states else self

    def making(self, kinds: Collection[str]) -> ProjectQuerySet:
        """Those that make any of these kinds of things; none given means all."""
        return self.filter(artefact_kinds__overlap=list(kinds)) if kinds else self

    def in_areas(self, slugs: Collection[str]) -> ProjectQuerySet:
        """Those in any of these focus areas; none given means all."""
        return self.filter(focus_areas__slug__in=slugs).distinct() if slugs else self

    def licensed(self, expressions: Collection[str]) -> ProjectQuerySet:
        """Those with any of these licences; none given means all."""
        if not expressions:
            return self
        return self.filter(licences__expression__in=expressions).distinct()

    def of_organisation(self, organisation_id: int) -> ProjectQuerySet:
        """Those an organisation takes part in today."""
        taking_part = Q(participations__organisation=organisation_id, participations__until=None)
        return self.filter(taking_part).distinct()

    def editable_by(
        self, person_id: int, on: date, running: Collection[str], roles: Collection[str]
    ) -> ProjectQuerySet:
        """Those a person leads, or whose leading or maintaining organisation they represent."""
        led = Q(leads__person=person_id, leads__since__lte=on) & (
            Q(leads__until=None) | Q(leads__until__gte=on)
        )
        affiliated = Affiliation.objects.of(person_id).current(on).filter(role__in=roles)
        run = Q(
            participations__role__in=running, participations__until=None,
            participations__organisation__in=affiliated.values("organisation"),
        )  # fmt: skip
        return self.filter(led | run).distinct()

    def real(self) -> ProjectQuerySet:
        """Those that exist: no demonstration."""
        return self.filter(is_demo=False)

    def for_list(self) -> ProjectQuerySet:
        """With what a list shows."""
        return self.select_related("stage", "working_group").prefetch_related(
            "licences",
            "repositories",
            "participations__organisation",
            Prefetch("focus_areas", queryset=_areas()),
        )


def _areas() -> FocusAreaQuerySet:
    from projects.models import FocusArea

    return FocusArea.objects.select_related("taxonomy")


class RepositoryQuerySet(models.QuerySet["rows.Repository"]):
    """Repositories."""

    def at(self, url: str) -> RepositoryQuerySet:
        """The one at a normalised address, today or before it moved."""
        key = key_of(url)
        return self.filter(Q(key=key) | Q(aliases__key=key)).distinct()


class EventQuerySet(models.QuerySet["rows.Event"]):
    """Events."""

    def visible_to(self, viewer: Viewer) -> EventQuerySet:
        """Listed ones; staff see all."""
        return self if viewer.is_staff else self.filter(is_listed=True)

    def matching(self, wanted: str) -> EventQuerySet:
        """Those whose title or place contains the words, whatever their accents and capitals."""
        return self.filter(
            Q(title_en__unaccent__icontains=wanted)
            | Q(title_fr__unaccent__icontains=wanted)
            | Q(place__unaccent__icontains=wanted)
        )

    def upcoming(self, now: datetime) -> EventQuerySet:
        """Those that are not over, the next one first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> EventQuerySet:
        """Those that are over, the latest first."""
        return self.filter(ends_at__lte=now).order_by("-starts_at", "-pk")

    def of_kinds(self, kinds: Collection[str]) -> EventQuerySet:
        """Those of any of these kinds; none given means all."""
        return self.filter(kind__in=kinds) if kinds else self

    def of_modes(self, modes: Collection[str]) -> EventQuerySet:
        """In person, online or both; none given means all."""
        return self.filter(mode__in=modes) if modes else self

    def in_countries(self, codes: Collection[str]) -> EventQuerySet:
        """Those in any of these countries; none given means everywhere."""
        return self.filter(country__in=[code.upper() for code in codes]) if codes else self

    def of_project(self, slug: str) -> EventQuerySet:
        """Those of one project; an empty name means all."""
        return self.filter(projects__slug=slug) if slug else self

    def of_body(self, slug: str) -> EventQuerySet:
        """Those of one body or working group; an empty name means all."""
        return self.filter(body__slug=slug) if slug else self

    def of_series(self, slug: str) -> EventQuerySet:
        """Those of one series; an empty name means all."""
        return self.filter(series__slug=slug) if slug else self

    def still_as_their_series(self, now: datetime) -> EventQuerySet:
        """Dates that the series' rule made, that nobody changed by themselves and that have not begun."""
        return self.filter(occurs_on__isnull=False, is_apart=False, starts_at__gt=now)

    def starting_in(self, first: date, last: date) -> EventQuerySet:
        """Those that begin in a span of days, at the venue."""
        return self.filter(starts_on__gte=first, starts_on__lte=last)

    def for_list(self) -> EventQuerySet:
        """With what a list shows."""
        return self.select_related("series", "body").prefetch_related("projects")


class EventSeriesQuerySet(models.QuerySet["rows.EventSeries"]):
    """Series of events."""

    def visible_to(self, viewer: Viewer) -> EventSeriesQuerySet:
        """Those with a date that everybody sees; staff see all."""
        return self if viewer.is_staff else self.filter(events__is_listed=True).distinct()


class CriteriaVersionQuerySet(models.QuerySet["rows.CriteriaVersion"]):
    """Versions of the criteria; public."""

    def current(self) -> rows.CriteriaVersion | None:
        """The newest one: applications begun today freeze it."""
        return self.order_by("-number").first()


class ApplicationQuerySet(models.QuerySet["rows.StageApplication"]):
    """Applications."""

    def visible_to(self, viewer: Viewer) -> ApplicationQuerySet:
        """Those ever opened for comment; drafts are for their author and the organisation that applies."""
        if viewer.is_staff:
            return self
        seen = Q(opened_at__isnull=False)
        if viewer.person_id is not None:
            seen |= Q(author=viewer.person_id)
        if viewer.organisation_ids:
            seen |= Q(organisation__in=viewer.organisation_ids)
        return self.filter(seen)

    def under_way(self) -> ApplicationQuerySet:
        """Those that are public and not yet at their end."""
        return self.filter(state__in=["comment", "proposed"])

    def awaiting_a_body(self) -> ApplicationQuerySet:
        """Those that are public and that nobody has put to a body, the one whose comments end first before."""
        return self.filter(state="comment").order_by("comment_until", "pk")

    def for_list(self) -> ApplicationQuerySet:
        """With what a list shows."""
        return self.select_related("project", "stage", "version", "organisation", "proposal")


class LearningQuerySet(models.QuerySet["rows.LearningResource"]):
    """Learning resources."""

    def visible_to(self, viewer: Viewer) -> LearningQuerySet:
        """Listed ones; staff see all."""
        return self if viewer.is_staff else self.filter(is_listed=True)

    def matching(self, wanted: str) -> LearningQuerySet:
        """Those whose title or summary contains the words, whatever their accents and capitals."""
        return self.filter(
            Q(title_en__unaccent__icontains=wanted)
            | Q(title_fr__unaccent__icontains=wanted)
            | Q(summary_en__unaccent__icontains=wanted)
            | Q(summary_fr__unaccent__icontains=wanted)
        )

    def of_kinds(self, kinds: Collection[str]) -> LearningQuerySet:
        """Those of any of these kinds; none given means all."""
        return self.filter(kind__in=kinds) if kinds else self

    def of_levels(self, levels: Collection[str]) -> LearningQuerySet:
        """Those of any of these levels; none given means all."""
        return self.filter(level__in=levels) if levels else self

    def in_languages(self, codes: Collection[str]) -> LearningQuerySet:
        """Those in any of these languages; none given means all."""
        return self.filter(languages__overlap=list(codes)) if codes else self

    def in_areas(self, slugs: Collection[str]) -> LearningQuerySet:
        """Those in any of these focus areas; none given means all."""
        return self.filter(focus_areas__slug__in=slugs).distinct() if slugs else self

    def for_list(self) -> LearningQuerySet:
        """With what a list shows."""
        return self.select_related("organisation", "project").prefetch_related("focus_areas")
