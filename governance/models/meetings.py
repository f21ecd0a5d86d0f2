"""Meetings of bodies: agenda, who attended, and minutes in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from governance.meeting_querysets import AgendaQuerySet, MeetingQuerySet, MinutesQuerySet
from governance.models.bodies import Body, Seat
from governance.models.proposals import Proposal
from governance.models.triggers import AGENDA_UNTIL_THE_END, ATTENDANCE_WHILE_OPEN, moves
from governance.rules import Roll
from governance.rules.meetings import MEETING_MOVES, MeetingState, Presence
from members.models import Person

STATE_NAMES = [
    (MeetingState.SCHEDULED.value, pgettext_lazy("meeting", "Called")),
    (MeetingState.OPEN.value, pgettext_lazy("meeting", "In session")),
    (MeetingState.CLOSED.value, pgettext_lazy("meeting", "Held")),
    (MeetingState.CANCELLED.value, pgettext_lazy("meeting", "Cancelled")),
]
PRESENCE_NAMES = [
    (Presence.PRESENT.value, pgettext_lazy("attendance", "Present")),
    (Presence.REMOTE.value, pgettext_lazy("attendance", "Remote")),
    (Presence.PROXY.value, pgettext_lazy("attendance", "By proxy")),
    (Presence.EXCUSED.value, pgettext_lazy("attendance", "Excused")),
    (Presence.ABSENT.value, pgettext_lazy("attendance", "Absent")),
]


def check_zone(value: str) -> None:
    """Refuse a name that the time zone database does not have."""
    if value not in available_timezones():
        raise ValidationError(
            _now("There is no time zone “%(value)s”. Write one such as Europe/Paris.")
            % {"value": value}
        )


class Meeting(models.Model):
    """A meeting of a body, called with notice; its roll is taken when it is opened."""

    State = MeetingState

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings")
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_zone])
    place = models.CharField(max_length=200, blank=True)
    join_url = models.URLField(
        max_length=300, blank=True, help_text=_("Shown to the body’s people alone")
    )
    state = models.CharField(
        max_length=10, choices=STATE_NAMES, default=MeetingState.SCHEDULED.value
    )
    called_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    called_at = models.DateTimeField()
    sequence = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often it was moved or cancelled, for calendars")
    )
    changed_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    roll: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, help_text=_("The seats as they were when the meeting was opened")
    )

    title = Localised("title")
    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        triggers = [
            moves("meeting", MEETING_MOVES),
            pgtrigger.Protect(name="meeting_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="meeting_over", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["closed", "cancelled"]),
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                name="meeting_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="meeting_opened_when_held",
                condition=Q(state__in=["scheduled", "cancelled"], opened_at=None)
                | Q(state__in=["open", "closed"], opened_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("governance:meeting", args=[self.pk])

    @property
    def begins(self) -> datetime:
        """The beginning on the clock of the meeting's own time zone."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def ends(self) -> datetime:
        """The end on the clock of the meeting's own time zone."""
        return self.ends_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def frozen_roll(self) -> Roll:
        """The roll as it was when the meeting was opened."""
        return Roll.from_json(self.roll)

    @property
    def is_scheduled(self) -> bool:
        return self.state == MeetingState.SCHEDULED

    @property
    def is_open(self) -> bool:
        return self.state == MeetingState.OPEN

    @property
    def is_held(self) -> bool:
        """It is over and took place."""
        return self.state == MeetingState.CLOSED


class AgendaItem(models.Model):
    """One point of an agenda: a proposal of the body, or some words of its own."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    title_en = models.CharField(max_length=160, blank=True)
    title_fr = models.CharField(max_length=160, blank=True)

    title = Localised("title")
    objects = AgendaQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "position"]
        verbose_name = _("item of an agenda")
        verbose_name_plural = _("items of agendas")
        triggers = [AGENDA_UNTIL_THE_END]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once"),
            models.UniqueConstraint(fields=["meeting", "proposal"], name="agenda_proposal_once"),
            models.CheckConstraint(
                name="agenda_proposal_or_words",
                condition=Q(proposal__isnull=False, title_en="", title_fr="")
                | (Q(proposal=None) & ~Q(title_en="", title_fr="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.proposal or self.title}"


class Attendance(models.Model):
    """How a seat attended; it changes while the meeting is in session and never after."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="attendance")
    presence = models.CharField(max_length=10, choices=PRESENCE_NAMES)
    through = models.ForeignKey(
        Seat, models.PROTECT, null=True, related_name="+",
        help_text=_("The seat whose holder acted by proxy"),
    )  # fmt: skip

    class Meta:
        ordering = ["meeting", "seat__number"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        triggers = [ATTENDANCE_WHILE_OPEN]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="attendance_once_a_seat"),
            models.CheckConstraint(
                name="attendance_proxy_through_somebody",
                condition=Q(presence="proxy", through__isnull=False) & ~Q(through=F("seat"))
                | (~Q(presence="proxy") & Q(through=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.seat_id}: {self.presence}"


class Minutes(models.Model):
    """One version of a meeting's minutes. Its text never changes; a decision of the body approves it, once."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("minutes", "Draft")
        APPROVED = "approved", pgettext_lazy("minutes", "Approved")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField()
    text_en = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    decision_number = models.CharField(max_length=40, blank=True)
    approved_at = models.DateTimeField(null=True)

    text = Localised("text")
    objects = MinutesQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "-number"]
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        triggers = [
            pgtrigger.Protect(name="minutes_stay", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="minutes_approved_stay", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="approved"),
            ),
            pgtrigger.ReadOnly(
                name="minutes_fixed",
                fields=["meeting", "number", "text_en", "text_fr", "author", "written_at"],
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_number_once"),
            models.CheckConstraint(name="minutes_say_something", condition=~Q(text_en="", text_fr="")),
            models.CheckConstraint(
                name="minutes_approved_by_decision",
                condition=Q(state="draft", decision_number="", approved_at=None)
                | (Q(state="approved", approved_at__isnull=False) & ~Q(decision_number="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.meeting} {self.number}"

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED
