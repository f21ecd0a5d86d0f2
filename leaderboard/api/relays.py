"""Relays of sister portals through the API: read-only, public."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from leaderboard.models import Relay, RelayOrigin
from leaderboard.relay_querysets import RelayQuerySet
from members.viewers import viewer_of


class OriginSerializer(serializers.ModelSerializer[RelayOrigin]):
    """A node whose statements are taken through the relay."""

    node = serializers.CharField(source="node.slug")
    node_id = serializers.CharField(source="node.node_id")
    is_relayed_only = serializers.SerializerMethodField(
        help_text="whether it is never pulled directly"
    )

    class Meta:
        model = RelayOrigin
        fields = ["node", "node_id", "is_relayed_only"]

    @extend_schema_field(bool)
    def get_is_relayed_only(self, origin: RelayOrigin) -> bool:
        return str(origin.node.state) == "relayed"


class RelaySerializer(serializers.ModelSerializer[Relay]):
    """A sister portal's relay: whose statements come through it, how far it is read, what was refused."""

    origins = OriginSerializer(many=True, read_only=True)
    statement_count = serializers.IntegerField(read_only=True)
    refusal_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Relay
        fields = [
            "slug", "relay_id", "endpoint", "log_origin", "software", "state", "health", "cursor", "head_size",
            "last_success_at", "last_outcome", "statement_count", "refusal_count", "origins",
        ]  # fmt: skip


class RelayViewSet(viewsets.ReadOnlyModelViewSet[Relay]):
    """Relays of sister portals that this portal reads."""

    queryset = Relay.objects.all()
    serializer_class = RelaySerializer
    lookup_field = "slug"
    cursor_ordering = ("slug",)

    def get_queryset(self) -> RelayQuerySet:
        rows = Relay.objects.visible_to(viewer_of(self.request)).with_counts()
        return rows.prefetch_related("origins__node")
