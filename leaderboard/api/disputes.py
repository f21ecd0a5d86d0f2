"""Disputes through the API: public to read; raised by members, or with a key that has the scope `propose`."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from leaderboard import actions
from leaderboard.api.filters import DisputeFilter
from leaderboard.dispute_querysets import DisputeQuerySet
from leaderboard.models import Dispute, Result
from members.api.permissions import NeedsScope
from members.api.serializers import OrganisationSlugField
from members.models import Organisation
from members.scopes import Scope
from members.viewers import viewer_of


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    """An objection to a result, with its answer and its end."""

    result = serializers.CharField(source="result.ulid")
    organisation = OrganisationSlugField()
    counter = serializers.CharField(source="counter.ulid", default=None, help_text="ULID")

    class Meta:
        model = Dispute
        fields = [
            "id", "result", "organisation", "state", "reason", "evidence", "counter", "raised_at", "answer",
            "answered_at", "ended_at", "ruling", "decision_number",
        ]  # fmt: skip


class NewDisputeSerializer(serializers.Serializer[Any]):
    """An objection to be made public."""

    result = serializers.CharField(max_length=26, help_text="ULID")
    organisation = serializers.SlugField(help_text="in whose name")
    reason = serializers.CharField(max_length=5000, help_text="Markdown; public for good")
    evidence = serializers.URLField(
        max_length=500, default="", allow_blank=True, help_text="where it can be checked"
    )
    counter = serializers.CharField(
        max_length=26,
        default="",
        allow_blank=True,
        help_text="ULID of another result of the same system on the same benchmark version",
    )


class DisputeViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet[Dispute]):
    """Disputes of results, the ended ones too."""

    queryset = Dispute.objects.all()
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilter
    permission_classes = [IsAuthenticatedOrReadOnly, NeedsScope]
    scopes_needed = {"create": Scope.PROPOSE}
    throttle_scope = "write"
    cursor_ordering = ("-pk",)

    def get_queryset(self) -> DisputeQuerySet:
        return Dispute.objects.visible_to(viewer_of(self.request)).for_list()

    def get_throttles(self) -> list[Any]:
        return super().get_throttles() if self.request.method == "POST" else []

    @extend_schema(request=NewDisputeSerializer, responses={201: DisputeSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Raise a dispute for an organisation: in a role there, or with its key and the scope `propose`."""
        body = NewDisputeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted, viewer = body.validated_data, viewer_of(request)
        made = actions.raise_dispute(
            viewer=viewer,
            result=get_object_or_404(Result.objects.visible_to(viewer), ulid=wanted["result"]),
            organisation=get_object_or_404(
                Organisation.objects.visible_to(viewer), slug=wanted["organisation"]
            ),
            reason=wanted["reason"],
            evidence=actions.Evidence(address=wanted["evidence"], counter=wanted["counter"]),
        )
        said = DisputeSerializer(made, context={"request": request}).data
        return Response(said, status=status.HTTP_201_CREATED)
