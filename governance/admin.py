"""Operators set up bodies, seats and terms here; votes and decisions are only read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from governance.models import (
    AgendaItem,
    Alternate,
    Amendment,
    Answer,
    Appointment,
    Attendance,
    Ballot,
    Body,
    Candidate,
    Comment,
    Decision,
    Document,
    DocumentVersion,
    Election,
    ElectionBallot,
    GovernanceEvent,
    GroupBrief,
    GroupMember,
    LatePosition,
    Meeting,
    Minutes,
    Notice,
    Office,
    Proposal,
    Proxy,
    Question,
    Seat,
    Vote,
)


class ReadOnly(admin.ModelAdmin):
    """Rows that only the actions write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SeatInline(admin.TabularInline):
    model = Seat
    extra = 0
    raw_id_fields = ("organisation",)


class OfficeInline(admin.TabularInline):
    model = Office
    extra = 0
    raw_id_fields = ("person",)


class AlternateInline(admin.TabularInline):
    model = Alternate
    extra = 0
    raw_id_fields = ("person",)


class AppointmentInline(admin.TabularInline):
    model = Appointment
    extra = 0
    raw_id_fields = ("person",)


@admin.register(Body)
class BodyAdmin(admin.ModelAdmin):
    list_display = ("code", "name_en", "kind", "is_demo")
    inlines = (SeatInline, OfficeInline)
    raw_id_fields = ("parent",)


@admin.register(Seat)
class SeatAdmin(admin.ModelAdmin):
    list_display = ("body", "number", "organisation", "weight")
    list_select_related = ("body", "organisation")
    raw_id_fields = ("body", "organisation")
    inlines = (AppointmentInline, AlternateInline)


admin.site.register(
    [
        Amendment,
        Ballot,
        Comment,
        Decision,
        Document,
        DocumentVersion,
        GovernanceEvent,
        GroupMember,
        LatePosition,
        Notice,
        Proposal,
        Proxy,
        Vote,
    ],
    ReadOnly,
)
admin.site.register([AgendaItem, Attendance, GroupBrief, Meeting, Minutes], ReadOnly)
admin.site.register([Answer, Candidate, Election, ElectionBallot, Question], ReadOnly)
