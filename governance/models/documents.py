"""Texts that a body has adopted and that live on in versions: charters of bodies, standards and guidelines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.i18n import Localised
from governance.models.bodies import Body
from governance.models.triggers import append_only
from governance.querysets import DocumentQuerySet


class Document(models.Model):
    """A charter, standard or guideline; its text is that of its latest version."""

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard")
        GUIDELINE = "guideline", _("Guideline")
        CHARTER = "charter", _("Charter")

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    body = models.ForeignKey(Body, models.PROTECT, related_name="documents")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "slug"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["body"], condition=Q(kind="charter"), name="document_one_charter_a_body"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("governance:document", args=[self.slug])


class DocumentVersion(models.Model):
    """One adopted text of a document: append-only. The number of the decision is its warrant."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160, blank=True)
    text_en = models.TextField()
    text_fr = models.TextField(blank=True)
    decision_number = models.CharField(max_length=40)
    adopted_at = models.DateTimeField()

    title = Localised("title")
    text = Localised("text")

    class Meta:
        ordering = ["document", "-number"]
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        triggers = append_only("document_version")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="document_version_number_once"
            ),
            models.CheckConstraint(name="document_version_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.number}"


class GroupBrief(models.Model):
    """What a version of a working group's charter sets it to do, point by point: append-only, one point a line."""

    version = models.OneToOneField(DocumentVersion, models.PROTECT, related_name="brief")
    in_scope_en = models.TextField(blank=True)
    in_scope_fr = models.TextField(blank=True)
    out_of_scope_en = models.TextField(blank=True)
    out_of_scope_fr = models.TextField(blank=True)
    first_questions_en = models.TextField(blank=True)
    first_questions_fr = models.TextField(blank=True)
    deliverables_en = models.TextField(blank=True)
    deliverables_fr = models.TextField(blank=True)

    in_scope = Localised("in_scope")
    out_of_scope = Localised("out_of_scope")
    first_questions = Localised("first_questions")
    deliverables = Localised("deliverables")

    class Meta:
        verbose_name = _("brief of a working group")
        verbose_name_plural = _("briefs of working groups")
        triggers = append_only("group_brief")

    def __str__(self) -> str:
        return str(self.version)
