"""Bodies, their seats, and who holds them from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from governance.querysets import AppointmentQuerySet, BodyQuerySet, OfficeQuerySet, SeatQuerySet
from governance.rules import Rule
from members.models import Organisation, Person

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


def _term() -> Func:
    """The days of a term, both ends included; an open end is no end."""
    return Func(
        F("since"), F("until"), Value("[]"), function="daterange", output_field=DateRangeField()
    )


def no_overlap(name: str, *same: str) -> ExclusionConstraint:
    """Refuse two terms of the same seat, or whatever is named, on the same day."""
    expressions: list[tuple[str | Combinable, str]] = [(_term(), RangeOperators.OVERLAPS)]
    expressions += [(field, RangeOperators.EQUAL) for field in same]
    return ExclusionConstraint(name=name, expressions=expressions)


class Body(models.Model):
    """A body that decides: its seats vote, its code opens the numbers of its decisions."""

    class Kind(models.TextChoices):
        BOARD = "board", pgettext_lazy("governing body", "Board")
        COMMITTEE = "committee", _("Technical oversight committee")
        WORKING_GROUP = "working-group", _("Working group")
        ASSEMBLY = "assembly", _("Members’ assembly")

    slug = models.SlugField(max_length=60, unique=True)
    code = models.CharField(
        max_length=20, unique=True, help_text=_("Opens decision numbers: TOC-2026-014")
    )
    kind = models.CharField(max_length=20, choices=Kind)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    purpose_en = models.TextField(blank=True)
    purpose_fr = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    default_rule: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    seconds_needed = models.PositiveSmallIntegerField(default=1)
    lapse_days = models.PositiveSmallIntegerField(
        default=90,
        help_text=_("Days after which a proposal that nobody has carried on lapses; 0 is never"),
    )
    proxy_cap = models.PositiveSmallIntegerField(
        default=2, help_text=_("How many seats one person may hold proxies of at a time")
    )
    notice_days = models.PositiveSmallIntegerField(
        default=7, help_text=_("How many days before it begins a meeting is called")
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    name = Localised("name")
    purpose = Localised("purpose")
    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        constraints = [
            models.CheckConstraint(
                name="body_code_form", condition=Q(code__regex=r"^[A-Z][A-Z0-9-]*$")
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("governance:body", args=[self.slug])

    @property
    def rule(self) -> Rule:
        """The rule this body votes under unless a vote is called under another."""
        return Rule.from_json(self.default_rule)

    @property
    def search_note(self) -> str:
        return str(self.get_kind_display())


class Seat(models.Model):
    """The unit that votes. An organisation may be entitled to it; a person holds it for a term."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="seats"
    )
    weight = models.PositiveSmallIntegerField(default=1)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["body", "number"]
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], name="seat_number_once"),
            models.CheckConstraint(name="seat_counts", condition=Q(number__gte=1, weight__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.body.code} {self.number}"


class Appointment(models.Model):
    """Who holds a seat, from–to, both days included. The database refuses two holders at a time."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
            no_overlap("appointment_one_holder", "seat"),
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.person}"


class Office(models.Model):
    """An officer of a body; officers call votes and need no seat."""

    class Role(models.TextChoices):
        CHAIR = "chair", pgettext_lazy("officer", "Chair")
        SECRETARY = "secretary", pgettext_lazy("officer", "Secretary")
        LEAD = "lead", pgettext_lazy("officer", "Lead")

    body = models.ForeignKey(Body, models.PROTECT, related_name="offices")
    person = models.ForeignKey(Person, models.PROTECT, related_name="offices")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ["body", "role", "-since"]
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = [
            models.CheckConstraint(
                name="office_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
            no_overlap("office_one_holder", "body", "role"),
        ]

    def __str__(self) -> str:
        return f"{self.body.code}: {self.get_role_display()}, {self.person}"
