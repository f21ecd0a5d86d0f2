"""Working groups through the API: who is in, asking to join, leaving, and the leads’ answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.clock import database_now
from governance import actions, policies
from governance.api.asked import checked, number_of
from governance.errors import NotAllowed
from governance.models import GroupMember
from members.api.permissions import PeopleOnly
from members.api.serializers import OrganisationSlugField
from members.viewers import viewer_of

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet as Base
else:
    Base = object
BY_PEOPLE = [IsAuthenticated, PeopleOnly]
REQUEST = OpenApiParameter("request_id", OpenApiTypes.INT, OpenApiParameter.PATH)


class GroupMemberSerializer(serializers.ModelSerializer[GroupMember]):
    """Somebody in a group."""

    person = serializers.CharField(source="person.full_name")
    organisation = OrganisationSlugField(allow_null=True)
    since = serializers.DateTimeField(source="decided_at")

    class Meta:
        model = GroupMember
        fields = ["person", "organisation", "since"]


class JoinRequestSerializer(GroupMemberSerializer):
    """Somebody who asks to join, as the asker and the leads see it."""

    state = serializers.ChoiceField(choices=GroupMember.State.choices)

    class Meta(GroupMemberSerializer.Meta):
        fields = ["id", "person", "organisation", "state", "why", "asked_at", "decided_at"]


class NewJoinRequestSerializer(serializers.Serializer[Any]):
    """Why I want to join."""

    why = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class JoinAnswerSerializer(serializers.Serializer[Any]):
    """Let in, or declined."""

    accept = serializers.BooleanField()


class GroupActs(Base):
    """Acts of people; a key joins nothing."""

    @extend_schema(responses=GroupMemberSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=None)
    def members(self, request: Request, slug: str | None = None) -> Response:
        """Return who is in a working group; other bodies have seats and no members."""
        rows = self.get_object().group_members.members()
        return Response(GroupMemberSerializer(rows, many=True).data)

    @extend_schema(request=NewJoinRequestSerializer, responses={201: JoinRequestSerializer})
    @action(detail=True, methods=["post"], permission_classes=BY_PEOPLE)
    def membership(self, request: Request, slug: str | None = None) -> Response:
        """Ask a working group to let me in, as a person of a member organisation."""
        why = checked(NewJoinRequestSerializer, request)["why"]
        asked = actions.ask_to_join(viewer=viewer_of(request), body=self.get_object(), why=why)
        return Response(JoinRequestSerializer(asked).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @membership.mapping.delete
    def leave(self, request: Request, slug: str | None = None) -> Response:
        """Leave a working group, or take my request back."""
        actions.leave_group(viewer=viewer_of(request), body=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=JoinRequestSerializer(many=True))
    @action(
        detail=True, filter_backends=[], pagination_class=None, permission_classes=BY_PEOPLE,
        url_path="join-requests",
    )  # fmt: skip
    def join_requests(self, request: Request, slug: str | None = None) -> Response:
        """Return who waits for an answer, as a lead or officer of the group."""
        rows = self._led(request).group_members.asked()
        return Response(JoinRequestSerializer(rows, many=True).data)

    @extend_schema(
        parameters=[REQUEST], request=JoinAnswerSerializer, responses=JoinRequestSerializer
    )
    @action(
        detail=True, methods=["post"], permission_classes=BY_PEOPLE,
        url_path=r"join-requests/(?P<request_id>[0-9]+)/answer",
    )  # fmt: skip
    def answer_join_request(
        self, request: Request, request_id: str, slug: str | None = None
    ) -> Response:
        """Let somebody in, or decline, as a lead or officer of the group."""
        rows = self._led(request).group_members.select_related("person", "organisation", "body")
        asked = get_object_or_404(rows, pk=number_of(request_id))
        accept = checked(JoinAnswerSerializer, request)["accept"]
        answered = actions.answer_request(viewer=viewer_of(request), asked=asked, accept=accept)
        return Response(JoinRequestSerializer(answered).data)

    def _led(self, request: Request) -> Any:
        """Return the group, to its leads alone: who asks is nobody else’s business."""
        body = self.get_object()
        if not policies.is_officer(viewer_of(request), body, database_now().date()):
            raise NotAllowed(_("Only leads and officers of the group answer requests."))
        return body
