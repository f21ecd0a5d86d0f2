"""Filters of the lists."""

from __future__ import annotations

from django_filters import rest_framework as filters

from governance.models import Body, Decision, Document, Proposal, Vote
from governance.querysets import DecisionQuerySet


class BodyFilter(filters.FilterSet):
    """By kind: `working-group` gives the groups."""

    class Meta:
        model = Body
        fields = ["kind"]


class DocumentFilter(filters.FilterSet):
    """By kind and body."""

    body = filters.CharFilter(field_name="body__slug")

    class Meta:
        model = Document
        fields = ["kind"]


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
