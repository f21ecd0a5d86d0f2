"""Events as they are written through the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from governance.models import Body
from projects import policies
from projects.models import Event, EventSeries
from projects.models.events import check_time_zone


class EventSeriesSerializer(serializers.ModelSerializer[EventSeries]):
    """A series: its recurrence rule (RFC 5545, over days at the venue) and first day; its dates are events."""

    class Meta:
        model = EventSeries
        fields = ["slug", "title_en", "title_fr", "rule", "first_on", "is_demo"]


class NewEventSerializer(serializers.ModelSerializer[Event]):
    """An event to announce or change: local days and hours with the venue's time zone."""

    title_fr = serializers.CharField(max_length=150, allow_blank=True, default="")
    text_en = serializers.CharField(max_length=10_000, allow_blank=True, default="")
    text_fr = serializers.CharField(max_length=10_000, allow_blank=True, default="")
    ends_on = serializers.DateField(allow_null=True, default=None)
    starts_time = serializers.TimeField(allow_null=True, default=None)
    ends_time = serializers.TimeField(allow_null=True, default=None)
    is_all_day = serializers.BooleanField(default=False)
    time_zone = serializers.CharField(max_length=60, validators=[check_time_zone])
    place = serializers.CharField(max_length=120, allow_blank=True, default="")
    country = serializers.RegexField(r"^([A-Z]{2})?$", allow_blank=True, default="")
    online_url = serializers.URLField(max_length=300, allow_blank=True, default="")
    page_url = serializers.URLField(max_length=300, allow_blank=True, default="")
    capacity = serializers.IntegerField(
        min_value=1, max_value=1_000_000, allow_null=True, default=None
    )
    body = serializers.SlugField(max_length=60, allow_null=True, default=None)
    projects = serializers.ListField(child=serializers.SlugField(), default=list, max_length=30)

    class Meta:
        model = Event
        fields = [
            "title_en", "title_fr", "text_en", "text_fr", "kind", "mode", "starts_on", "ends_on", "starts_time",
            "ends_time", "is_all_day", "time_zone", "place", "country", "online_url", "page_url", "capacity", "body",
            "projects",
        ]  # fmt: skip

    def validate_body(self, slug: str | None) -> Body | None:
        if not slug:
            return None
        body = policies.holding_bodies(*self._held()).filter(slug=slug).first()
        if body is None:
            raise serializers.ValidationError(
                _("There is no body “%(slug)s” that you may announce events of.") % {"slug": slug}
            )
        return body

    def validate_projects(self, slugs: list[str]) -> list[str]:
        known = set(policies.holding_projects(*self._held()).values_list("slug", flat=True))
        for slug in slugs:
            if slug not in known:
                raise serializers.ValidationError(
                    _("There is no project “%(slug)s” that you may announce events of.")
                    % {"slug": slug}
                )
        return slugs

    def _held(self) -> tuple[Any, ...]:
        return self.context["viewer"], self.context["on"], self.context["events"]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["ends_time"] and not data["starts_time"]:
            raise serializers.ValidationError({"starts_time": _("Say also when it begins.")})
        if data["is_all_day"] and data["starts_time"]:
            raise serializers.ValidationError(
                {"is_all_day": _("Either it has hours, or it fills the day. Take one away.")}
            )
        if data["mode"] != Event.Mode.ONLINE and not data["place"]:
            raise serializers.ValidationError(
                {"place": _("Say where people meet, or choose “Online”.")}
            )
        return data


class NewSeriesSerializer(NewEventSerializer):
    """A series to announce or change: an event on its first day, and the rule that names the others."""

    rule = serializers.CharField(max_length=200, help_text="FREQ=MONTHLY;BYDAY=2TU;COUNT=12")

    class Meta(NewEventSerializer.Meta):
        fields = [*NewEventSerializer.Meta.fields, "rule"]


class CancelSerializer(serializers.Serializer[Any]):
    """Why an event is cancelled."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
