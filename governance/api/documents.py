"""Standards, guidelines and charters through the API: their versions, and what changed between two."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from governance.api.asked import number_of
from governance.api.filters import DocumentFilter
from governance.models import Document, DocumentVersion
from governance.querysets import DocumentQuerySet
from governance.rules.diffs import compare
from members.viewers import viewer_of

COLUMNS = ("title_en", "title_fr", "text_en", "text_fr")


class DocumentVersionSerializer(serializers.ModelSerializer[DocumentVersion]):
    """One adopted text, with the decision that is its warrant."""

    decision = serializers.CharField(source="decision_number")

    class Meta:
        model = DocumentVersion
        fields = ["number", *COLUMNS, "decision", "adopted_at"]


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A document with its text in force."""

    body = serializers.SlugField(source="body.slug")
    latest = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = ["slug", "kind", "body", "latest"]

    @extend_schema_field(DocumentVersionSerializer)
    def get_latest(self, document: Document) -> Any:
        return DocumentVersionSerializer(document.versions.all()[0]).data


class DocumentDetailSerializer(DocumentSerializer):
    """A document with every version, the latest first."""

    versions = DocumentVersionSerializer(many=True)

    class Meta(DocumentSerializer.Meta):
        fields = [*DocumentSerializer.Meta.fields, "versions"]


class PieceSerializer(serializers.Serializer[Any]):
    """Some words of a line: they stayed, went or came."""

    change = serializers.ChoiceField(choices=["same", "gone", "new"], source="kind")
    text = serializers.CharField()


class ChangedLineSerializer(serializers.Serializer[Any]):
    """One line of a column; a line that only one version has is all gone or all new."""

    column = serializers.ChoiceField(choices=COLUMNS)
    changed = serializers.BooleanField()
    pieces = PieceSerializer(many=True)


class ChangesSerializer(serializers.Serializer[Any]):
    """What changed from one version to another, line by line and within a line word by word."""

    before = serializers.IntegerField()
    after = serializers.IntegerField()
    lines = ChangedLineSerializer(many=True)


class DocumentViewSet(viewsets.ReadOnlyModelViewSet[Document]):
    """Standards, guidelines and charters that decisions adopted."""

    queryset = Document.objects.all()
    permission_classes = [AllowAny]
    filterset_class = DocumentFilter
    lookup_field = "slug"
    cursor_ordering = ("pk",)

    def get_queryset(self) -> DocumentQuerySet:
        return Document.objects.visible_to(viewer_of(self.request)).with_latest()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return DocumentDetailSerializer if self.action == "retrieve" else DocumentSerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("before", OpenApiTypes.INT, description="A version; the one before `after` if left out"),
            OpenApiParameter("after", OpenApiTypes.INT, description="A version; the latest if left out"),
        ],
        responses=ChangesSerializer,
    )  # fmt: skip
    @action(detail=True, filter_backends=[], pagination_class=None)
    def changes(self, request: Request, slug: str | None = None) -> Response:
        """What changed between two versions; before the first there was nothing."""
        versions = {version.number: version for version in self.get_object().versions.all()}
        after = _asked(request, "after", max(versions))
        before = _asked(request, "before", after - 1)
        if after not in versions or before not in {0, *versions}:
            raise Http404
        old, new = versions.get(before), versions[after]
        answer = {"before": before, "after": after, "lines": _lines(old, new)}
        return Response(ChangesSerializer(answer).data)


def _asked(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, "")
    return number_of(text) if text else otherwise


def _lines(before: DocumentVersion | None, after: DocumentVersion) -> list[dict[str, Any]]:
    return [
        {"column": column, "changed": row.is_changed, "pieces": row.inline}
        for column in COLUMNS
        for row in compare(getattr(before, column, ""), getattr(after, column))
    ]
