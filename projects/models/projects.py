"""Projects: what they make, who takes part, where the work lies. Tier, stage and activity are three separate facts."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from governance.models import Body
from members.models import Organisation
from projects.models.areas import FocusArea
from projects.models.fields import PartialDateField
from projects.querysets import ProjectQuerySet, RepositoryQuerySet, StageQuerySet
from projects.rules.dates import PATTERN

RESERVED_SLUGS = (
    "areas",
    "landscape",
    "learning",
    "new",
    "stages",
    "health",
    "harvest",
    "sources",
    "applications",
)


class ArtefactKind(models.TextChoices):
    """What a project makes."""

    SOFTWARE = "software", _("Software")
    MODEL = "model", _("Model")
    DATASET = "dataset", _("Dataset")
    BENCHMARK = "benchmark", _("Benchmark")
    SPECIFICATION = "specification", _("Specification")
    PAPER = "paper", _("Guide or paper")
    POLICY = "policy", _("Policy")
    COURSE = "course", _("Course")


class Stage(models.Model):
    """A step of a project's life. Rows, not an enum: the Alliance has published none, so the portal's can change."""

    slug = models.SlugField(max_length=30, unique=True)
    name_en = models.CharField(max_length=60)
    name_fr = models.CharField(max_length=60)
    meaning_en = models.CharField(max_length=300)
    meaning_fr = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(unique=True)
    is_end = models.BooleanField(default=False)

    name = Localised("name")
    meaning = Localised("meaning")
    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = pgettext_lazy("of a project", "stage")
        verbose_name_plural = pgettext_lazy("of a project", "stages")

    def __str__(self) -> str:
        return str(self.name)


class Project(models.Model):
    """An entry of the catalogue, with the source of what it says."""

    class Tier(models.TextChoices):
        MANAGED = "managed", pgettext_lazy("tier", "Managed")
        SUPPORTED = "supported", pgettext_lazy("tier", "Supported")

    class Activity(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("activity", "Active")
        QUIET = "quiet", pgettext_lazy("activity", "Quiet")
        DORMANT = "dormant", pgettext_lazy("activity", "Dormant")
        UNKNOWN = "unknown", pgettext_lazy("activity", "Not measured")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    tier = models.CharField(max_length=12, choices=Tier)
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="projects")
    activity = models.CharField(max_length=12, choices=Activity, default=Activity.UNKNOWN)
    activity_on = models.DateField(null=True, blank=True)
    activity_source = models.CharField(max_length=300, blank=True)
    last_commit_seen_on = models.DateField(null=True, blank=True)
    summary_en = models.CharField(max_length=150)
    summary_fr = models.CharField(max_length=150, blank=True)
    text_en = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    stated_en = models.CharField(max_length=150, blank=True)
    stated_fr = models.CharField(max_length=150, blank=True)
    homepage = models.URLField(max_length=300, blank=True)
    artefact_kinds = ArrayField(
        models.CharField(max_length=20, choices=ArtefactKind), default=list, blank=True
    )
    focus_areas = models.ManyToManyField(FocusArea, blank=True, related_name="projects")
    working_group = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="projects"
    )
    started = PartialDateField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    is_demo = models.BooleanField(default=False, db_index=True)
    is_listed = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    summary = Localised("summary")
    text = Localised("text")
    stated = Localised("stated")
    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                name="project_slug_is_no_page", condition=~Q(slug__in=RESERVED_SLUGS)
            ),
            models.CheckConstraint(
                name="project_activity_has_day_and_source",
                condition=Q(activity="unknown")
                | (Q(activity_on__isnull=False) & ~Q(activity_source="")),
            ),
            models.CheckConstraint(
                name="project_started", condition=Q(started="") | Q(started__regex=PATTERN)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("projects:project", args=[self.slug])

    @property
    def search_note(self) -> str:
        return str(self.summary)

    @property
    def artefact_names(self) -> list[str]:
        """What it makes, in words."""
        return [str(ArtefactKind(kind).label) for kind in self.artefact_kinds]


class ProjectLicence(models.Model):
    """An SPDX expression, what it covers, and where it was read."""

    class Covers(models.TextChoices):
        CODE = "code", _("code")
        DOCUMENTATION = "documentation", _("documentation")
        DATA = "data", _("data")
        MODEL = "model", _("model weights")
        ALL = "all", _("everything")

    project = models.ForeignKey(Project, models.CASCADE, related_name="licences")
    covers = models.CharField(max_length=20, choices=Covers)
    expression = models.CharField(max_length=300)
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["project", "pk"]
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        constraints = [
            models.UniqueConstraint(fields=["project", "covers"], name="licence_once_a_part"),
        ]

    def __str__(self) -> str:
        return self.expression


class Named:
    """What names an organisation in its own words, of the directory or not."""

    name: Any
    organisation: Any

    @property
    def shown_name(self) -> str:
        """The name as anybody may read it: an unlisted organisation's stays with its own people."""
        is_hidden = self.organisation is not None and not self.organisation.is_listed
        return str(self.organisation) if is_hidden else self.name


class Participation(Named, models.Model):
    """An organisation's part in a project, from–to. A participant outside the directory has only a name."""

    class Role(models.TextChoices):
        LEAD = "lead", pgettext_lazy("part in a project", "leads")
        MAINTAINER = "maintainer", pgettext_lazy("part in a project", "maintains")
        CONTRIBUTOR = "contributor", pgettext_lazy("part in a project", "contributes")
        SPONSOR = "sponsor", pgettext_lazy("part in a project", "sponsors")

    project = models.ForeignKey(Project, models.CASCADE, related_name="participations")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="participations"
    )
    name = models.CharField(max_length=120, help_text=_("As the source writes it"))
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["project", "pk"]
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name", "role"],
                condition=Q(until=None),
                name="participation_open_once",
            ),
            models.CheckConstraint(
                name="participation_ends_after_it_begins",
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_name}, {self.get_role_display()}"


class Repository(models.Model):
    """Where a project's work lies; one repository belongs to one project. `key` is what its spellings share."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="repositories")
    url = models.URLField(max_length=300)
    key = models.CharField(max_length=300, unique=True, editable=False)
    note_en = models.CharField(max_length=150, blank=True)
    note_fr = models.CharField(max_length=150, blank=True)
    position = models.PositiveSmallIntegerField(default=1)

    note = Localised("note")
    objects = RepositoryQuerySet.as_manager()

    class Meta:
        ordering = ["project", "position", "pk"]
        verbose_name = _("repository")
        verbose_name_plural = _("repositories")

    def __str__(self) -> str:
        return self.url.removeprefix("https://")

    @property
    def short_name(self) -> str:
        """Owner and name, without the forge."""
        return self.url.removeprefix("https://").partition("/")[2]


class RepositoryAlias(models.Model):
    """A former address of a repository that moved; still finds it."""

    repository = models.ForeignKey(Repository, models.CASCADE, related_name="aliases")
    url = models.URLField(max_length=300)
    key = models.CharField(max_length=300, unique=True, editable=False)
    moved_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["repository", "pk"]
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.url.removeprefix("https://")
