"""Projects and events for staff. Entries are written through the actions, so every change leaves its trace."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest

import projects.health_admin
import projects.source_admin  # noqa: F401 - these two register sources, copies, figures, measurements
from alliance.pages import purge
from members.models import Person
from projects import announcing
from projects.actions.entries import checked_licence, checked_repository
from projects.actions.events import instants
from projects.errors import EntryRefused
from projects.models import (
    Adopter,
    Audit,
    Deliverable,
    Event,
    EventSeries,
    FocusArea,
    LearningResource,
    Participation,
    Project,
    ProjectChange,
    ProjectLead,
    ProjectLicence,
    Repository,
    Stage,
    Taxonomy,
    TrackEntry,
)
from projects.rules.repositories import key_of
from projects.snapshot import differences, snapshot


class LicenceForm(ModelForm):
    """A licence whose expression SPDX knows."""

    def clean_expression(self) -> str:
        try:
            return checked_licence(self.cleaned_data["expression"])
        except EntryRefused as error:
            raise ValidationError(error.message) from error


class RepositoryForm(ModelForm):
    """A repository at its one spelling."""

    def clean_url(self) -> str:
        try:
            url = checked_repository(self.cleaned_data["url"])
        except EntryRefused as error:
            raise ValidationError(error.message) from error
        self.instance.key = key_of(url)
        return url


class LicenceInline(admin.TabularInline):
    """Licences beside their project."""

    model = ProjectLicence
    form = LicenceForm
    extra = 0


class RepositoryInline(admin.TabularInline):
    """Repositories beside their project."""

    model = Repository
    form = RepositoryForm
    extra = 0


class ParticipationInline(admin.TabularInline):
    """Participants beside their project."""

    model = Participation
    autocomplete_fields = ["organisation"]
    extra = 0


class LeadInline(admin.TabularInline):
    """People who lead, beside their project."""

    model = ProjectLead
    autocomplete_fields = ["person"]
    extra = 0


class DeliverableInline(admin.TabularInline):
    """Deliverables beside their project."""

    model = Deliverable
    extra = 0


class AdopterInline(admin.TabularInline):
    """Adopters beside their project."""

    model = Adopter
    autocomplete_fields = ["organisation"]
    extra = 0


class AuditInline(admin.TabularInline):
    """Audits beside their project."""

    model = Audit
    extra = 0


class TrackInline(admin.TabularInline):
    """The dated track beside its project."""

    model = TrackEntry
    extra = 0


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    """Projects. The stage is read only: it moves by decision."""

    list_display = ["name", "tier", "stage", "activity", "is_demo", "is_listed"]
    list_filter = ["tier", "stage", "activity", "is_demo", "is_listed"]
    search_fields = ["name", "slug"]
    readonly_fields = ["uid", "stage"]
    filter_horizontal = ["focus_areas"]
    inlines = [
        LicenceInline,
        RepositoryInline,
        ParticipationInline,
        LeadInline,
        DeliverableInline,
        AdopterInline,
        AuditInline,
        TrackInline,
    ]

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        found = Project.objects.filter(pk=object_id).first() if object_id else None
        request.__dict__["entry_before"] = snapshot(found) if found else {}
        return super().changeform_view(request, object_id, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        project = Project.objects.get(pk=form.instance.pk)
        fields = differences(request.__dict__["entry_before"], snapshot(project))
        actor = request.user
        assert isinstance(actor, Person)  # the admin lets nobody else in
        kind = ProjectChange.Kind.AMENDED if change else ProjectChange.Kind.RECORDED
        if fields:
            ProjectChange.objects.create(
                project=project, kind=kind, actor=actor, fields=fields if change else {}
            )
            announcing.tell(project, fields, is_new=not change)
        purge("projects", f"project:{project.slug}")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False  # its history names it; take it off the list instead


class EventForm(ModelForm):
    """An event whose times agree."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            for name in ("starts_on", "ends_on", "starts_time", "ends_time", "time_zone"):
                setattr(self.instance, name, data.get(name))
            try:
                self.instance.starts_at, self.instance.ends_at = instants(self.instance)
            except EntryRefused as error:
                raise ValidationError(error.message) from error
        return data


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    """Events."""

    form = EventForm
    list_display = ["title_en", "kind", "starts_on", "place", "state", "is_demo", "is_listed"]
    list_filter = ["kind", "mode", "state", "is_demo"]
    search_fields = ["title_en", "title_fr", "place"]
    filter_horizontal = ["projects"]
    readonly_fields = ["occurs_on"]

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        obj.sequence += bool(change and form.changed_data)
        obj.is_apart = obj.is_apart or bool(change and obj.occurs_on and form.changed_data)
        super().save_model(request, obj, form, change)
        purge("events", f"event:{obj.slug}")


@admin.register(Taxonomy, FocusArea, Stage, LearningResource)
class ReferenceAdmin(admin.ModelAdmin):
    """Taxonomies, areas, stages, learning resources."""

    search_fields = ["slug"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        purge("projects", "events", "learning")


@admin.register(EventSeries)
class EventSeriesAdmin(ReferenceAdmin):
    """Names of series; rule and dates are changed on the series' own page, by the action that keeps them in step."""

    list_display = ["slug", "title_en", "rule", "first_on", "is_demo"]
    readonly_fields = ["rule", "first_on"]


@admin.register(ProjectChange)
class ProjectChangeAdmin(admin.ModelAdmin):
    """The history, to read."""

    list_display = ["project", "kind", "actor", "at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
