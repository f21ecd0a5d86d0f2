"""Events through the API: read by everybody, announced by officers of bodies and editors of projects."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.clock import database_now
from members.viewers import viewer_of
from projects import actions, policies
from projects.actions.holding import not_theirs
from projects.api.event_serializers import (
    CancelSerializer,
    EventSeriesSerializer,
    NewEventSerializer,
    NewSeriesSerializer,
)
from projects.api.filters import EventFilter
from projects.api.serializers import EventSerializer
from projects.errors import NotAllowed
from projects.models import Event, EventSeries
from projects.querysets import EventQuerySet, EventSeriesQuerySet


class _Written(viewsets.ReadOnlyModelViewSet[Any]):
    """Anybody reads; who is signed in asks to write, and the action decides."""

    lookup_field = "slug"
    throttle_scope = "write"

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.request.method in ("GET", "HEAD") else [IsAuthenticated()]

    def get_throttles(self) -> list[Any]:
        return [] if self.request.method in ("GET", "HEAD") else super().get_throttles()

    def wanted(self, kind: type[NewEventSerializer], events: list[Event]) -> dict[str, Any]:
        """Return what the request asks for, as arguments of an action; who may not at all hears that first."""
        viewer, today = viewer_of(self.request), database_now().date()
        may = (
            policies.may_change_series(viewer, events, today)
            if events
            else policies.may_announce(viewer, today)
        )
        if not may:
            raise NotAllowed(not_theirs())
        context = {"viewer": viewer, "on": today, "events": events}
        form = kind(data=self.request.data, context=context)
        form.is_valid(raise_exception=True)
        facts = dict(form.validated_data)
        asked: dict[str, Any] = {"viewer": viewer, "projects": facts.pop("projects")}
        if "rule" in facts:
            asked["rule"] = facts.pop("rule")
        return asked | {"facts": facts}

    def reason(self) -> str:
        form = CancelSerializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        return str(form.validated_data["reason"])


class EventViewSet(_Written):
    """Events, past and to come."""

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    filterset_class = EventFilter
    cursor_ordering = ("-starts_at", "-pk")

    def get_queryset(self) -> EventQuerySet:
        return Event.objects.visible_to(viewer_of(self.request)).for_list()

    @extend_schema(request=NewEventSerializer, responses={201: EventSerializer})
    def create(self, request: Request) -> Response:
        """Announce a single event."""
        event = actions.announce_event(**self.wanted(NewEventSerializer, []))
        return Response(EventSerializer(event).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=NewEventSerializer, responses=EventSerializer)
    def update(self, request: Request, slug: str) -> Response:
        """Change one event; a date of a series is moved or changed alone."""
        event = self.get_object()
        event = actions.change_event(event=event, **self.wanted(NewEventSerializer, [event]))
        return Response(EventSerializer(event).data)

    @extend_schema(request=CancelSerializer, responses=EventSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def cancel(self, request: Request, slug: str) -> Response:
        """Cancel an event that is not over; it stays, and calendars are told."""
        event = actions.cancel_event(
            viewer=viewer_of(request), event=self.get_object(), reason=self.reason()
        )
        return Response(EventSerializer(event).data)

    @extend_schema(request=None, responses=EventSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def reinstate(self, request: Request, slug: str) -> Response:
        """Put a cancelled event on again."""
        event = actions.reinstate_event(viewer=viewer_of(request), event=self.get_object())
        return Response(EventSerializer(event).data)


class EventSeriesViewSet(_Written):
    """Series of events; their dates are events (`/events/?series=`)."""

    queryset = EventSeries.objects.all()
    serializer_class = EventSeriesSerializer
    cursor_ordering = ("slug", "pk")

    def get_queryset(self) -> EventSeriesQuerySet:
        return EventSeries.objects.visible_to(viewer_of(self.request))

    @extend_schema(request=NewSeriesSerializer, responses={201: EventSeriesSerializer})
    def create(self, request: Request) -> Response:
        """Announce a series: an event for each day that its rule names."""
        series = actions.announce_series(**self.wanted(NewSeriesSerializer, []))
        return Response(EventSeriesSerializer(series).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=NewSeriesSerializer, responses=EventSeriesSerializer)
    def update(self, request: Request, slug: str) -> Response:
        """Change the dates to come that nobody changed by themselves; days the rule drops are cancelled."""
        series = self.get_object()
        asked = self.wanted(NewSeriesSerializer, list(series.events.all()))
        return Response(EventSeriesSerializer(actions.change_series(series=series, **asked)).data)

    @extend_schema(request=CancelSerializer, responses=EventSeriesSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def cancel(self, request: Request, slug: str) -> Response:
        """Cancel every date to come."""
        series = self.get_object()
        actions.cancel_series(viewer=viewer_of(request), series=series, reason=self.reason())
        return Response(EventSeriesSerializer(series).data)
