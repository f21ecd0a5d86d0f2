"""Learning resources: courses, guides and videos that members and others make."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from members.models import Organisation
from projects.models.areas import FocusArea
from projects.models.projects import Project
from projects.querysets import LearningQuerySet


class LearningResource(models.Model):
    """Something to learn from, with its language, level, licence and the day somebody last looked through it."""

    class Kind(models.TextChoices):
        COURSE = "course", _("Course")
        GUIDE = "guide", _("Guide")
        VIDEO = "video", _("Video")
        TUTORIAL = "tutorial", _("Tutorial")

    class Level(models.TextChoices):
        BEGINNER = "beginner", pgettext_lazy("level", "Beginner")
        INTERMEDIATE = "intermediate", pgettext_lazy("level", "Intermediate")
        ADVANCED = "advanced", pgettext_lazy("level", "Advanced")
        ALL = "all", pgettext_lazy("level", "All levels")

    slug = models.SlugField(max_length=80, unique=True)
    title_en = models.CharField(max_length=150)
    title_fr = models.CharField(max_length=150, blank=True)
    summary_en = models.CharField(max_length=200)
    summary_fr = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=300)
    kind = models.CharField(max_length=12, choices=Kind)
    level = models.CharField(max_length=14, choices=Level, blank=True)
    languages = ArrayField(models.CharField(max_length=12), help_text=_("BCP 47: en, fr, pt-BR"))
    licence = models.CharField(max_length=300, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="learning_resources"
    )
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="learning_resources"
    )
    focus_areas = models.ManyToManyField(FocusArea, blank=True, related_name="learning_resources")
    source = models.CharField(max_length=300)
    is_listed = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    title = Localised("title")
    summary = Localised("summary")
    objects = LearningQuerySet.as_manager()

    class Meta:
        ordering = ["title_en", "pk"]
        verbose_name = _("learning resource")
        verbose_name_plural = _("learning resources")
        constraints = [
            models.CheckConstraint(
                name="learning_has_language", condition=Q(languages__len__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return f"{reverse('projects:learning')}#{self.slug}"

    @property
    def search_note(self) -> str:
        return f"{self.get_kind_display()} · {self.summary}"
