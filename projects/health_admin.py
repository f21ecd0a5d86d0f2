"""Measured figures for staff: exemptions and figures entered by hand; measurements to look at and to repeat."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from alliance.pages import purge
from projects.health import measuring
from projects.models import HealthFigure, HealthProbe
from projects.source_admin import ReadOnly


@admin.register(HealthFigure)
class HealthFigureAdmin(admin.ModelAdmin):
    """Figures; one with an exemption is asked no more. Collected ones can't be written over."""

    list_display = ["project", "name", "value", "exemption", "on", "is_collected"]
    list_filter = ["name", "is_collected"]
    search_fields = ["project__name", "project__slug"]
    autocomplete_fields = ["project"]
    exclude = ["weeks"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_own = not isinstance(obj, HealthFigure) or not obj.is_collected
        return is_own and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        purge(f"project:{obj.project.slug}")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        purge(f"project:{obj.project.slug}")
        super().delete_model(request, obj)


@admin.register(HealthProbe)
class HealthProbeAdmin(ReadOnly):
    """Measurements: how each went, and to ask again."""

    list_display = ["repository", "kind", "outcome", "failures", "good_at", "next_at"]
    list_filter = ["kind", "outcome"]
    search_fields = ["repository__url", "repository__project__name"]
    actions = ["ask_again"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super(ReadOnly, self).has_change_permission(request, obj)

    @admin.action(description=gettext_lazy("Measure again"), permissions=["change"])
    def ask_again(self, request: HttpRequest, rows: QuerySet[HealthProbe]) -> None:
        measuring.ask_again(rows)
