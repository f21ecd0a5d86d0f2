"""What a body can adopt: a text in one language or both, and what carrying it does."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.i18n import Localised


class Text(models.Model):
    """The columns that a revision and an amendment share; the digest of a text covers them all."""

    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160, blank=True)
    text_en = models.TextField()
    text_fr = models.TextField(blank=True)
    effect_kind = models.CharField(max_length=60, blank=True)
    effect_params: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    supersedes = models.CharField(
        max_length=40, blank=True, help_text=_("The number of the decision that this one replaces")
    )

    title = Localised("title")
    text = Localised("text")

    class Meta:
        abstract = True
