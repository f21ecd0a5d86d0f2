"""Projects, focus areas and events as JSON; texts in both languages, facts once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from members.api.serializers import OrganisationSlugField
from projects.models import (
    Adopter,
    Audit,
    Deliverable,
    Event,
    FocusArea,
    HealthFigure,
    Milestone,
    Participation,
    Project,
    ProjectLicence,
    Repository,
    Stage,
    Taxonomy,
    TrackEntry,
)


class TaxonomySerializer(serializers.ModelSerializer[Taxonomy]):
    """One of the Alliance's ways of dividing its work; dates are as exact as the source."""

    class Meta:
        model = Taxonomy
        fields = ["slug", "name_en", "name_fr", "since", "until", "source"]


class FocusAreaSerializer(serializers.ModelSerializer[FocusArea]):
    """A focus area or programme."""

    taxonomy = TaxonomySerializer(read_only=True)

    class Meta:
        model = FocusArea
        fields = ["slug", "code", "name_en", "name_fr", "page", "source", "taxonomy"]


class StageSerializer(serializers.ModelSerializer[Stage]):
    """A step of a project's life."""

    class Meta:
        model = Stage
        fields = ["slug", "name_en", "name_fr", "meaning_en", "meaning_fr", "position", "is_end"]


class LicenceSerializer(serializers.ModelSerializer[ProjectLicence]):
    """An SPDX expression and what it covers."""

    class Meta:
        model = ProjectLicence
        fields = ["covers", "expression", "source"]


class RepositorySerializer(serializers.ModelSerializer[Repository]):
    """A repository at its normalised address."""

    class Meta:
        model = Repository
        fields = ["url", "note_en", "note_fr"]


class ParticipationSerializer(serializers.ModelSerializer[Participation]):
    """An organisation's part; `organisation` is null outside the directory."""

    organisation = OrganisationSlugField(allow_null=True)
    name = serializers.CharField(source="shown_name")

    class Meta:
        model = Participation
        fields = ["organisation", "name", "role", "since", "until"]


class TrackSerializer(serializers.ModelSerializer[TrackEntry]):
    """A dated step; the date is as exact as the source."""

    stage = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = TrackEntry
        fields = ["on", "kind", "stage", "text_en", "text_fr", "decision_number", "source"]


class FigureSerializer(serializers.ModelSerializer[HealthFigure]):
    """One measured figure; `value` is empty where `exemption` says why it doesn't apply."""

    repository = serializers.SlugRelatedField[Any](slug_field="url", read_only=True)

    class Meta:
        model = HealthFigure
        fields = ["name", "value", "weeks", "on", "source", "scope", "exemption", "repository"]


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    """Something to reach by a day."""

    class Meta:
        model = Milestone
        fields = ["title_en", "title_fr", "state", "starts_on", "due_on", "reached_on"]


class DeliverableSerializer(serializers.ModelSerializer[Deliverable]):
    """Something that came out, or is to come out."""

    class Meta:
        model = Deliverable
        fields = [
            "kind", "title_en", "title_fr", "version", "url", "due_on", "delivered_on", "decision_number",
        ]  # fmt: skip


class AdopterSerializer(serializers.ModelSerializer[Adopter]):
    """Who says publicly that they use it."""

    organisation = OrganisationSlugField(allow_null=True)
    name = serializers.CharField(source="shown_name")

    class Meta:
        model = Adopter
        fields = ["organisation", "name", "url", "source"]


class AuditSerializer(serializers.ModelSerializer[Audit]):
    """An examination by others."""

    class Meta:
        model = Audit
        fields = ["on", "kind", "auditor", "url"]


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project. `stage` is null where none has been published or decided."""

    url = serializers.SerializerMethodField()
    stage = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    working_group = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    focus_areas = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, many=True)
    licences = LicenceSerializer(many=True, read_only=True)
    repositories = RepositorySerializer(many=True, read_only=True)
    participations = ParticipationSerializer(many=True, read_only=True)
    track = TrackSerializer(many=True, read_only=True)
    figures = FigureSerializer(many=True, read_only=True)
    milestones = MilestoneSerializer(many=True, read_only=True)
    deliverables = DeliverableSerializer(many=True, read_only=True)
    adopters = AdopterSerializer(many=True, read_only=True)
    audits = AuditSerializer(many=True, read_only=True)

    class Meta:
        model = Project
        fields = [
            "uid", "slug", "url", "name", "tier", "stage", "activity", "activity_on", "activity_source",
            "last_commit_seen_on", "summary_en", "summary_fr", "text_en", "text_fr", "stated_en", "stated_fr",
            "homepage", "artefact_kinds", "focus_areas", "working_group", "started", "licences", "repositories",
            "participations", "track", "figures", "milestones", "deliverables", "adopters", "audits",
            "source", "is_demo", "created_at", "updated_at",
        ]  # fmt: skip

    def get_url(self, row: Project) -> str:
        return f"{settings.SITE_ORIGIN}{row.get_absolute_url()}"


class EventSerializer(serializers.ModelSerializer[Event]):
    """An event: days and hours at the venue with its time zone, and the same as instants."""

    url = serializers.SerializerMethodField()
    calendar_url = serializers.SerializerMethodField()
    series = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    body = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    projects = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = [
            "uid", "slug", "url", "calendar_url", "title_en", "title_fr", "text_en", "text_fr", "kind", "mode", "state",
            "starts_on", "ends_on", "starts_time", "ends_time", "is_all_day", "time_zone", "starts_at", "ends_at",
            "place", "country", "online_url", "page_url", "capacity", "series", "occurs_on", "cancel_reason", "body",
            "projects", "source", "is_demo", "updated_at",
        ]  # fmt: skip

    def get_url(self, row: Event) -> str:
        return f"{settings.SITE_ORIGIN}{row.get_absolute_url()}"

    def get_calendar_url(self, row: Event) -> str:
        return f"{settings.SITE_ORIGIN}/events/{row.slug}.ics"

    def get_projects(self, row: Event) -> list[str]:
        return [project.slug for project in row.projects.all() if project.is_listed]
