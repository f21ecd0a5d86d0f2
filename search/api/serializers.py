"""What a search answers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from search.finding import Hit


class HitSerializer(serializers.Serializer[Hit]):
    """One thing found."""

    kind = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField(help_text="State, kind or place, in one line")
    excerpt = serializers.CharField(help_text="Plain text around the words found")
    url = serializers.SerializerMethodField(help_text="The thing's page")
    facets = serializers.ListField(child=serializers.CharField(), help_text="`name:value`")
    updated = serializers.DateTimeField()

    def get_url(self, hit: Hit) -> str:
        return f"{settings.SITE_ORIGIN}{hit.url}"


class AnswerSerializer(serializers.Serializer[Any]):
    """One page of a search."""

    total = serializers.IntegerField(
        help_text="How many fit; at most 500 of them can be paged through"
    )
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    meant = serializers.CharField(
        help_text="Nothing fits what was asked; this near spelling was searched instead"
    )
    is_partial = serializers.BooleanField(
        help_text="Nothing holds all the words; these hold some of them"
    )
    kinds = serializers.DictField(child=serializers.IntegerField(), help_text="Hits of each kind")
    facets = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Hits of each `name:value`, within the kind chosen",
    )
    results = HitSerializer(many=True)
