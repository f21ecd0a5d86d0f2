"""Elections through the API: candidates, rule, roll and result to read; casting for seat holders and their systems."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from governance import actions
from governance.actions.counting import settle_if_due
from governance.election_querysets import ElectionQuerySet
from governance.models import Election, ElectionBallot
from members.api.permissions import NeedsRecentSignIn, NeedsScope
from members.scopes import Scope
from members.viewers import viewer_of


class ElectionSerializer(serializers.ModelSerializer[Election]):
    """An election as a list shows it."""

    body = serializers.SlugField(source="body.slug")
    fills = serializers.SlugField(source="fills.slug")
    state = serializers.CharField()
    winners = serializers.SerializerMethodField()

    class Meta:
        model = Election
        fields = [
            "id", "body", "fills", "seat_numbers", "title_en", "title_fr", "state", "rule", "term_since", "term_until",
            "announced_at", "opens_at", "closes_at", "ended_at", "number", "winners",
        ]  # fmt: skip

    def get_winners(self, election: Election) -> list[str]:
        return list(election.result["winners"]) if election.result else []


class ElectionDetailSerializer(ElectionSerializer):
    """An election with its frozen candidates and roll, and the whole count once there is one."""

    ballots = serializers.SerializerMethodField()

    class Meta(ElectionSerializer.Meta):
        fields = [
            *ElectionSerializer.Meta.fields, "text_en", "text_fr", "candidates", "roll", "seed", "result", "effect",
            "ballots",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_ballots(self, election: Election) -> list[dict[str, Any]]:
        """Return each seat's ballot; contents only once no more can come."""
        rows = ElectionBallot.objects.filter(election=election).current().in_order()
        return [
            {"seat": row.seat.number, "sequence": row.sequence}
            | ({"content": row.content} if election.shows_ballots else {})
            for row in rows
        ]


class NewElectionBallotSerializer(serializers.Serializer[Any]):
    """A ballot to cast."""

    seat = serializers.IntegerField(min_value=1)
    content = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=99),
        help_text="A rank, mark or score by candidate number, as the method asks",
    )
    idempotency_key = serializers.CharField(min_length=8, max_length=80)


class ElectionReceiptSerializer(serializers.ModelSerializer[ElectionBallot]):
    """What a caster gets: the ballot, its place in the log and what opens its commitment."""

    seat = serializers.IntegerField(source="seat.number")
    entry = serializers.CharField(source="entry_id")

    class Meta:
        model = ElectionBallot
        fields = ["election", "seat", "sequence", "content", "cast_at", "nonce", "entry"]


class ElectionViewSet(viewsets.ReadOnlyModelViewSet[Election]):
    """Elections: who stands, how it is counted, who was elected."""

    queryset = Election.objects.all()
    throttle_scope = "write"
    scopes_needed = {"ballots": Scope.VOTE}
    asks_again = ("ballots",)
    cursor_ordering = ("-pk",)

    def get_queryset(self) -> ElectionQuerySet:
        return Election.objects.visible_to(viewer_of(self.request)).for_list()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return ElectionDetailSerializer if self.action == "retrieve" else ElectionSerializer

    def get_throttles(self) -> list[Any]:
        return super().get_throttles() if self.request.method == "POST" else []

    def get_object(self) -> Election:
        """Settle an overdue election for its reader, should no worker be alive."""
        return settle_if_due(super().get_object())

    @extend_schema(request=NewElectionBallotSerializer, responses={201: ElectionReceiptSerializer})
    @action(
        detail=True, methods=["post"],
        permission_classes=[IsAuthenticated, NeedsScope, NeedsRecentSignIn],
    )  # fmt: skip
    def ballots(self, request: Request, pk: str | None = None) -> Response:
        """Cast a seat's ballot: as its holder, or with a key of its organisation that has the scope `vote`.

        A session needs a recent sign-in: `sign-in-again`. The same `idempotency_key` again returns the same ballot.
        One after the close is refused: `vote-closed`.
        """
        wanted = NewElectionBallotSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        election = get_object_or_404(self.get_queryset(), pk=pk)
        ballot = actions.cast_election_ballot(
            viewer=viewer_of(request), election_id=election.pk, seat_number=wanted.validated_data["seat"],
            content=wanted.validated_data["content"], idempotency_key=wanted.validated_data["idempotency_key"],
        )  # fmt: skip
        return Response(ElectionReceiptSerializer(ballot).data, status=status.HTTP_201_CREATED)
