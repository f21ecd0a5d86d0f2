"""What happened to a project: a track for readers, and every change of its entry for good."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from members.models import Organisation, Person
from projects.models.fields import PartialDateField
from projects.models.projects import Project, Stage
from projects.rules.dates import PATTERN


class TrackEntry(models.Model):
    """A dated step of a project's life, with its source or the decision behind it."""

    class Kind(models.TextChoices):
        STARTED = "started", pgettext_lazy("step", "Started")
        ANNOUNCED = "announced", pgettext_lazy("step", "Announced")
        STAGE = "stage", pgettext_lazy("step", "Stage")
        TIER = "tier", pgettext_lazy("step", "Tier")
        RELEASE = "release", pgettext_lazy("step", "Release")
        REVIEW = "review", pgettext_lazy("step", "Review")
        NOTE = "note", pgettext_lazy("step", "Note")

    project = models.ForeignKey(Project, models.CASCADE, related_name="track")
    on = PartialDateField()
    kind = models.CharField(max_length=12, choices=Kind)
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="+")
    text_en = models.CharField(max_length=200, blank=True)
    text_fr = models.CharField(max_length=200, blank=True)
    decision_number = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=300, blank=True)

    text = Localised("text")

    class Meta:
        ordering = ["on", "pk"]
        verbose_name = _("step of the track")
        verbose_name_plural = _("steps of the track")
        constraints = [
            models.CheckConstraint(name="track_date", condition=Q(on__regex=PATTERN)),
            models.CheckConstraint(
                name="track_stage_named", condition=~Q(kind="stage") | Q(stage__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"


class ProjectChange(models.Model):
    """One change of an entry: who, when, what before and after. Append-only."""

    class Kind(models.TextChoices):
        RECORDED = "recorded", pgettext_lazy("change", "Entered in the catalogue")
        AMENDED = "amended", pgettext_lazy("change", "Entry changed")
        STAGE = "stage", pgettext_lazy("change", "Stage moved by decision")
        ADOPTED = "adopted", pgettext_lazy("change", "Adopted by decision")

    project = models.ForeignKey(Project, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=Kind)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    fields: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, help_text=_("Name of each field with its value before and after")
    )
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        triggers = [
            pgtrigger.Protect(
                name="project_change_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"
