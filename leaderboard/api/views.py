"""The leaderboard through the API: read-only, public."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.viewer import ANONYMOUS
from leaderboard.api import serializers
from leaderboard.api.filters import BenchmarkFilter, NodeFilter, ResultFilter
from leaderboard.board_query import BoardQuery, read_query
from leaderboard.board_rows import kept_rows, snapshot_for
from leaderboard.models import Benchmark, BenchmarkVersion, BoardSnapshot, Node, Result, System
from leaderboard.overview import leading_snapshots
from leaderboard.querysets import BenchmarkQuerySet, NodeQuerySet, ResultQuerySet, SystemQuerySet
from leaderboard.summary import Summary
from members.viewers import viewer_of


class BenchmarkViewSet(viewsets.ReadOnlyModelViewSet[Benchmark]):
    """Benchmarks and their versions, adopted or proposed."""

    queryset = Benchmark.objects.all()
    serializer_class = serializers.BenchmarkSerializer
    filterset_class = BenchmarkFilter
    lookup_field = "slug"
    cursor_ordering = ("slug",)

    def get_queryset(self) -> BenchmarkQuerySet:
        return Benchmark.objects.visible_to(viewer_of(self.request)).prefetch_related("versions")


class SystemViewSet(viewsets.ReadOnlyModelViewSet[System]):
    """Systems under test and their revisions."""

    queryset = System.objects.all()
    serializer_class = serializers.SystemSerializer
    lookup_field = "slug"
    cursor_ordering = ("slug",)

    def get_queryset(self) -> SystemQuerySet:
        return System.objects.visible_to(viewer_of(self.request)).prefetch_related("revisions")


class NodeViewSet(viewsets.ReadOnlyModelViewSet[Node]):
    """Evaluation nodes with their health and keys."""

    queryset = Node.objects.all()
    serializer_class = serializers.NodeSerializer
    filterset_class = NodeFilter
    lookup_field = "slug"
    cursor_ordering = ("slug",)

    def get_queryset(self) -> NodeQuerySet:
        rows = Node.objects.visible_to(viewer_of(self.request))
        return rows.for_list().with_counts().prefetch_related("keys")


class ResultViewSet(viewsets.ReadOnlyModelViewSet[Result]):
    """Signed results, the retracted and superseded ones too."""

    queryset = Result.objects.all()
    serializer_class = serializers.ResultSerializer
    filterset_class = ResultFilter
    lookup_field = "ulid"
    cursor_ordering = ("-pk",)

    def get_queryset(self) -> ResultQuerySet:
        rows = Result.objects.visible_to(viewer_of(self.request)).select_related(
            "envelope__relay",
            "node__organisation",
            "benchmark_version__benchmark",
            "system_revision__system",
        )
        return rows.prefetch_related("measurements__result__benchmark_version")


class BoardViewSet(viewsets.ViewSet):
    """Boards of adopted benchmarks, as computed; a board's ETag changes with its number."""

    lookup_field = "slug"
    lookup_url_kwarg = "slug"

    @extend_schema(responses=serializers.BoardSerializer(many=True), operation_id="boards_list")
    def list(self, request: Request) -> Response:
        """The headline board of every adopted benchmark."""
        snapshots = {s.benchmark_version_id: s for s in leading_snapshots()}
        versions = BenchmarkVersion.objects.current().order_by("benchmark__slug")
        boards = [
            _summary(version, version.primary_metric, snapshots.get(version.pk))
            for version in versions
        ]
        return Response(
            {
                "next": None,
                "previous": None,
                "results": serializers.BoardSerializer(boards, many=True).data,
            }
        )

    @extend_schema(
        responses=serializers.BoardDetailSerializer,
        operation_id="boards_retrieve",
        parameters=[
            OpenApiParameter("slug", str, OpenApiParameter.PATH, description="the benchmark"),
            OpenApiParameter("metric", str, description="default: the headline metric"),
            OpenApiParameter("as_of", str, description="a day, YYYY-MM-DD"),
            OpenApiParameter("assurance", str, many=True),
            OpenApiParameter("licence", str, many=True),
            OpenApiParameter("node", str, many=True),
            OpenApiParameter("q", str, description="words in a system's name or revision"),
            OpenApiParameter("sort", str, enum=["name", "checked"], description="default: place"),
            OpenApiParameter("version", str, description="default: the newest adopted one"),
        ],
    )
    def retrieve(self, request: Request, slug: str) -> HttpResponseBase:
        """One board with its rows."""
        benchmark = get_object_or_404(Benchmark.objects.visible_to(ANONYMOUS), slug=slug)
        named = request.query_params.get("version", "")
        versions = BenchmarkVersion.objects
        rows = versions.with_board().filter(version=named) if named else versions.current()
        version = rows.filter(benchmark=benchmark).first()
        query = read_query(request.query_params, version) if version else None
        if version is None or query is None:
            raise Http404
        snapshot = snapshot_for(version, query)
        etag = f'"{snapshot.digest[:32]}-{snapshot.number}"' if snapshot else '"empty"'
        unchanged = get_conditional_response(request._request, etag=etag)
        if unchanged is not None:
            return unchanged
        body = _detail(version, query, snapshot)
        response = Response(serializers.BoardDetailSerializer(body).data)
        response["ETag"] = etag
        response["Cache-Control"] = "public, max-age=5"
        return response


def _summary(
    version: BenchmarkVersion, metric: str, snapshot: BoardSnapshot | None
) -> dict[str, Any]:
    said = snapshot.said if snapshot else Summary()
    return {
        "benchmark": version.benchmark.slug,
        "version": version.version,
        "dimension": version.benchmark.dimension,
        "metric": metric,
        "number": snapshot.number if snapshot else 0,
        "computed_at": snapshot.computed_at if snapshot else None,
        "systems": said.total,
        "ranked": said.ranked,
        "replicated": said.replicated,
    }


def _detail(
    version: BenchmarkVersion, query: BoardQuery, snapshot: BoardSnapshot | None
) -> dict[str, Any]:
    return _summary(version, query.metric, snapshot) | {
        "metrics": [metric["id"] for metric in version.metrics],
        "ranking_code_version": snapshot.ranking_code_version if snapshot else None,
        "draws_digest": snapshot.draws_digest if snapshot else None,
        "digest": snapshot.digest if snapshot else None,
        "rows": kept_rows(snapshot, query),
    }
