"""How a project moves to a stage: versioned criteria, an application with evidence and comments, yearly reviews."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from governance.models import Proposal
from members.models import Organisation, Person
from projects.models.projects import Project, Stage
from projects.querysets import ApplicationQuerySet, CriteriaVersionQuerySet
from projects.rules.applications import MOVES, OPEN, State


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Refuse every change and deletion of a table's rows."""
    return [
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
    ]


class CriteriaVersion(models.Model):
    """One edition of the criteria for all stages, for ever as it was; an application is judged by the one it froze."""

    number = models.PositiveSmallIntegerField(unique=True)
    published_at = models.DateTimeField(auto_now_add=True)
    note_en = models.CharField(max_length=300)
    note_fr = models.CharField(max_length=300)
    comment_days = models.PositiveSmallIntegerField(default=14)
    archive_notice_days = models.PositiveSmallIntegerField(default=28)
    review_months = models.PositiveSmallIntegerField(default=12)

    note = Localised("note")
    objects = CriteriaVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of the criteria")
        verbose_name_plural = _("versions of the criteria")
        triggers = append_only("criteria_version")

    def __str__(self) -> str:
        return str(self.number)


class Criterion(models.Model):
    """What a stage asks for. A machine may hint at whether it is met; people decide."""

    class Hint(models.TextChoices):
        NONE = "", _("No hint")
        LICENCE = "licence", _("Licences known")
        ORGANISATIONS = "organisations", _("Organisations that lead or maintain")
        REPOSITORIES = "repositories", _("Repositories known")
        ADOPTERS = "adopters", _("Adopters named")
        AUDITS = "audits", _("Audits published")
        RELEASES = "releases", _("Releases on the track")

    version = models.ForeignKey(CriteriaVersion, models.PROTECT, related_name="criteria")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=12)
    text_en = models.CharField(max_length=300)
    text_fr = models.CharField(max_length=300)
    is_required = models.BooleanField(default=True)
    hint = models.CharField(max_length=20, choices=Hint, blank=True)
    hint_least = models.PositiveSmallIntegerField(default=1)

    text = Localised("text")

    class Meta:
        ordering = ["version", "stage", "code"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        triggers = append_only("criterion")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="criterion_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class StageApplication(models.Model):
    """A project's request to move to a stage, or the notice that it is to be archived."""

    reference = models.SlugField(max_length=120, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="applications")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="applications")
    version = models.ForeignKey(CriteriaVersion, models.PROTECT, related_name="applications")
    state = models.CharField(max_length=12, choices=State.choices(), default=State.DRAFT.value)
    statement_en = models.TextField(max_length=5000)
    statement_fr = models.TextField(max_length=5000, blank=True)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True)
    comment_until = models.DateTimeField(null=True)
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="stage_applications"
    )
    decision_number = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True)

    statement = Localised("statement")
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        triggers = [
            pgtrigger.FSM(
                name="application_moves",
                field="state",
                transitions=[
                    (str(old), str(new))
                    for old, targets in MOVES.items()
                    for new in sorted(targets)
                ],
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=sorted(state.value for state in OPEN)),
                name="application_one_open",
            ),
            models.CheckConstraint(
                name="application_public_has_period",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(opened_at__isnull=False, comment_until__isnull=False),
            ),
            models.CheckConstraint(
                name="application_granted_by_decision",
                condition=~Q(state="granted") | ~Q(decision_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.stage}"

    def get_absolute_url(self) -> str:
        return reverse("projects:application", args=[self.reference])


class Evidence(models.Model):
    """What an applicant shows for a criterion."""

    application = models.ForeignKey(StageApplication, models.CASCADE, related_name="evidence")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    url = models.URLField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["application", "criterion", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                name="evidence_says_something", condition=~Q(url="") | ~Q(note="")
            ),
        ]

    def __str__(self) -> str:
        return self.url or self.note


class ApplicationComment(models.Model):
    """What somebody said of an application while comments were open. Append-only."""

    application = models.ForeignKey(StageApplication, models.PROTECT, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        triggers = append_only("application_comment")

    def __str__(self) -> str:
        return f"{self.author}, {self.at:%Y-%m-%d}"


class YearlyReview(models.Model):
    """A project's yearly account of itself. Append-only."""

    class Standing(models.TextChoices):
        WELL = "well", pgettext_lazy("review", "The project is well")
        HELP = "help", pgettext_lazy("review", "The project needs help")
        END = "end", pgettext_lazy("review", "The project is coming to its end")

    project = models.ForeignKey(Project, models.PROTECT, related_name="reviews")
    standing = models.CharField(max_length=8, choices=Standing)
    text = models.TextField(max_length=5000)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("yearly review")
        verbose_name_plural = _("yearly reviews")
        triggers = append_only("yearly_review")

    def __str__(self) -> str:
        return f"{self.project}, {self.at:%Y}"


class ReviewCall(models.Model):
    """That a project's yearly account is asked for by a day: opened once for each day it is due."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="review_calls")
    due_on = models.DateField()
    opened_at = models.DateTimeField(auto_now_add=True)
    review = models.OneToOneField(
        YearlyReview, models.PROTECT, null=True, blank=True, related_name="call"
    )

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("call for a yearly review")
        verbose_name_plural = _("calls for yearly reviews")
        constraints = [
            models.UniqueConstraint(fields=["project", "due_on"], name="review_called_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project}, {self.due_on:%Y-%m-%d}"
