"""Events: where and when, in the wall-clock time of the venue."""

from __future__ import annotations

import uuid
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from governance.models import Body
from members.countries import country_name
from projects.models.projects import Project
from projects.querysets import EventQuerySet, EventSeriesQuerySet


def check_time_zone(value: str) -> None:
    """Refuse a name that the time zone database does not have."""
    if value not in available_timezones():
        raise ValidationError(
            _now("There is no time zone “%(value)s”. Write one such as Europe/Paris.")
            % {"value": value}
        )


class EventSeries(models.Model):
    """Events that belong together: office hours, a yearly summit."""

    slug = models.SlugField(max_length=60, unique=True)
    title_en = models.CharField(max_length=150)
    title_fr = models.CharField(max_length=150)
    rule = models.CharField(
        max_length=200, blank=True, help_text=_("Recurrence rule (RFC 5545) over days at the venue")
    )
    first_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    title = Localised("title")
    objects = EventSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("series of events")
        verbose_name_plural = _("series of events")
        constraints = [
            models.CheckConstraint(
                name="series_rule_has_first_day",
                condition=Q(rule="", first_on=None) | (~Q(rule="") & Q(first_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Event(models.Model):
    """Something people come to. `starts_at` and `ends_at` follow from the local times and the venue's zone."""

    class Kind(models.TextChoices):
        MEETUP = "meetup", _("Meetup")
        WORKSHOP = "workshop", _("Workshop")
        CONFERENCE = "conference", _("Conference")
        SUMMIT = "summit", _("Summit")
        HACKATHON = "hackathon", _("Hackathon")
        OFFICE_HOURS = "office-hours", _("Office hours")
        UNCONFERENCE = "unconference", _("Unconference")
        RECEPTION = "reception", _("Reception")
        COURSE = "course", _("Course")
        MEETING = "meeting", _("Meeting")

    class Mode(models.TextChoices):
        IN_PERSON = "in-person", _("In person")
        ONLINE = "online", _("Online")
        HYBRID = "hybrid", _("In person and online")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("event", "Planned")
        POSTPONED = "postponed", pgettext_lazy("event", "Postponed")
        CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    title_en = models.CharField(max_length=150)
    title_fr = models.CharField(max_length=150, blank=True)
    text_en = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    mode = models.CharField(max_length=12, choices=Mode)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    starts_time = models.TimeField(
        null=True, blank=True, help_text=_("Empty: the whole day, or hours not known")
    )
    ends_time = models.TimeField(null=True, blank=True)
    is_all_day = models.BooleanField(
        default=False, help_text=_("Says that no hour is missing: it fills the day")
    )
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_time_zone])
    starts_at = models.DateTimeField(editable=False, db_index=True)
    ends_at = models.DateTimeField(editable=False, db_index=True)
    place = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    online_url = models.URLField(max_length=300, blank=True)
    page_url = models.URLField(max_length=300, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    series = models.ForeignKey(
        EventSeries, models.PROTECT, null=True, blank=True, related_name="events"
    )
    occurs_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day that the rule of its series names"),
    )
    is_apart = models.BooleanField(
        default=False, help_text=_("Changed by itself: changes of its series leave it alone")
    )
    cancel_reason = models.CharField(max_length=200, blank=True)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="events_held"
    )
    projects = models.ManyToManyField(Project, blank=True, related_name="events")
    source = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=True)
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Counts changes, for calendars")
    )
    updated_at = models.DateTimeField(auto_now=True)

    title = Localised("title")
    text = Localised("text")
    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = pgettext_lazy("that people come to", "event")
        verbose_name_plural = pgettext_lazy("that people come to", "events")
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="event_days_in_order",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="event_end_time_needs_start_time",
                condition=Q(ends_time=None) | Q(starts_time__isnull=False),
            ),
            models.CheckConstraint(
                name="event_all_day_has_no_hours",
                condition=Q(is_all_day=False) | Q(starts_time=None),
            ),
            models.CheckConstraint(
                name="event_country_code", condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$")
            ),
            models.UniqueConstraint(
                fields=["series", "occurs_on"],
                condition=Q(occurs_on__isnull=False),
                name="event_one_a_day_of_its_rule",
            ),
            models.CheckConstraint(
                name="event_occurs_in_a_series",
                condition=Q(occurs_on=None) | Q(series__isnull=False),
            ),
            models.CheckConstraint(
                name="event_reason_only_if_cancelled",
                condition=Q(cancel_reason="") | Q(state="cancelled"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("events:event", args=[self.slug])

    @property
    def country_name(self) -> str:
        """The country in the active language."""
        return country_name(self.country)

    @property
    def where(self) -> str:
        """Place and country, or that it is online."""
        if self.mode == self.Mode.ONLINE:
            return str(self.Mode.ONLINE.label)
        return ", ".join(part for part in (self.place, self.country_name) if part)

    @property
    def last_day(self) -> object:
        """The last day, at the venue."""
        return self.ends_on or self.starts_on

    @property
    def is_moved(self) -> bool:
        """Whether one date of a series is on another day than the rule says."""
        return self.occurs_on is not None and self.occurs_on != self.starts_on

    @property
    def search_note(self) -> str:
        return f"{self.get_kind_display()} · {self.starts_on.isoformat()} · {self.where}"
