"""Reading the log through the API."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alliance.problems import DomainError
from transparency import proofs
from transparency.api.serializers import (
    CheckpointSerializer,
    EntryDetailSerializer,
    EntrySerializer,
    ProofSerializer,
)
from transparency.models import Checkpoint, Entry


class NotPlacedYet(DomainError):
    """The entry waits for its place."""

    code = "not-placed-yet"
    status = 404


class EntryViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Entry]
):
    """Entries of the public log, newest first."""

    queryset = Entry.objects.select_related("leaf")
    serializer_class = EntrySerializer
    filterset_fields = ["kind"]
    cursor_ordering = ("-created_at", "-id")

    def get_serializer_class(self) -> type[EntrySerializer]:
        return EntryDetailSerializer if self.action == "retrieve" else EntrySerializer

    @extend_schema(responses=ProofSerializer, filters=False)
    @action(detail=True, methods=["get"])
    def proof(self, request: Request, pk: str | None = None) -> Response:
        """The inclusion proof of an entry against the newest checkpoint."""
        proof = proofs.proof_of(self.get_object())
        if proof is None:
            raise NotPlacedYet(
                _("The entry waits for its place in the log. Ask again in a few seconds.")
            )
        return Response(ProofSerializer(proof.as_dict()).data)


class CheckpointView(APIView):
    """The newest signed checkpoint."""

    @extend_schema(responses=CheckpointSerializer, operation_id="log_checkpoint_retrieve")
    def get(self, request: Request) -> Response:
        """The newest signed checkpoint; 404 while the log is empty."""
        newest = Checkpoint.objects.latest_or_none()
        if newest is None:
            raise Http404
        return Response(CheckpointSerializer(newest).data)
