"""Filters of the directory: the same words, with the same meaning, as on its page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from members.models import Affiliation, Membership, Organisation
from members.querysets import OrganisationQuerySet
from members.viewers import viewer_of


class OfOrganisation(filters.CharFilter):
    """By the slug of an organisation that the reader may see; any other finds nothing."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        shown = Organisation.objects.visible_to(viewer_of(self.parent.request)).filter(slug=value)
        rows = qs.distinct() if self.distinct else qs
        return rows.filter(**{f"{self.field_name}__in": shown})


class OrganisationFilter(filters.FilterSet):
    """By kind, country, membership (each may be repeated) and words."""

    kind = filters.MultipleChoiceFilter(choices=Organisation.Kind.choices)
    country = filters.CharFilter(method="by_country")
    membership = filters.MultipleChoiceFilter(
        choices=Membership.Kind.choices, method="by_membership"
    )
    q = filters.CharFilter(method="by_words")

    class Meta:
        model = Organisation
        fields = ["kind"]

    def by_country(
        self, rows: OrganisationQuerySet, name: str, value: str
    ) -> QuerySet[Organisation]:
        return rows.in_countries(self.data.getlist(name))

    def by_membership(
        self, rows: OrganisationQuerySet, name: str, value: list[str]
    ) -> QuerySet[Organisation]:
        return rows.with_memberships(value)

    def by_words(self, rows: OrganisationQuerySet, name: str, value: str) -> QuerySet[Organisation]:
        return rows.matching(value)


class PersonFilter(filters.FilterSet):
    """By organisation and role."""

    organisation = OfOrganisation(field_name="organisation")

    class Meta:
        model = Affiliation
        fields = ["role"]
