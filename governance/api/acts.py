"""What people do to a proposal on its way: open, second, revise, withdraw, lapse; amendments and moderation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from governance import actions
from governance.actions import Draft
from governance.api.asked import checked, number_of, seat_of
from governance.api.serializers import (
    AmendmentSerializer,
    CommentSerializer,
    NewTextSerializer,
    ProposalDetailSerializer,
    RevisionSerializer,
    VoteDetailSerializer,
)
from governance.models import Amendment, Proposal, Vote
from governance.rules import PRESETS
from members.api.permissions import NeedsRecentSignIn, NeedsScope, PeopleOnly
from members.scopes import Scope
from members.viewers import viewer_of

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet as Base
else:
    Base = object
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH)
ACTS = [IsAuthenticated, NeedsScope, NeedsRecentSignIn]
BY_PEOPLE = [IsAuthenticated, PeopleOnly, NeedsRecentSignIn]
COMMENT = OpenApiParameter("comment", OpenApiTypes.INT, OpenApiParameter.PATH)


class SecondSerializer(serializers.Serializer[Any]):
    """For which seat."""

    seat = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Needed only by holders of several seats"
    )  # fmt: skip


class RevisedTextSerializer(NewTextSerializer):
    """A new revision of the whole text."""

    seat = None  # type: ignore[assignment]


class HideSerializer(serializers.Serializer[Any]):
    """Why a comment is hidden; everybody reads it."""

    why = serializers.CharField(max_length=300)


class CallSerializer(serializers.Serializer[Any]):
    """Under which rule, until when, and which seats have a veto in this vote."""

    closes_at = serializers.DateTimeField()
    rule = serializers.ChoiceField(
        choices=sorted(PRESETS), required=False, allow_null=True, default=None,
        help_text="Another rule than the body's own",
    )  # fmt: skip
    veto = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, default=list,
        help_text="Numbers of seats whose vote against fails the motion, beside those of the rule",
    )  # fmt: skip


def _does(summary: str, request: Any = None, answer: Any = ProposalDetailSerializer) -> Any:
    return extend_schema(description=summary, request=request, responses=answer)


class ProposalActs(Base):
    """The acts; the rules say who may, and a key needs the scope `propose`.

    Those that move a proposal on ask a session for a recent sign-in, as the pages do.
    """

    scopes_needed = dict.fromkeys(
        ("create", "put_amendment", "open_discussion", "second", "withdraw", "revisions",
         "accept_amendment", "withdraw_amendment"), Scope.PROPOSE,
    )  # fmt: skip
    asks_again = ("open_discussion", "second", "withdraw", "call", "lapse")

    def _answer(self, proposal: Proposal, code: int = status.HTTP_200_OK) -> Response:
        seen = Proposal.objects.visible_to(viewer_of(self.request)).for_list().get(pk=proposal.pk)
        return Response(ProposalDetailSerializer(seen).data, status=code)

    @_does("Open a draft for discussion, as its author.")
    @action(detail=True, methods=["post"], permission_classes=ACTS, url_path="open")
    def open_discussion(self, request: Request, pk: str | None = None) -> Response:
        proposal = self.get_object()
        return self._answer(actions.open_discussion(viewer=viewer_of(request), proposal=proposal))

    @_does(
        "Second a proposal for a seat of its body; with enough seats it can be called.",
        SecondSerializer,
    )
    @action(detail=True, methods=["post"], permission_classes=ACTS)
    def second(self, request: Request, pk: str | None = None) -> Response:
        proposal, viewer = self.get_object(), viewer_of(request)
        seat = seat_of(viewer, proposal.body.slug, checked(SecondSerializer, request)["seat"])
        return self._answer(actions.second(viewer=viewer, proposal=proposal, seat=seat))

    @_does("Take a proposal back, as its author and until a vote has been called.")
    @action(detail=True, methods=["post"], permission_classes=ACTS)
    def withdraw(self, request: Request, pk: str | None = None) -> Response:
        return self._answer(actions.withdraw(viewer=viewer_of(request), proposal=self.get_object()))

    @_does(
        "Call the vote on a seconded proposal, as an officer: rule, roll and text are frozen at that instant.",
        CallSerializer, {201: VoteDetailSerializer},
    )  # fmt: skip
    @action(detail=True, methods=["post"], permission_classes=BY_PEOPLE)
    def call(self, request: Request, pk: str | None = None) -> Response:
        proposal, viewer = self.get_object(), viewer_of(request)
        wanted = checked(CallSerializer, request)
        rule = PRESETS[wanted["rule"]] if wanted["rule"] else proposal.body.rule
        vote = actions.call_vote(
            viewer=viewer, proposal=proposal, closes_at=wanted["closes_at"], rule=rule.with_vetoes(wanted["veto"])
        )  # fmt: skip
        vote = Vote.objects.visible_to(viewer).for_list().get(pk=vote.pk)
        return Response(VoteDetailSerializer(vote).data, status=status.HTTP_201_CREATED)

    @_does("Close a proposal that nobody carries on, as an officer of the body.")
    @action(detail=True, methods=["post"], permission_classes=BY_PEOPLE)
    def lapse(self, request: Request, pk: str | None = None) -> Response:
        return self._answer(actions.lapse(viewer=viewer_of(request), proposal=self.get_object()))

    @_does(
        "Add a revision, as the author and until the text has been seconded; an unchanged text adds none.",
        RevisedTextSerializer, {201: RevisionSerializer},
    )  # fmt: skip
    @action(detail=True, methods=["post"], permission_classes=ACTS)
    def revisions(self, request: Request, pk: str | None = None) -> Response:
        wanted = checked(RevisedTextSerializer, request)
        made = actions.revise(
            viewer=viewer_of(request), proposal=self.get_object(), draft=Draft(**wanted)
        )
        return Response(RevisionSerializer(made).data, status=status.HTTP_201_CREATED)

    def _amendment(self, number: str) -> Amendment:
        rows = self.get_object().amendments.for_list()
        return get_object_or_404(rows, number=number_of(number))

    @extend_schema(
        description="Take an amendment over as the next revision, as the author.", parameters=[NUMBER],
        request=None, responses={201: RevisionSerializer},
    )  # fmt: skip
    @action(
        detail=True, methods=["post"], permission_classes=ACTS,
        url_path=r"amendments/(?P<number>[0-9]+)/accept",
    )  # fmt: skip
    def accept_amendment(self, request: Request, number: str, pk: str | None = None) -> Response:
        made = actions.accept_amendment(
            viewer=viewer_of(request), amendment=self._amendment(number)
        )
        return Response(RevisionSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        description="Take an amendment back, as the seat that put it and until the vote is called.",
        parameters=[NUMBER], request=None, responses=AmendmentSerializer,
    )  # fmt: skip
    @action(
        detail=True, methods=["post"], permission_classes=ACTS,
        url_path=r"amendments/(?P<number>[0-9]+)/withdraw",
    )  # fmt: skip
    def withdraw_amendment(self, request: Request, number: str, pk: str | None = None) -> Response:
        amendment = self._amendment(number)
        actions.withdraw_amendment(viewer=viewer_of(request), amendment=amendment)
        return Response(AmendmentSerializer(self._amendment(number)).data)

    @extend_schema(
        description="Hide a comment with a reason that everybody reads, as an officer or the portal’s staff.",
        parameters=[COMMENT], request=HideSerializer, responses=CommentSerializer,
    )  # fmt: skip
    @action(
        detail=True, methods=["post"], permission_classes=BY_PEOPLE,
        url_path=r"comments/(?P<comment>[0-9]+)/hide",
    )  # fmt: skip
    def hide_comment(self, request: Request, comment: str, pk: str | None = None) -> Response:
        proposal, viewer = self.get_object(), viewer_of(request)
        why = checked(HideSerializer, request)["why"]
        rows = proposal.comments.visible_to(viewer)
        hidden = actions.hide_comment(
            viewer=viewer, comment=get_object_or_404(rows, pk=number_of(comment)), why=why
        )
        return Response(CommentSerializer(hidden).data)
