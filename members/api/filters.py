"""Filters of the directory."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from members.models import Membership, Organisation
from members.querysets import OrganisationQuerySet


class OrganisationFilter(filters.FilterSet):
    """By kind, country, membership and words."""

    kind = filters.ChoiceFilter(choices=Organisation.Kind.choices)
    country = filters.CharFilter(max_length=2)
    membership = filters.ChoiceFilter(choices=Membership.Kind.choices, method="by_membership")
    q = filters.CharFilter(method="by_words")

    class Meta:
        model = Organisation
        fields = ["kind", "country"]

    def by_membership(
        self, rows: OrganisationQuerySet, name: str, value: str
    ) -> QuerySet[Organisation]:
        return rows.with_membership(value)

    def by_words(self, rows: OrganisationQuerySet, name: str, value: str) -> QuerySet[Organisation]:
        return rows.matching(value)
