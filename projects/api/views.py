"""The catalogue through the API."""

from __future__ import annotations

from django.db.models import Prefetch
from rest_framework import viewsets
from rest_framework.permissions import AllowAny

from members.viewers import viewer_of
from projects.api.filters import ProjectFilter
from projects.api.serializers import (
    FocusAreaSerializer,
    ProjectSerializer,
    StageSerializer,
)
from projects.models import FocusArea, HealthFigure, Project, Stage
from projects.querysets import (
    FocusAreaQuerySet,
    ProjectQuerySet,
)


class ProjectViewSet(viewsets.ReadOnlyModelViewSet[Project]):
    """Projects with their tier, stage and activity, and the source of each fact."""

    queryset = Project.objects.all()
    permission_classes = [AllowAny]
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
    lookup_field = "slug"
    cursor_ordering = ("name", "pk")

    def get_queryset(self) -> ProjectQuerySet:
        rows = Project.objects.visible_to(viewer_of(self.request)).for_list()
        figures = HealthFigure.objects.newest().select_related("repository")
        return rows.prefetch_related(
            "track__stage",
            Prefetch("figures", queryset=figures),
            "milestones",
            "deliverables",
            "adopters__organisation",
            "audits",
        )


class FocusAreaViewSet(viewsets.ReadOnlyModelViewSet[FocusArea]):
    """Programmes and focus areas, each of a dated taxonomy."""

    queryset = FocusArea.objects.all()
    permission_classes = [AllowAny]
    serializer_class = FocusAreaSerializer
    lookup_field = "slug"
    cursor_ordering = ("code", "pk")

    def get_queryset(self) -> FocusAreaQuerySet:
        return FocusArea.objects.visible_to(viewer_of(self.request))


class StageViewSet(viewsets.ReadOnlyModelViewSet[Stage]):
    """Stages of a project's life, in order."""

    queryset = Stage.objects.all()
    permission_classes = [AllowAny]
    serializer_class = StageSerializer
    lookup_field = "slug"
    cursor_ordering = ("position", "pk")
