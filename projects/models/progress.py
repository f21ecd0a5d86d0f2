"""What a project plans, delivers and can show: milestones, deliverables, adopters, audits."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from members.models import Organisation, Person
from projects.models.projects import ArtefactKind, Named, Project


class ProjectLead(models.Model):
    """A person who leads a project, from–to; leads edit its entry."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="leads")
    person = models.ForeignKey(Person, models.PROTECT, related_name="projects_led")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["project", "since"]
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person"], condition=Q(until=None), name="lead_open_once"
            ),
            models.CheckConstraint(
                name="lead_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.project}"


class Milestone(models.Model):
    """Something to reach by a day. A day that moves leaves a `MilestoneMove`."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("milestone", "Planned")
        UNDER_WAY = "under-way", pgettext_lazy("milestone", "Under way")
        REACHED = "reached", pgettext_lazy("milestone", "Reached")
        DROPPED = "dropped", pgettext_lazy("milestone", "Dropped")

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    title_en = models.CharField(max_length=120)
    title_fr = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)

    title = Localised("title")

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.CheckConstraint(
                name="milestone_reached_has_day",
                condition=Q(state="reached", reached_on__isnull=False)
                | (~Q(state="reached") & Q(reached_on=None)),
            ),
            models.CheckConstraint(
                name="milestone_days_in_order",
                condition=Q(starts_on=None) | Q(due_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class MilestoneMove(models.Model):
    """A milestone's day as it was and as it became, and why. Append-only."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="moves")
    was_due_on = models.DateField()
    due_on = models.DateField()
    reason = models.CharField(max_length=200)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("moved date")
        verbose_name_plural = _("moved dates")
        triggers = [
            pgtrigger.Protect(
                name="milestone_move_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.was_due_on} → {self.due_on}"


class Deliverable(models.Model):
    """Something that came out, or is to come out, of a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="deliverables")
    milestone = models.ForeignKey(
        Milestone, models.SET_NULL, null=True, blank=True, related_name="deliverables"
    )
    kind = models.CharField(max_length=20, choices=ArtefactKind)
    title_en = models.CharField(max_length=120)
    title_fr = models.CharField(max_length=120, blank=True)
    version = models.CharField(max_length=40, blank=True)
    url = models.URLField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    decision_number = models.CharField(max_length=40, blank=True)

    title = Localised("title")

    class Meta:
        ordering = ["-delivered_on", "due_on", "pk"]
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")

    def __str__(self) -> str:
        return str(self.title)


class Adopter(Named, models.Model):
    """Who says publicly that they use a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="adopters")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    url = models.URLField(max_length=300, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["name"]
        verbose_name = _("adopter")
        verbose_name_plural = _("adopters")
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="adopter_once"),
        ]

    def __str__(self) -> str:
        return self.shown_name


class Audit(models.Model):
    """An examination by others, with its published report."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="audits")
    on = models.DateField()
    kind = models.CharField(max_length=80)
    auditor = models.CharField(max_length=120)
    url = models.URLField(max_length=300, blank=True)

    class Meta:
        ordering = ["-on", "pk"]
        verbose_name = _("audit")
        verbose_name_plural = _("audits")

    def __str__(self) -> str:
        return f"{self.kind}, {self.on}"
