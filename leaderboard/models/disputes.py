"""Public objections to results."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leaderboard.dispute_querysets import DisputeQuerySet
from leaderboard.models.append_only import append_only
from leaderboard.models.results import Result
from leaderboard.rules import DISPUTE_MOVES, PENDING, RULINGS
from members.models import Organisation, Person

_PENDING = sorted(state.value for state in PENDING)
_RULED = sorted(state.value for state in RULINGS)


class Dispute(models.Model):
    """An organisation's objection to a result, with its reason and the answer of the node's organisation.

    It never goes away; upholding one retracts nothing by itself.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("dispute", "Open")
        ANSWERED = "answered", pgettext_lazy("dispute", "Answered")
        UPHELD = "upheld", pgettext_lazy("dispute", "Upheld")
        REJECTED = "rejected", pgettext_lazy("dispute", "Rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("dispute", "Withdrawn")

    result = models.ForeignKey(Result, models.PROTECT, related_name="disputes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="disputes")
    raised_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    raised_at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(max_length=5000)
    evidence = models.CharField(
        max_length=500, blank=True, help_text=_("where what can be checked is published")
    )
    counter = models.ForeignKey(
        Result,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("another result of the same system on the same benchmark version"),
    )
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    answer = models.TextField(max_length=5000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ruling = models.TextField(
        max_length=5000, blank=True, help_text=_("why it was upheld or rejected")
    )
    decision_number = models.CharField(max_length=40, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        triggers = [
            pgtrigger.FSM(
                name="dispute_moves",
                field="state",
                transitions=[
                    (str(old), str(new))
                    for old, targets in DISPUTE_MOVES.items()
                    for new in sorted(targets)
                ],
            ),
            pgtrigger.ReadOnly(
                name="dispute_keeps_its_reason",
                fields=["result", "organisation", "raised_at", "reason", "evidence", "counter"],
            ),
            pgtrigger.Protect(name="dispute_stays", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "organisation"],
                condition=Q(state__in=_PENDING),
                name="dispute_one_pending",
            ),
            models.CheckConstraint(name="dispute_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="dispute_evidence_address",
                condition=Q(evidence="") | Q(evidence__regex=r"^https?://"),
            ),
            models.CheckConstraint(
                name="dispute_counter_is_another",
                condition=Q(counter=None) | ~Q(counter=F("result")),
            ),
            models.CheckConstraint(
                name="dispute_answer_dated",
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="dispute_answered_has_answer", condition=~Q(state="answered") | ~Q(answer="")
            ),
            models.CheckConstraint(
                name="dispute_end_dated",
                condition=Q(state__in=_PENDING, ended_at=None)
                | (~Q(state__in=_PENDING) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="dispute_ruled_by_decision",
                condition=(Q(state__in=_RULED) & ~Q(decision_number="") & ~Q(ruling=""))
                | (~Q(state__in=_RULED) & Q(decision_number="", ruling="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.result_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("leaderboard:result", args=[self.result.ulid]) + "#disputes"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING


class DisputeEvent(models.Model):
    """A change of a dispute's state: when, to what, by whom or by which decision. Append-only."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    details = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["dispute", "pk"]
        verbose_name = _("dispute event")
        verbose_name_plural = _("dispute events")
        triggers = append_only("dispute_event")

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.to_state}"
