"""Filters of the lists."""

from __future__ import annotations

from django_filters import rest_framework as filters

from governance.models import Decision, Proposal, Vote
from governance.querysets import DecisionQuerySet


class ProposalFilter(filters.FilterSet):
    """By body and state."""

    body = filters.CharFilter(field_name="body__slug")

    class Meta:
        model = Proposal
        fields = ["state"]


class VoteFilter(filters.FilterSet):
    """By body and state."""

    body = filters.CharFilter(field_name="body__slug")

    class Meta:
        model = Vote
        fields = ["state", "outcome"]


class DecisionFilter(filters.FilterSet):
    """By body, outcome and words."""

    body = filters.CharFilter(field_name="body__slug")
    q = filters.CharFilter(method="by_words")

    class Meta:
        model = Decision
        fields = ["outcome", "year"]

    def by_words(self, rows: DecisionQuerySet, name: str, value: str) -> DecisionQuerySet:
        return rows.matching(value)
