"""The forms of officers and editors for events; what may be is asked of the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.viewer import Viewer
from governance.models import Body
from members.joining_forms import countries
from projects import policies
from projects.desk_forms import StyledForm
from projects.models import Event, EventSeries, Project
from projects.models.events import check_time_zone
from projects.rules import recurrence

FACTS = (
    "title_en", "title_fr", "text_en", "text_fr", "kind", "mode", "starts_on", "ends_on", "starts_time", "ends_time",
    "is_all_day", "time_zone", "place", "country", "online_url", "page_url", "capacity", "body",
)  # fmt: skip
DAY, HOUR = {"type": "date"}, {"type": "time"}


class EventForm(StyledForm):
    """One event, as officers write it."""

    title_en = forms.CharField(label=_("Title in English"), max_length=150)
    title_fr = forms.CharField(label=_("Title in French"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Event.Kind.choices)
    body = forms.ModelChoiceField(
        Body.objects.none(),
        label=_("Held by"),
        required=False,
        empty_label=_("no body: by its projects"),
    )
    projects = forms.ModelMultipleChoiceField(
        Project.objects.none(), label=_("Projects"), required=False, widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
    )  # fmt: skip
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=DAY))
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs=DAY),
        help_text=_("Only if it goes over several days."),
    )  # fmt: skip
    starts_time = forms.TimeField(
        label=_("Begins at"), required=False, widget=forms.TimeInput(attrs=HOUR, format="%H:%M"),
        help_text=_("The hour at the venue. Empty: the hours aren’t known, or it fills the day."),
    )  # fmt: skip
    ends_time = forms.TimeField(
        label=_("Ends at"), required=False, widget=forms.TimeInput(attrs=HOUR, format="%H:%M")
    )
    is_all_day = forms.BooleanField(label=_("It fills the day"), required=False)
    time_zone = forms.CharField(
        label=_("Time zone of the venue"), max_length=60, initial="UTC", validators=[check_time_zone],
        help_text=_("Such as Europe/Paris. The hour stays what it is when the clocks change."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("How"), choices=Event.Mode.choices)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    online_url = forms.URLField(
        label=_("Link to join online"), max_length=300, required=False, assume_scheme="https"
    )
    page_url = forms.URLField(
        label=_("Page of the event"), max_length=300, required=False, assume_scheme="https"
    )
    capacity = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=1_000_000, required=False
    )
    text_en = forms.CharField(
        label=_("Text in English"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Markdown: paragraphs, lists, emphasis, links."),
    )  # fmt: skip
    text_fr = forms.CharField(
        label=_("Text in French"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )  # fmt: skip

    def __init__(
        self, viewer: Viewer, on: date, events: list[Event], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        country, body, projects = (self.fields[name] for name in ("country", "body", "projects"))
        assert isinstance(country, forms.ChoiceField)
        assert isinstance(body, forms.ModelChoiceField)
        assert isinstance(projects, forms.ModelMultipleChoiceField)
        country.choices = countries()
        body.queryset = policies.holding_bodies(viewer, on, events)
        projects.queryset = policies.holding_projects(viewer, on, events)

    @staticmethod
    def initial_of(event: Event) -> dict[str, Any]:
        """Return an event as the form shows it."""
        projects = [row.slug for row in event.projects.all()]
        return {name: getattr(event, name) for name in FACTS} | {
            "body": event.body_id,
            "projects": projects,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("ends_time") and not data.get("starts_time"):
            self.add_error("starts_time", _now("Say also when it begins."))
        if data.get("is_all_day") and data.get("starts_time"):
            self.add_error(
                "is_all_day", _now("Either it has hours, or it fills the day. Take one away.")
            )
        if data.get("mode") in (Event.Mode.ONLINE, None):
            return data
        if not data.get("place"):
            self.add_error("place", _now("Say where people meet, or choose “Online”."))
        return data

    def facts(self) -> dict[str, Any]:
        """Return the columns of `Event`."""
        return {name: self.cleaned_data[name] for name in FACTS}

    def projects_chosen(self) -> list[str]:
        return [row.slug for row in self.cleaned_data["projects"]]


class NewEventForm(EventForm):
    """A new event, once or again and again."""

    repeats = forms.ChoiceField(
        label=_("Repeats"), required=False,
        choices=[
            ("", pgettext_lazy("event", "Never: a single event")),
            ("daily", _("Every day")),
            ("weekly", _("Every week")),
            ("fortnightly", _("Every two weeks")),
            ("monthly-weekday", _("Every month, on the same weekday of the same week")),
            ("monthly-day", _("Every month, on the same day of the month")),
            ("yearly", _("Every year")),
        ],
        help_text=_("Each date gets a page of its own and can be moved or cancelled alone."),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Repeats until"), required=False, widget=forms.DateInput(attrs=DAY)
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("repeats") and not data.get("until") and "until" not in self.errors:
            self.add_error("until", _now("Say until which day it repeats."))
        if data.get("until") and data.get("starts_on") and data["until"] < data["starts_on"]:
            self.add_error("until", _now("The series would end before it begins."))
        return data

    def rule(self) -> str:
        """Return the rule asked for; empty for a single event."""
        data = self.cleaned_data
        if not data["repeats"]:
            return ""
        return recurrence.simple(data["repeats"], data["starts_on"], data["until"])


class SeriesForm(EventForm):
    """A series that is there: all its dates to come."""

    rule = forms.CharField(
        label=_("Rule"), max_length=200,
        help_text=_(
            "Recurrence rule (RFC 5545) over days, from the first day on: FREQ=MONTHLY;BYDAY=2TU;UNTIL=20271231. "
            "Dates that it no longer names are cancelled."
        ),
    )  # fmt: skip
    field_order = ["title_en", "title_fr", "rule"]

    @staticmethod
    def initial_of_series(series: EventSeries, event: Event) -> dict[str, Any]:
        """Return a series as the form shows it: one of its dates, brought to the first day."""
        length = event.ends_on - event.starts_on if event.ends_on else None
        ends_on = series.first_on + length if series.first_on and length else None
        return EventForm.initial_of(event) | {
            "title_en": series.title_en, "title_fr": series.title_fr, "rule": series.rule,
            "starts_on": series.first_on, "ends_on": ends_on,
        }  # fmt: skip


class CancelForm(StyledForm):
    """Why an event is cancelled."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        required=False,
        help_text=_("Shown on the page of the event."),
    )
