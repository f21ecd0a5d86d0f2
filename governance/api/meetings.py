"""Meetings as JSON: called and held, with agenda, attendance, quorum and minutes; roll calls by officers."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from alliance.viewer import ANONYMOUS
from governance import actions, meeting_page
from governance.actions import Answer, Item, MeetingSheet
from governance.api.asked import seat_of
from governance.api.serializers import ProposalDetailSerializer, VoteDetailSerializer
from governance.meeting_querysets import MeetingQuerySet
from governance.models import Attendance, Body, Meeting, Minutes, Proposal, Vote
from governance.models.meetings import PRESENCE_NAMES, STATE_NAMES
from governance.models.votes import POSITION_NAMES
from governance.rules import PRESETS
from governance.rules.meetings import Attendance as Attends
from governance.rules.meetings import Presence
from members.api.permissions import NeedsRecentSignIn, PeopleOnly
from members.api.serializers import OrganisationSlugField
from members.viewers import viewer_of


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting as a list shows it."""

    body = serializers.SlugField(source="body.slug")

    class Meta:
        model = Meeting
        fields = [
            "id", "body", "title_en", "title_fr", "starts_at", "ends_at", "time_zone", "place", "state", "called_at",
            "opened_at", "closed_at", "cancel_reason",
        ]  # fmt: skip


class AgendaItemSerializer(serializers.Serializer[Any]):
    """One point; a proposal that only members read has no number here."""

    position = serializers.IntegerField(source="item.position")
    title = serializers.CharField()
    proposal = serializers.IntegerField(source="proposal.pk", default=None, allow_null=True)
    decision = serializers.CharField(source="decision.number", default=None, allow_null=True)


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    """How one seat attended."""

    seat = serializers.IntegerField(source="seat.number")
    organisation = OrganisationSlugField(source="seat.organisation", allow_null=True)
    through = serializers.IntegerField(source="through.number", default=None)

    class Meta:
        model = Attendance
        fields = ["seat", "organisation", "presence", "through"]


class MinutesSerializer(serializers.ModelSerializer[Minutes]):
    """A version of the minutes; drafts are for the people of the body."""

    class Meta:
        model = Minutes
        fields = ["number", "state", "text_en", "text_fr", "written_at", "approved_at", "decision_number"]  # fmt: skip


class NewMinutesSerializer(serializers.Serializer[Any]):
    """The whole text of another version, in one language at least."""

    text_en = serializers.CharField(required=False, allow_blank=True, default="")
    text_fr = serializers.CharField(required=False, allow_blank=True, default="")


class PutMinutesSerializer(serializers.Serializer[Any]):
    """For which seat the approval is proposed."""

    seat = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Needed only by holders of several seats"
    )  # fmt: skip


class QuorumSerializer(serializers.Serializer[Any]):
    """In weights; `needed` is exact, as p/q."""

    attending = serializers.IntegerField(source="quorum.attending")
    base = serializers.IntegerField(source="quorum.base")
    needed = serializers.CharField(source="quorum.needed")
    met = serializers.BooleanField(source="quorum.is_met")


class MeetingDetailSerializer(MeetingSerializer):
    """A meeting with its agenda, attendance, quorum, votes and approved minutes."""

    agenda = serializers.SerializerMethodField()
    attendance = serializers.SerializerMethodField()
    quorum = serializers.SerializerMethodField()
    minutes = serializers.SerializerMethodField()
    votes = serializers.SerializerMethodField()

    class Meta(MeetingSerializer.Meta):
        fields = [*MeetingSerializer.Meta.fields, "agenda", "attendance", "quorum", "votes", "minutes"]  # fmt: skip

    @extend_schema_field(AgendaItemSerializer(many=True))
    def get_agenda(self, meeting: Meeting) -> Any:
        return AgendaItemSerializer(meeting_page.agenda_of(meeting, ANONYMOUS), many=True).data

    @extend_schema_field(AttendanceSerializer(many=True))
    def get_attendance(self, meeting: Meeting) -> Any:
        return AttendanceSerializer(meeting_page.attendance_rows(meeting), many=True).data

    @extend_schema_field(QuorumSerializer(allow_null=True))
    def get_quorum(self, meeting: Meeting) -> Any:
        found = meeting_page.shown_quorum(meeting, meeting_page.attendance_rows(meeting))
        return QuorumSerializer(found).data if found else None

    @extend_schema_field(MinutesSerializer(many=True))
    def get_minutes(self, meeting: Meeting) -> Any:
        return MinutesSerializer(meeting_page.minutes_of(meeting, ANONYMOUS), many=True).data

    def get_votes(self, meeting: Meeting) -> list[int]:
        return list(meeting.votes.order_by("pk").values_list("pk", flat=True))


class NewMeetingSerializer(serializers.Serializer[Any]):
    """When and where a body meets."""

    body = serializers.SlugField()
    title_en = serializers.CharField(max_length=160)
    title_fr = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    time_zone = serializers.CharField(max_length=60, required=False, default="UTC")
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    join_url = serializers.URLField(
        max_length=300, required=False, allow_blank=True, default="",
        help_text="Told to the body's people alone",
    )  # fmt: skip


class NewItemSerializer(serializers.Serializer[Any]):
    """A point of an agenda: a proposal by its number, or words."""

    proposal = serializers.IntegerField(required=False, allow_null=True, default=None)
    title_en = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    title_fr = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")


class NewAttendanceSerializer(serializers.Serializer[Any]):
    """How one seat attends; seats not named are absent."""

    seat = serializers.IntegerField(min_value=1)
    presence = serializers.ChoiceField(choices=PRESENCE_NAMES)
    through = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class NewAnswerSerializer(serializers.Serializer[Any]):
    """What one seat answered."""

    seat = serializers.IntegerField(min_value=1)
    position = serializers.ChoiceField(choices=POSITION_NAMES)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class NewRollCallSerializer(serializers.Serializer[Any]):
    """A roll call held in the room."""

    proposal = serializers.IntegerField()
    rule = serializers.ChoiceField(
        choices=sorted(PRESETS), required=False, allow_null=True, default=None,
        help_text="Another rule than the body's own",
    )  # fmt: skip
    answers = NewAnswerSerializer(many=True)


class MeetingFilter(filters.FilterSet):
    """By body and state."""

    body = filters.CharFilter(field_name="body__slug")
    state = filters.ChoiceFilter(choices=STATE_NAMES)


class MeetingViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet[Meeting]):
    """Meetings of bodies; officers call them and enter attendance and roll calls."""

    queryset = Meeting.objects.all()
    filterset_class = MeetingFilter
    throttle_scope = "write"
    asks_again = ("roll_calls", "put_minutes")
    cursor_ordering = ("-starts_at", "-pk")

    def get_queryset(self) -> MeetingQuerySet:
        return Meeting.objects.visible_to(viewer_of(self.request)).for_list()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return MeetingDetailSerializer if self.action == "retrieve" else MeetingSerializer

    def get_permissions(self) -> list[Any]:
        reads = self.action in ("list", "retrieve", "minutes")
        return [AllowAny()] if reads else [IsAuthenticated(), PeopleOnly(), NeedsRecentSignIn()]

    def get_throttles(self) -> list[Any]:
        return [] if self.request.method == "GET" else super().get_throttles()

    @extend_schema(request=NewMeetingSerializer, responses={201: MeetingDetailSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Call a meeting, as an officer of the body; everybody who sits there is written to."""
        wanted, viewer = _checked(NewMeetingSerializer(data=request.data)), viewer_of(request)
        rows = Body.objects.visible_to(viewer)
        body = get_object_or_404(rows, slug=wanted.pop("body"))
        made = actions.schedule_meeting(viewer=viewer, body=body, sheet=MeetingSheet(**wanted))
        return Response(MeetingDetailSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=NewItemSerializer(many=True), responses=MeetingDetailSerializer)
    @action(detail=True, methods=["put"], filter_backends=[], pagination_class=None)
    def agenda(self, request: Request, pk: str | None = None) -> Response:
        """Put the points of the agenda in the order of the list, as an officer."""
        wanted = _checked(NewItemSerializer(data=request.data, many=True))
        items = [Item(**row) for row in wanted]
        meeting = actions.set_agenda(
            viewer=viewer_of(request), meeting=self.get_object(), items=items
        )
        return Response(MeetingDetailSerializer(meeting).data)

    @extend_schema(request=NewAttendanceSerializer(many=True), responses=MeetingDetailSerializer)
    @action(detail=True, methods=["put"], filter_backends=[], pagination_class=None)
    def attendance(self, request: Request, pk: str | None = None) -> Response:
        """Enter who attends an open meeting, as an officer."""
        wanted = _checked(NewAttendanceSerializer(data=request.data, many=True))
        rows = [Attends(row["seat"], Presence(row["presence"]), row["through"]) for row in wanted]
        meeting = actions.record_attendance(
            viewer=viewer_of(request), meeting=self.get_object(), rows=rows
        )
        return Response(MeetingDetailSerializer(meeting).data)

    @extend_schema(request=NewRollCallSerializer, responses={201: VoteDetailSerializer})
    @action(detail=True, methods=["post"], url_path="roll-calls", filter_backends=[])
    def roll_calls(self, request: Request, pk: str | None = None) -> Response:
        """Enter a roll call held in an open meeting, as an officer: it is closed and decided at once."""
        wanted, viewer = _checked(NewRollCallSerializer(data=request.data)), viewer_of(request)
        proposal = get_object_or_404(Proposal.objects.visible_to(viewer), pk=wanted["proposal"])
        vote = actions.enter_roll_call(
            viewer=viewer, meeting=self.get_object(), proposal=proposal,
            answers=[Answer(**row) for row in wanted["answers"]], rule=PRESETS.get(wanted["rule"]),
        )  # fmt: skip
        vote = Vote.objects.visible_to(viewer).for_list().get(pk=vote.pk)
        return Response(VoteDetailSerializer(vote).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=MinutesSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=None)
    def minutes(self, request: Request, pk: str | None = None) -> Response:
        """The approved minutes, the latest version first; the people of the body read drafts, too."""
        found = meeting_page.minutes_of(self.get_object(), viewer_of(request))
        return Response(MinutesSerializer(found, many=True).data)

    @extend_schema(request=NewMinutesSerializer, responses={201: MinutesSerializer})
    @minutes.mapping.post
    def write_minutes(self, request: Request, pk: str | None = None) -> Response:
        """Keep another version of the minutes, as an officer; an unchanged text adds none."""
        wanted = _checked(NewMinutesSerializer(data=request.data))
        made = actions.write_minutes(viewer=viewer_of(request), meeting=self.get_object(), **wanted)
        return Response(MinutesSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PutMinutesSerializer, responses={201: ProposalDetailSerializer})
    @action(detail=True, methods=["post"], url_path="minutes/put", filter_backends=[])
    def put_minutes(self, request: Request, pk: str | None = None) -> Response:
        """Propose to approve the latest version, for a seat of the body, and open that for discussion.

        A session needs a recent sign-in: `sign-in-again`.
        """
        viewer, meeting = viewer_of(request), self.get_object()
        number = _checked(PutMinutesSerializer(data=request.data))["seat"]
        seat = seat_of(viewer, meeting.body.slug, number)
        made = actions.put_minutes(viewer=viewer, meeting=meeting, seat=seat)
        made = Proposal.objects.visible_to(viewer).for_list().get(pk=made.pk)
        answer = ProposalDetailSerializer(made).data
        return Response(answer, status=status.HTTP_201_CREATED)


def _checked(body: BaseSerializer[Any]) -> Any:
    body.is_valid(raise_exception=True)
    return body.validated_data
