"""Sources through the API: what is harvested, how it fares, what it brought."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.clock import database_now
from members.viewers import viewer_of
from projects import actions, policies_sources
from projects.api.source_serializers import (
    CatalogueCopySerializer,
    HarvestAttemptSerializer,
    SourceSerializer,
)
from projects.models import CatalogueCopy, HarvestAttempt, Source
from projects.querysets_sources import CatalogueCopyQuerySet, SourceQuerySet


class SourceViewSet(viewsets.ReadOnlyModelViewSet[Source]):
    """Manifests and catalogues that the portal harvests; their logs are for those who look after them."""

    queryset = Source.objects.all()
    permission_classes = [AllowAny]
    serializer_class = SourceSerializer
    lookup_field = "slug"
    cursor_ordering = ("name", "pk")

    def get_queryset(self) -> SourceQuerySet:
        viewer = viewer_of(self.request)
        if self.action in ("log", "check"):
            return policies_sources.managed_sources(viewer, database_now().date())
        return Source.objects.visible_to(viewer).select_related("project")

    @extend_schema(responses=HarvestAttemptSerializer(many=True), operation_id="sources_log")
    @action(detail=True, permission_classes=[IsAuthenticated])
    def log(self, request: Request, slug: str) -> Response:
        """Return the newest hundred attempts, the newest first."""
        rows = HarvestAttempt.objects.of_source(self.get_object().pk).exclude(finished_at=None)
        return Response(HarvestAttemptSerializer(rows[:100], many=True).data)

    @extend_schema(
        request=None,
        responses={202: OpenApiResponse(description="A harvest follows.")},
        operation_id="sources_check",
    )
    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def check(self, request: Request, slug: str) -> Response:
        """Harvest as soon as a worker is free."""
        actions.check_now(source=self.get_object())
        return Response({"status": "due"}, status=status.HTTP_202_ACCEPTED)


class CatalogueCopyViewSet(viewsets.ReadOnlyModelViewSet[CatalogueCopy]):
    """Copies of entries that other catalogues own. Take them from their origin, not from here."""

    queryset = CatalogueCopy.objects.all()
    permission_classes = [AllowAny]
    serializer_class = CatalogueCopySerializer
    cursor_ordering = ("name", "pk")

    def get_queryset(self) -> CatalogueCopyQuerySet:
        rows = CatalogueCopy.objects.visible_to(viewer_of(self.request))
        return rows.not_long_missing(database_now())
