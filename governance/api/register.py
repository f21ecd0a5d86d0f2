"""The register as one list: decisions and results of elections, the latest first, each with its `kind`."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from governance.election_querysets import ElectionQuerySet
from governance.models import Decision, Election
from governance.models.votes import OUTCOME_NAMES
from governance.querysets import DecisionQuerySet
from members.viewers import viewer_of

DECISION, ELECTION = "decision", "election"
KINDS = [(DECISION, "A decision by vote"), (ELECTION, "The result of an election")]


class AskedSerializer(serializers.Serializer[Any]):
    """What to list; nothing asked for is everything."""

    kind = serializers.ChoiceField(choices=KINDS, required=False)
    body = serializers.SlugField(required=False, default="", help_text="The slug of the body")
    q = serializers.CharField(required=False, max_length=100, default="", help_text="Words")


class RegisterEntrySerializer(serializers.Serializer[Any]):
    """A line of the register: `outcome` is a decision's, `winners` are an election's; the other is null."""

    kind = serializers.SerializerMethodField()
    number = serializers.CharField()
    body = serializers.SlugField(source="body.slug")
    title_en = serializers.CharField()
    title_fr = serializers.CharField()
    decided_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=OUTCOME_NAMES, allow_null=True, default=None)
    winners = serializers.SerializerMethodField()
    entry = serializers.SerializerMethodField(help_text="Its entry in the public log")
    details = serializers.SerializerMethodField(help_text="Where the whole of it is")

    def get_kind(self, row: Decision | Election) -> str:
        return DECISION if isinstance(row, Decision) else ELECTION

    def get_winners(self, row: Decision | Election) -> list[str] | None:
        return list((row.result or {})["winners"]) if isinstance(row, Election) else None

    def get_entry(self, row: Decision | Election) -> str:
        return str(row.entry_id if isinstance(row, Decision) else row.counted_entry_id)

    def get_details(self, row: Decision | Election) -> str:
        if isinstance(row, Decision):
            return reverse("decision-detail", args=[row.number])
        return reverse("election-detail", args=[row.pk])


class Merged:
    """Two tables as the one list that a cursor walks through; it asks for order, a bound and a slice."""

    def __init__(self, *parts: Any, backwards: bool = False) -> None:
        self.parts, self.backwards = parts, backwards

    def order_by(self, *names: str) -> Merged:
        """Order by the moment, then by key; turned round, the tables are, too."""
        backwards = not names[0].startswith("-")
        ordered = [part.order_by(*names) for part in self.parts]
        return Merged(*(reversed(ordered) if backwards else ordered), backwards=backwards)

    def filter(self, *bounds: Any, **more: Any) -> Merged:
        """Bound both tables."""
        parts = (part.filter(*bounds, **more) for part in self.parts)
        return Merged(*parts, backwards=self.backwards)

    def __getitem__(self, asked: slice) -> list[Any]:
        rows = [row for part in self.parts for row in part[: asked.stop]]
        rows.sort(key=lambda row: row.decided_at, reverse=not self.backwards)
        return rows[asked]


class RegisterViewSet(viewsets.GenericViewSet[Any]):
    """Everything that has a number: decisions and results of elections."""

    permission_classes = [AllowAny]
    serializer_class = RegisterEntrySerializer
    filter_backends = []
    cursor_ordering = ("-decided_at", "-pk")
    queryset = Decision.objects.none()

    @extend_schema(parameters=[AskedSerializer], responses=RegisterEntrySerializer(many=True))
    def list(self, request: Request) -> Response:
        """Return the register, the latest first, by kind, body and words."""
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = self.paginate_queryset(self._rows(asked.validated_data))  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _rows(self, asked: dict[str, Any]) -> Merged:
        viewer = viewer_of(self.request)
        decisions: DecisionQuerySet = Decision.objects.visible_to(viewer).of_body(asked["body"])
        elections: ElectionQuerySet = Election.objects.visible_to(viewer).counted()
        elections = elections.of_body(asked["body"]).annotate(decided_at=F("ended_at"))
        if asked["q"]:
            decisions, elections = decisions.matching(asked["q"]), elections.matching(asked["q"])
        parts = {DECISION: decisions.select_related("body"), ELECTION: elections.for_list()}
        chosen = asked.get("kind")
        return Merged(*(rows for kind, rows in parts.items() if chosen in (None, kind)))
