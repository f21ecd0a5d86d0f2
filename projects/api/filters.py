"""Filters of the lists: the same words, with the same meaning, as on the pages."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from members.api.filters import OfOrganisation
from projects.models import ArtefactKind, Event, Project
from projects.querysets import EventQuerySet, ProjectQuerySet


class ProjectFilter(filters.FilterSet):
    """By words, focus area, tier, stage (`none` for no stage), activity, kind of artefact, licence, organisation."""

    q = filters.CharFilter(method="by_words")
    area = filters.CharFilter(method="by_area")
    tier = filters.MultipleChoiceFilter(choices=Project.Tier.choices)
    stage = filters.CharFilter(method="by_stage")
    activity = filters.MultipleChoiceFilter(choices=Project.Activity.choices)
    makes = filters.MultipleChoiceFilter(choices=ArtefactKind.choices, method="by_kind")
    licence = filters.CharFilter(method="by_licence")
    organisation = OfOrganisation(field_name="participations__organisation", distinct=True)

    class Meta:
        model = Project
        fields = ["tier", "activity"]

    def by_words(self, rows: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        return rows.matching(value)

    def by_area(self, rows: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        return rows.in_areas(self.data.getlist(name))

    def by_stage(self, rows: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        return rows.at_stages(self.data.getlist(name))

    def by_kind(self, rows: ProjectQuerySet, name: str, value: list[str]) -> QuerySet[Project]:
        return rows.making(value)

    def by_licence(self, rows: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        return rows.licensed(self.data.getlist(name))


class EventFilter(filters.FilterSet):
    """By words, kind, mode, country, project, body, series and span of days."""

    q = filters.CharFilter(method="by_words")
    kind = filters.MultipleChoiceFilter(choices=Event.Kind.choices)
    mode = filters.MultipleChoiceFilter(choices=Event.Mode.choices)
    country = filters.CharFilter(method="by_country")
    project = filters.CharFilter(method="by_project")
    body = filters.CharFilter(method="by_body")
    series = filters.CharFilter(field_name="series__slug")
    after = filters.DateFilter(field_name="starts_on", lookup_expr="gte")
    before = filters.DateFilter(field_name="starts_on", lookup_expr="lte")

    class Meta:
        model = Event
        fields = ["kind", "mode"]

    def by_words(self, rows: EventQuerySet, name: str, value: str) -> QuerySet[Event]:
        return rows.matching(value)

    def by_country(self, rows: EventQuerySet, name: str, value: str) -> QuerySet[Event]:
        return rows.in_countries(self.data.getlist(name))

    def by_project(self, rows: EventQuerySet, name: str, value: str) -> QuerySet[Event]:
        return rows.of_project(value)

    def by_body(self, rows: EventQuerySet, name: str, value: str) -> QuerySet[Event]:
        return rows.of_body(value)
