"""The register: numbered decisions and what they did."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from governance.models.bodies import Body
from governance.models.triggers import append_only
from governance.models.votes import OUTCOME_NAMES, Vote
from governance.querysets import DecisionQuerySet
from governance.rules import Outcome


class Decision(models.Model):
    """What a body decided: append-only, numbered without gaps by body and year."""

    number = models.CharField(max_length=40, unique=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="decisions")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    vote = models.OneToOneField(Vote, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=12, choices=OUTCOME_NAMES)
    tally: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160, blank=True)
    text_en = models.TextField()
    text_fr = models.TextField(blank=True)
    decided_at = models.DateTimeField(db_index=True)
    entry = models.ForeignKey("transparency.Entry", models.PROTECT, related_name="+")

    title = Localised("title")
    text = Localised("text")
    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        triggers = append_only("decision")
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "serial"], name="decision_serial_once"),
            models.CheckConstraint(name="decision_serial_from_one", condition=Q(serial__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("governance:decision", args=[self.number])

    @property
    def is_carried(self) -> bool:
        return self.outcome == Outcome.CARRIED

    @property
    def search_note(self) -> str:
        return str(self.get_outcome_display())


class DecisionEffect(models.Model):
    """What a decision did, or why it could not: append-only, written in the closing transaction."""

    class State(models.TextChoices):
        DONE = "done", pgettext_lazy("effect", "Done")
        REFUSED = "refused", pgettext_lazy("effect", "Refused")
        NONE = "none", pgettext_lazy("effect", "None: the motion was not carried")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="effects")
    kind = models.CharField(max_length=60)
    params: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    state = models.CharField(max_length=10, choices=State)
    code = models.CharField(max_length=60, blank=True)
    reason_en = models.CharField(max_length=500, blank=True)
    reason_fr = models.CharField(max_length=500, blank=True)
    applied_at = models.DateTimeField()

    reason = Localised("reason")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("effect")
        verbose_name_plural = _("effects")
        triggers = append_only("decision_effect")
        constraints = [
            models.UniqueConstraint(fields=["decision", "kind"], name="effect_once_a_decision")
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"


class Supersession(models.Model):
    """A decision that replaced another: append-only, written in the closing transaction, once."""

    old = models.OneToOneField(Decision, models.PROTECT, related_name="superseded")
    new = models.OneToOneField(Decision, models.PROTECT, related_name="supersession")

    class Meta:
        verbose_name = _("supersession")
        verbose_name_plural = _("supersessions")
        triggers = append_only("supersession")
        constraints = [
            models.CheckConstraint(
                name="supersession_of_an_earlier_one", condition=Q(new__gt=F("old"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.new_id} > {self.old_id}"
