"""Governance through the API: everything public to read, proposing and voting for seat holders and their systems."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import (
    SAFE_METHODS,
    AllowAny,
    IsAuthenticated,
    IsAuthenticatedOrReadOnly,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from alliance.clock import database_now
from governance import actions
from governance.actions import Draft
from governance.api import serializers
from governance.api.acts import ProposalActs
from governance.api.asked import checked, number_of, seat_of
from governance.api.filters import BodyFilter, DecisionFilter, ProposalFilter, VoteFilter
from governance.api.groups import GroupActs
from governance.models import Body, Decision, Proposal, Proxy, Vote
from governance.querysets import (
    BodyQuerySet,
    DecisionQuerySet,
    ProposalQuerySet,
    ProxyQuerySet,
    VoteQuerySet,
)
from members.api.permissions import NeedsRecentSignIn, NeedsScope, check_recent_sign_in
from members.scopes import Scope
from members.viewers import viewer_of

CASTING = [IsAuthenticated, NeedsScope, NeedsRecentSignIn]


class BodyViewSet(GroupActs, viewsets.ReadOnlyModelViewSet[Body]):
    """Bodies with their seats, terms and rules."""

    queryset = Body.objects.all()
    lookup_field = "slug"
    filterset_class = BodyFilter
    throttle_scope = "write"
    cursor_ordering = ("pk",)

    def get_throttles(self) -> list[Any]:
        return [] if self.request.method in SAFE_METHODS else super().get_throttles()

    def get_queryset(self) -> BodyQuerySet:
        return Body.objects.visible_to(viewer_of(self.request)).for_list()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        single = self.action == "retrieve"
        return serializers.BodyDetailSerializer if single else serializers.BodySerializer


class ProposalViewSet(
    ProposalActs, mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet[Proposal]
):
    """Proposals; drafts are seen by their authors alone."""

    queryset = Proposal.objects.all()
    filterset_class = ProposalFilter
    permission_classes = [IsAuthenticatedOrReadOnly, NeedsScope]
    throttle_scope = "write"
    cursor_ordering = ("-pk",)

    def get_queryset(self) -> ProposalQuerySet:
        rows = Proposal.objects.visible_to(viewer_of(self.request)).for_list()
        return rows.prefetch_related("revisions", "votes") if self.action == "retrieve" else rows

    def get_object(self) -> Proposal:
        """Close a proposal that nobody carried on in time for its reader, should no worker be alive."""
        return actions.lapse_if_overdue(super().get_object())

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        single = self.action in ("retrieve", "create")
        return serializers.ProposalDetailSerializer if single else serializers.ProposalSerializer

    def get_throttles(self) -> list[Any]:
        return super().get_throttles() if self.request.method == "POST" else []

    @extend_schema(
        request=serializers.NewProposalSerializer,
        responses={201: serializers.ProposalDetailSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Propose for a seat: as its holder, or with a key of its organisation that has the scope `propose`.

        To open it at once asks a session for a recent sign-in, as opening it later does.
        """
        wanted = checked(serializers.NewProposalSerializer, request)
        if wanted["open"]:
            check_recent_sign_in(request)
        viewer = viewer_of(request)
        seat = seat_of(viewer, wanted.pop("body"), wanted.pop("seat", None))
        open_now, audience = wanted.pop("open"), wanted.pop("audience")
        made = actions.propose(viewer=viewer, seat=seat, draft=Draft(**wanted), audience=audience)
        if open_now:
            actions.open_discussion(viewer=viewer, proposal=made)
        made = Proposal.objects.visible_to(viewer).for_list().get(pk=made.pk)
        return Response(
            serializers.ProposalDetailSerializer(made).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(responses=serializers.AmendmentSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=None)
    def amendments(self, request: Request, pk: str | None = None) -> Response:
        """The competing texts of a proposal."""
        rows = self.get_object().amendments.for_list()
        return Response(serializers.AmendmentSerializer(rows, many=True).data)

    @extend_schema(
        request=serializers.NewAmendmentSerializer, responses={201: serializers.AmendmentSerializer}
    )
    @amendments.mapping.post
    def put_amendment(self, request: Request, pk: str | None = None) -> Response:
        """Put a competing text for a seat, with the scope `propose`; it stands on the ballot."""
        proposal, viewer = self.get_object(), viewer_of(request)
        wanted = checked(serializers.NewAmendmentSerializer, request)
        seat = seat_of(viewer, proposal.body.slug, wanted.pop("seat", None))
        why = wanted.pop("why")
        made = actions.put_amendment(
            viewer=viewer, proposal=proposal, seat=seat, draft=Draft(**wanted), why=why
        )
        return Response(serializers.AmendmentSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=serializers.CommentSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=None)
    def comments(self, request: Request, pk: str | None = None) -> Response:
        """The discussion, in order."""
        rows = self.get_object().comments.visible_to(viewer_of(request)).for_thread()
        return Response(serializers.CommentSerializer(rows, many=True).data)

    @extend_schema(
        request=serializers.NewCommentSerializer, responses={201: serializers.CommentSerializer}
    )
    @comments.mapping.post
    def comment(self, request: Request, pk: str | None = None) -> Response:
        """Comment, object or reply, as a signed-in member."""
        proposal, viewer = self.get_object(), viewer_of(request)
        wanted = checked(serializers.NewCommentSerializer, request)
        above = proposal.comments.visible_to(viewer)
        parent = get_object_or_404(above, pk=wanted["reply_to"]) if wanted["reply_to"] else None
        made = actions.comment(
            viewer=viewer, proposal=proposal, text=wanted["text"], parent=parent,
            kind="objection" if wanted["objection"] else "comment",
        )  # fmt: skip
        return Response(serializers.CommentSerializer(made).data, status=status.HTTP_201_CREATED)


class VoteViewSet(viewsets.ReadOnlyModelViewSet[Vote]):
    """Votes with their frozen rule, roll and text; positions while the rule is open or once the vote has closed."""

    queryset = Vote.objects.all()
    filterset_class = VoteFilter
    scopes_needed = {"ballots": Scope.VOTE, "late_positions": Scope.VOTE}
    asks_again = ("ballots", "late_positions")
    throttle_scope = "write"
    cursor_ordering = ("-pk",)

    def get_queryset(self) -> VoteQuerySet:
        return Vote.objects.visible_to(viewer_of(self.request)).for_list()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return (
            serializers.VoteDetailSerializer
            if self.action == "retrieve"
            else serializers.VoteSerializer
        )

    def get_throttles(self) -> list[Any]:
        return super().get_throttles() if self.request.method == "POST" else []

    def get_object(self) -> Vote:
        """Close an overdue vote for its reader, should no worker be alive."""
        return actions.close_if_due(super().get_object())

    @extend_schema(
        request=serializers.NewBallotSerializer, responses={201: serializers.ReceiptSerializer}
    )
    @action(detail=True, methods=["post"], permission_classes=CASTING)
    def ballots(self, request: Request, pk: str | None = None) -> Response:
        """Cast a seat's position: as its holder, or with a key of its organisation that has the scope `vote`.

        A session needs a recent sign-in: `sign-in-again`. The same `idempotency_key` again returns the same ballot.
        A position after the close is refused: `vote-closed`.
        """
        wanted = checked(serializers.NewBallotSerializer, request)
        try:
            ballot = actions.cast_ballot(
                viewer=viewer_of(request), vote_id=number_of(pk), seat_number=wanted["seat"],
                position=wanted["position"], reason=wanted["reason"], more=wanted["more"],
                idempotency_key=wanted["idempotency_key"],
            )  # fmt: skip
        except Vote.DoesNotExist:
            raise Http404 from None
        return Response(serializers.ReceiptSerializer(ballot).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=serializers.NewLatePositionSerializer,
        responses={201: serializers.LatePositionSerializer},
    )
    @action(detail=True, methods=["post"], url_path="late-positions", permission_classes=CASTING)
    def late_positions(self, request: Request, pk: str | None = None) -> Response:
        """Record a seat's position between an early close and the announced one; it changes nothing."""
        wanted = checked(serializers.NewLatePositionSerializer, request)
        vote = get_object_or_404(self.get_queryset(), pk=pk)
        late = actions.record_late(
            viewer=viewer_of(request), vote_id=vote.pk, seat_number=wanted["seat"],
            position=wanted["position"], reason=wanted["reason"], more=wanted["more"],
        )  # fmt: skip
        answer = serializers.LatePositionSerializer(late).data
        return Response(answer, status=status.HTTP_201_CREATED)


class ProxyViewSet(mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet[Proxy]):
    """Proxies that I gave or hold, as a signed-in holder of a seat."""

    queryset = Proxy.objects.none()
    serializer_class = serializers.ProxySerializer
    permission_classes = [IsAuthenticated, NeedsRecentSignIn]
    asks_again = ("create", "destroy")
    cursor_ordering = ("-pk",)

    def get_queryset(self) -> ProxyQuerySet:
        today = database_now().date()
        return Proxy.objects.standing(today).seen_by(viewer_of(self.request), today).for_list()

    @extend_schema(
        request=serializers.NewProxySerializer, responses={201: serializers.ProxySerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a proxy to the holder of another seat, for one open vote or for some days.

        A session needs a recent sign-in, as for a vote: `sign-in-again`.
        """
        wanted, viewer = checked(serializers.NewProxySerializer, request), viewer_of(request)
        body = get_object_or_404(Body.objects.visible_to(viewer), slug=wanted["body"])
        seat = get_object_or_404(body.seats, number=wanted["seat"])
        other = get_object_or_404(body.seats, number=wanted["to_seat"])
        term = get_object_or_404(other.appointments.current(database_now().date()))
        votes = Vote.objects.visible_to(viewer)
        vote = get_object_or_404(votes, pk=wanted["vote"]) if wanted["vote"] else None
        proxy = actions.give_proxy(
            viewer=viewer, seat=seat, to=term.person, vote=vote, since=wanted["since"], until=wanted["until"]
        )  # fmt: skip
        return Response(serializers.ProxySerializer(proxy).data, status=status.HTTP_201_CREATED)

    def perform_destroy(self, instance: Proxy) -> None:
        """Take it back; the row stays as history."""
        actions.revoke_proxy(viewer=viewer_of(self.request), proxy=instance)


class DecisionViewSet(viewsets.ReadOnlyModelViewSet[Decision]):
    """The register of decisions."""

    queryset = Decision.objects.all()
    permission_classes = [AllowAny]
    serializer_class = serializers.DecisionSerializer
    filterset_class = DecisionFilter
    lookup_field = "number"
    lookup_value_regex = "[A-Z0-9-]+"
    cursor_ordering = ("-decided_at", "-pk")

    def get_queryset(self) -> DecisionQuerySet:
        return Decision.objects.visible_to(viewer_of(self.request)).for_list()
