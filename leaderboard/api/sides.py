"""Across boards through the API: aggregates, comparisons, dimensions, accelerators. Public, to read."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from leaderboard import side_documents
from leaderboard.api import side_serializers as shapes
from leaderboard.devices import NO_DEVICE
from leaderboard.models import Accelerator, Dimension

_WEIGHTS = OpenApiParameter(
    "w.{board}",
    str,
    description="a weight from 0 to 100 for a board, named BENCHMARK:METRIC as under `available`; once for each board: "
    "`?w.language-id:accuracy=2&w.language-id:accuracy-short=1`",
)
_ID = OpenApiParameter(
    "id", int, OpenApiParameter.PATH, description="0: a processor, no accelerator"
)


class AggregateViewSet(viewsets.ViewSet):
    """An aggregate of the asker's own choice. There is no default one."""

    @extend_schema(
        responses=shapes.AggregateSerializer, operation_id="aggregates_retrieve", parameters=[_WEIGHTS]
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        """The weighted mean over the boards in the address; without weights, what can be weighed in."""
        problems = side_documents.aggregate_problems(request.query_params)
        if problems:
            raise ValidationError(problems)
        return _public(side_documents.aggregate_document(request.query_params))


class ComparisonViewSet(viewsets.ViewSet):
    """Two to six systems side by side."""

    @extend_schema(
        responses=shapes.ComparisonSerializer,
        operation_id="comparisons_retrieve",
        parameters=[
            OpenApiParameter("system", str, many=True, description="slugs; those above six are left out")
        ],
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        """Every board's figures for the systems in the address, and the test of each pair."""
        return _public(side_documents.comparison_document(request.query_params))


class DimensionViewSet(viewsets.ViewSet):
    """The six dimensions."""

    lookup_field = "code"

    @extend_schema(responses=shapes.DimensionSerializer(many=True), operation_id="dimensions_list")
    def list(self, request: Request) -> Response:
        """The dimensions with the boards that speak to each."""
        return _public(_page(side_documents.dimensions()))

    @extend_schema(
        responses=shapes.DimensionDetailSerializer,
        operation_id="dimensions_retrieve",
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH, enum=Dimension.values)],
    )
    def retrieve(self, request: Request, code: str) -> Response:
        """One dimension: its boards and their leaders."""
        if code not in Dimension.values:
            raise Http404
        return _public(side_documents.dimension_document(code))


class AcceleratorViewSet(viewsets.ViewSet):
    """The devices that results were obtained on."""

    lookup_value_regex = "[0-9]{1,15}"

    @extend_schema(responses=shapes.DeviceSerializer(many=True), operation_id="accelerators_list")
    def list(self, request: Request) -> Response:
        """All devices that counted results name."""
        return _public(_page(side_documents.accelerators()))

    @extend_schema(
        responses=shapes.DeviceDetailSerializer,
        operation_id="accelerators_retrieve",
        parameters=[_ID],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """One device: score, speed and energy, beside the same revisions' other devices."""
        number = int(pk)
        device = None if number == NO_DEVICE else get_object_or_404(Accelerator, pk=number)
        return _public(side_documents.accelerator_document(device))


def _page(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Wrap a whole list as lists with pages are."""
    return {"next": None, "previous": None, "results": rows}


def _public(body: dict[str, Any]) -> Response:
    response = Response(body)
    response["Cache-Control"] = "public, max-age=5"
    return response
