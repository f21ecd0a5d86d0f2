"""Focus areas: a taxonomy the Alliance has changed three times, so every entry belongs to a dated one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.i18n import Localised
from projects.models.fields import PartialDateField
from projects.querysets import FocusAreaQuerySet, TaxonomyQuerySet
from projects.rules.dates import PATTERN


class Taxonomy(models.Model):
    """One of the Alliance's ways of dividing its work, in force from–to as a source states."""

    slug = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(max_length=80)
    name_fr = models.CharField(max_length=80)
    since = PartialDateField()
    until = PartialDateField(blank=True)
    source = models.CharField(max_length=300)

    name = Localised("name")
    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        verbose_name = _("taxonomy")
        verbose_name_plural = _("taxonomies")
        constraints = [
            models.CheckConstraint(
                name="taxonomy_dates",
                condition=Q(since__regex=PATTERN) & (Q(until="") | Q(until__regex=PATTERN)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class FocusArea(models.Model):
    """A focus area or programme of one taxonomy."""

    taxonomy = models.ForeignKey(Taxonomy, models.PROTECT, related_name="areas")
    slug = models.SlugField(max_length=60, unique=True)
    code = models.CharField(max_length=10)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    page = models.URLField(blank=True)
    source = models.CharField(max_length=300)

    name = Localised("name")
    objects = FocusAreaQuerySet.as_manager()

    class Meta:
        ordering = ["-taxonomy__since", "code"]
        verbose_name = _("focus area")
        verbose_name_plural = _("focus areas")
        constraints = [
            models.UniqueConstraint(fields=["taxonomy", "code"], name="area_code_once"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return f"{reverse('projects:list')}?area={self.slug}"

    @property
    def search_note(self) -> str:
        return str(self.taxonomy)
