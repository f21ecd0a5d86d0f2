"""Measured figures of projects, and the work rows of what measures them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.projects import Project, Repository
from projects.querysets_health import HealthFigureQuerySet, HealthProbeQuerySet


class HealthFigure(models.Model):
    """One measured figure with its source, day and scope. Never summed up, never a condition."""

    class Name(models.TextChoices):
        COMMITS = "commits-90-days", _("Commits in 90 days")
        CONTRIBUTORS = "contributors-90-days", _("Contributors in 90 days")
        OPEN_ISSUES = "open-issues", _("Open issues")
        RELEASE = "latest-release", _("Latest release")
        LAST_COMMIT = "last-commit", _("Last commit")
        BEST_PRACTICES = "best-practices-badge", _("OpenSSF best practices badge")
        SCORECARD = "scorecard", _("OpenSSF Scorecard")

    project = models.ForeignKey(Project, models.CASCADE, related_name="figures")
    repository = models.ForeignKey(
        Repository, models.CASCADE, null=True, blank=True, related_name="figures"
    )
    name = models.CharField(max_length=30, choices=Name)
    value = models.CharField(max_length=80, blank=True)
    weeks = ArrayField(
        models.PositiveIntegerField(), default=list, blank=True,
        help_text=_("How many in each of the last weeks, the oldest first; for commits"),
    )  # fmt: skip
    on = models.DateField()
    source = models.CharField(max_length=300)
    scope = models.CharField(
        max_length=200, blank=True, help_text=_("A code the portal knows, or words of one’s own")
    )
    exemption = models.CharField(
        max_length=300, blank=True, help_text=_("Why the figure does not apply to this project")
    )
    is_collected = models.BooleanField(default=False, editable=False)

    objects = HealthFigureQuerySet.as_manager()

    class Meta:
        ordering = ["project", "name", "-on"]
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "repository", "name", "on"], nulls_distinct=False,
                name="figure_once_a_day",
            ),
            models.CheckConstraint(
                name="figure_or_exemption", condition=~Q(value="") | ~Q(exemption="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {self.value}"


class HealthProbe(models.Model):
    """What is asked about one repository at one place, and its work row. A failure changes no figure.

    `tags` holds the entity tag of each address, so that an unchanged answer costs neither side anything.
    """

    class Kind(models.TextChoices):
        GITHUB = "github", "GitHub"
        GITLAB = "gitlab", "GitLab"
        BADGE = "badge", _("OpenSSF best practices badge")
        SCORECARD = "scorecard", _("OpenSSF Scorecard")

    repository = models.ForeignKey(Repository, models.CASCADE, related_name="probes")
    kind = models.CharField(max_length=12, choices=Kind)
    next_at = models.DateTimeField(default=timezone.now)
    rung_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0, help_text=_("failed attempts in a row"))
    outcome = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)
    tags: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        default=dict, blank=True
    )

    objects = HealthProbeQuerySet.as_manager()

    class Meta:
        ordering = ["repository", "kind"]
        verbose_name = _("measurement of a repository")
        verbose_name_plural = _("measurements of repositories")
        indexes = [models.Index(fields=["next_at"])]
        constraints = [
            models.UniqueConstraint(fields=["repository", "kind"], name="probe_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.repository_id}"
