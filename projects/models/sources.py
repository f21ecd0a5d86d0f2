"""Where entries come from: manifests and catalogues that are harvested, every attempt, every object, every copy."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.attempts import Attempt
from alliance.i18n import Localised
from members.models import Organisation, Person
from projects.manifests.entry import chosen
from projects.models.projects import Project
from projects.querysets_sources import (
    CatalogueCopyQuerySet,
    HarvestAttemptQuerySet,
    HarvestNoticeQuerySet,
    HarvestObjectQuerySet,
    SourceQuerySet,
)


class Source(models.Model):
    """An address that the portal harvests, and its work row: lease, token, when next, how it fares.

    Every change a harvest makes is conditional on `lease_token`, so a worker that lost its lease changes nothing.
    """

    class Kind(models.TextChoices):
        MANIFEST = "manifest", _("Manifest of a project")
        PORTAL = "portal", _("Sister portal")
        CKAN = "ckan", _("CKAN catalogue")
        DCAT = "dcat", _("DCAT catalogue")
        LANDSCAPE = "landscape", _("Landscape")

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("source", "Active")
        PAUSED = "paused", pgettext_lazy("source", "Paused")
        WITHDRAWN = "withdrawn", pgettext_lazy("source", "Withdrawn")

    class Health(models.TextChoices):
        NEW = "new", pgettext_lazy("source", "Not read yet")
        FRESH = "fresh", pgettext_lazy("source", "Read without errors")
        FAULTY = "faulty", pgettext_lazy("source", "Read, with errors")
        FAILING = "failing", pgettext_lazy("source", "Can't be read")

    class Part(models.TextChoices):
        """What of a project's entry its manifest speaks for."""

        SUMMARY = "summary", _("Summary")
        TEXT = "text", _("Text")
        HOMEPAGE = "homepage", _("Home page")
        LICENCE = "licence", _("Licence of the code")

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    url = models.CharField(max_length=500)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="sources"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="sources"
    )
    speaks_for = ArrayField(models.CharField(max_length=12, choices=Part), default=list, blank=True)
    origin = models.CharField(max_length=300, blank=True, help_text=_("How a portal names itself"))
    registered_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    health = models.CharField(max_length=12, choices=Health, default=Health.NEW)
    health_since = models.DateTimeField(default=timezone.now)
    interval = models.PositiveIntegerField(
        default=6 * 3600, help_text=_("seconds between two harvests")
    )
    next_harvest_at = models.DateTimeField(default=timezone.now)
    rung_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0, help_text=_("failed harvests in a row"))
    last_success_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=200, blank=True, help_text=_("of the catalogue's index"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = pgettext_lazy("of entries", "source")
        verbose_name_plural = pgettext_lazy("of entries", "sources")
        indexes = [models.Index(fields=["state", "next_harvest_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["url"], condition=~Q(state="withdrawn"), name="source_once"
            ),
            models.CheckConstraint(
                name="source_manifest_has_project",
                condition=Q(kind="manifest", project__isnull=False)
                | (~Q(kind="manifest") & Q(project=None)),
            ),
            models.CheckConstraint(name="source_interval", condition=Q(interval__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("projects:source", args=[self.slug])

    @property
    def is_manifest(self) -> bool:
        return self.kind == self.Kind.MANIFEST


class HarvestAttempt(Attempt):
    """One harvest of one source; `projects.harvest.reasons` puts its outcome into words."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="attempts")
    gathered = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    changes: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    findings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    form = models.CharField(max_length=12, blank=True)

    objects = HarvestAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("harvest")
        verbose_name_plural = _("harvests")
        indexes = [models.Index(fields=["source", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["source", "lease_token"], name="harvest_once_a_lease")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.outcome}"


class HarvestObject(models.Model):
    """One object of a source, through gather, fetch and import, with the last copy that was good."""

    class State(models.TextChoices):
        GATHERED = "gathered", pgettext_lazy("object", "Named, not fetched yet")
        IMPORTED = "imported", pgettext_lazy("object", "Imported")
        FAILED = "failed", pgettext_lazy("object", "Failed")
        GONE = "gone", pgettext_lazy("object", "Deleted by its source")
        MISSING = "missing", pgettext_lazy("object", "No longer named by its source")

    source = models.ForeignKey(Source, models.CASCADE, related_name="objects_found")
    identifier = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.GATHERED)
    wanted_digest = models.CharField(max_length=71, blank=True)
    digest = models.CharField(max_length=71, blank=True, help_text=_("of the last good copy"))
    etag = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    form = models.CharField(max_length=12, blank=True)
    findings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    raw = models.BinaryField(null=True, blank=True, help_text=_("the last good copy, as received"))
    good_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    state_since = models.DateTimeField(default=timezone.now)

    objects = HarvestObjectQuerySet.as_manager()

    class Meta:
        ordering = ["source", "pk"]
        verbose_name = _("harvested object")
        verbose_name_plural = _("harvested objects")
        indexes = [models.Index(fields=["source", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["source", "identifier"], name="harvest_object_once")
        ]

    def __str__(self) -> str:
        return self.identifier


class CatalogueCopy(models.Model):
    """An entry whose origin is elsewhere: read-only, linked back, never given on as the portal's own."""

    class State(models.TextChoices):
        LIVE = "live", pgettext_lazy("copy", "Current")
        MISSING = "missing", pgettext_lazy("copy", "No longer named by its source")
        GONE = "gone", pgettext_lazy("copy", "Deleted by its source")

    source = models.ForeignKey(Source, models.PROTECT, related_name="copies")
    identifier = models.CharField(max_length=300)
    origin = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    name = models.CharField(max_length=200)
    entry: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    terms: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    repository_key = models.CharField(max_length=300, blank=True, db_index=True)
    digest = models.CharField(max_length=71)
    state = models.CharField(max_length=12, choices=State, default=State.LIVE)
    state_since = models.DateTimeField(default=timezone.now)
    remote_updated = models.CharField(max_length=40, blank=True)
    taken_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = CatalogueCopyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("copy of an entry")
        verbose_name_plural = _("copies of entries")
        constraints = [
            # One origin per entry: the same identifier through a second source is no second copy.
            models.UniqueConstraint(fields=["identifier"], name="copy_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("projects:copy", args=[self.source.slug, self.pk])

    def text_of(self, part: str, language: str) -> str:
        """Return one of the entry's localised texts in a language, or the next best."""
        texts = self.entry.get(part) or {}
        return chosen(texts, language)


class Curation(models.Model):
    """What the portal's own people add to a copy: an overlay that no harvest touches."""

    copy = models.OneToOneField(CatalogueCopy, models.CASCADE, related_name="curation")
    note_en = models.CharField(max_length=300, blank=True)
    note_fr = models.CharField(max_length=300, blank=True)
    is_hidden = models.BooleanField(default=False)
    same_as = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="copies_elsewhere"
    )
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    note = Localised("note")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("curation of a copy")
        verbose_name_plural = _("curations of copies")

    def __str__(self) -> str:
        return str(self.copy_id)


class HarvestNotice(models.Model):
    """A letter to send: a source began to fail, or is well again. The row is the queue."""

    class Kind(models.TextChoices):
        FAILURE = "failure", pgettext_lazy("letter", "First failure")
        RECOVERY = "recovery", pgettext_lazy("letter", "Recovery")

    source = models.ForeignKey(Source, models.CASCADE, related_name="notices")
    attempt = models.ForeignKey(HarvestAttempt, models.CASCADE, related_name="notices")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = HarvestNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("letter about a harvest")
        verbose_name_plural = _("letters about harvests")
        indexes = [
            models.Index(fields=["created_at"], condition=Q(sent_at=None), name="notice_unsent")
        ]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "person"], name="notice_once"),
            models.CheckConstraint(
                name="notice_sent_after_written",
                condition=Q(sent_at=None) | Q(sent_at__gte=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"
