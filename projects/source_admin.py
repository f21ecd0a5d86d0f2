"""Sources and copies for staff: to look, and to press the buttons that call actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.problems import DomainError
from members.models import Person
from projects import actions
from projects.models import (
    CatalogueCopy,
    Curation,
    HarvestAttempt,
    HarvestNotice,
    HarvestObject,
    Source,
)


class ReadOnly(admin.ModelAdmin):
    """Rows to look at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Source)
class SourceAdmin(ReadOnly):
    """Sources: check now, pause, resume, withdraw. New ones are registered on the pages."""

    list_display = [
        "name",
        "kind",
        "project",
        "state",
        "health",
        "failures",
        "last_success_at",
        "next_harvest_at",
    ]
    list_filter = ["kind", "state", "health"]
    search_fields = ["name", "url", "project__name"]
    actions = ["check_now", "pause", "resume", "withdraw"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super(ReadOnly, self).has_change_permission(request, obj)

    @admin.action(description=gettext_lazy("Check now"), permissions=["change"])
    def check_now(self, request: HttpRequest, rows: QuerySet[Source]) -> None:
        self._each(request, rows, actions.check_now)

    @admin.action(description=gettext_lazy("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, rows: QuerySet[Source]) -> None:
        self._each(request, rows, actions.pause_source)

    @admin.action(description=gettext_lazy("Resume"), permissions=["change"])
    def resume(self, request: HttpRequest, rows: QuerySet[Source]) -> None:
        self._each(request, rows, actions.resume_source)

    @admin.action(description=gettext_lazy("Withdraw the address"), permissions=["change"])
    def withdraw(self, request: HttpRequest, rows: QuerySet[Source]) -> None:
        self._each(request, rows, actions.withdraw_source)

    def _each(self, request: HttpRequest, rows: QuerySet[Source], action: Any) -> None:
        done = 0
        for row in rows:
            try:
                action(source=row)
                done += 1
            except DomainError as refusal:
                messages.error(request, f"{row}: {refusal.message}")
        if done:
            messages.success(request, _("Done for %(count)s.") % {"count": done})


class CurationInline(admin.StackedInline):
    """The portal's own words over a copy."""

    model = Curation
    fields = ["note_en", "note_fr", "is_hidden", "same_as"]
    autocomplete_fields = ["same_as"]
    extra = 1
    max_num = 1
    can_delete = False


@admin.register(CatalogueCopy)
class CatalogueCopyAdmin(admin.ModelAdmin):
    """Copies, read-only; only the curation beside them is written, through its action."""

    list_display = ["name", "source", "state", "taken_at"]
    list_filter = ["source", "state"]
    search_fields = ["name", "identifier"]
    inlines = [CurationInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in CatalogueCopy._meta.fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_formset(
        self, request: HttpRequest, form: ModelForm[Any], formset: Any, change: bool
    ) -> None:
        assert isinstance(request.user, Person)
        for row in formset.save(commit=False):
            actions.curate_copy(
                copy=form.instance, actor=request.user, note_en=row.note_en, note_fr=row.note_fr,
                is_hidden=row.is_hidden, same_as=row.same_as,
            )  # fmt: skip
        formset.save_m2m()


@admin.register(HarvestAttempt)
class HarvestAttemptAdmin(ReadOnly):
    """Every harvest."""

    list_display = [
        "source",
        "started_at",
        "outcome",
        "gathered",
        "imported",
        "failed",
        "removed",
        "took_ms",
    ]
    list_filter = ["outcome"]


@admin.register(HarvestObject)
class HarvestObjectAdmin(ReadOnly):
    """Every object of every source."""

    list_display = ["identifier", "source", "state", "error", "failures", "good_at"]
    list_filter = ["state", "error"]
    search_fields = ["identifier"]
    exclude = ["raw"]


@admin.register(HarvestNotice)
class HarvestNoticeAdmin(ReadOnly):
    """Letters, sent and waiting."""

    list_display = ["source", "kind", "person", "created_at", "sent_at", "tries"]
