"""What is measured on what: systems under test, their revisions, accelerators."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leaderboard.querysets import SystemQuerySet


class System(models.Model):
    """An AI system; `identifier` is its name in signed statements."""

    slug = models.SlugField(max_length=120, unique=True)
    identifier = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    homepage = models.URLField(max_length=300, blank=True)
    summary = models.TextField(blank=True)

    objects = SystemQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("system")
        verbose_name_plural = _("systems")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("leaderboard:system", args=[self.slug])


class SystemRevision(models.Model):
    """One exact form of a system; an empty digest means that its node declared it opaque."""

    system = models.ForeignKey(System, models.PROTECT, related_name="revisions")
    revision = models.CharField(max_length=300)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["system", "pk"]
        verbose_name = _("system revision")
        verbose_name_plural = _("system revisions")
        constraints = [
            models.UniqueConstraint(
                fields=["system", "revision", "digest"], name="system_revision_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.revision}"

    @property
    def is_opaque(self) -> bool:
        return not self.digest


class Accelerator(models.Model):
    """Hardware that a result was obtained on."""

    vendor = models.CharField(max_length=120)
    model = models.CharField(max_length=200)

    class Meta:
        ordering = ["vendor", "model"]
        verbose_name = _("accelerator")
        verbose_name_plural = _("accelerators")
        constraints = [models.UniqueConstraint(fields=["vendor", "model"], name="accelerator_once")]

    def __str__(self) -> str:
        return f"{self.vendor} {self.model}"
