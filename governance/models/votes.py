"""A question put to a body under a frozen rule and roll, and the ballots cast on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.models.bodies import Body, Seat
from governance.models.meetings import Meeting
from governance.models.proposals import Proposal, Revision
from governance.models.triggers import BALLOT_IN_TIME, append_only, moves
from governance.querysets import BallotQuerySet, VoteQuerySet
from governance.rules import VOTE_MOVES, Outcome, Position, Roll, Rule, VoteState
from members.models import Person

OUTCOME_NAMES = [
    (Outcome.CARRIED.value, pgettext_lazy("outcome", "Carried")),
    (Outcome.NOT_CARRIED.value, pgettext_lazy("outcome", "Not carried")),
]
STATE_NAMES = [
    (VoteState.OPEN.value, pgettext_lazy("vote", "Open")),
    (VoteState.CLOSED.value, pgettext_lazy("vote", "Closed")),
    (VoteState.CANCELLED.value, pgettext_lazy("vote", "Cancelled")),
]
POSITION_NAMES = [
    (Position.FOR.value, pgettext_lazy("position", "For")),
    (Position.AGAINST.value, pgettext_lazy("position", "Against")),
    (Position.ABSTAIN.value, pgettext_lazy("position", "Abstain")),
    (Position.RECUSED.value, pgettext_lazy("position", "Recuse")),
]
FROZEN = [
    "proposal", "body", "revision", "kind", "rule", "rule_digest", "roll", "roll_digest", "text_digest", "opens_at",
    "closes_at", "entry", "options", "meeting",
]  # fmt: skip


class Vote(models.Model):
    """One question. What is frozen at opening can't be changed: cancel and reopen instead."""

    class Kind(models.TextChoices):
        ROLL_CALL = "roll-call", _("Motion, roll call")
        LAZY = "lazy", _("Lazy consensus")
        IN_MEETING = "in-meeting", _("Motion, roll call in a meeting")

    State = VoteState

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="votes")
    body = models.ForeignKey(Body, models.PROTECT, related_name="votes")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="votes")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.ROLL_CALL)
    rule: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    rule_digest = models.CharField(max_length=64)
    roll: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    roll_digest = models.CharField(max_length=64)
    text_digest = models.CharField(max_length=64)
    options: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list,
        help_text=_("Competing texts, the proposal’s own as 0; empty where there is one"),
    )
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    called_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey("transparency.Entry", models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=STATE_NAMES,
        default=VoteState.OPEN.value,
    )
    outcome = models.CharField(max_length=12, choices=OUTCOME_NAMES, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_early = models.BooleanField(default=False)
    cancel_reason = models.CharField(max_length=300, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="votes",
        help_text=_("The meeting in which the roll call was held, if it was held in one"),
    )  # fmt: skip
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by",
        help_text=_("The lazy consensus that objections turned into this vote"),
    )  # fmt: skip

    objects = VoteQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        triggers = [
            moves("vote", VOTE_MOVES),
            pgtrigger.ReadOnly(name="vote_frozen", fields=FROZEN),
            pgtrigger.Protect(name="vote_stays", operation=pgtrigger.Delete),
        ]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="vote_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(state="open"), name="vote_open_once"
            ),
            models.CheckConstraint(
                name="vote_closes_after_it_opens", condition=Q(closes_at__gt=F("opens_at"))
            ),
            models.CheckConstraint(
                name="vote_outcome_when_closed",
                condition=(Q(state="closed") & ~Q(outcome=""))
                | (~Q(state="closed") & Q(outcome="")),
            ),
            models.CheckConstraint(
                name="vote_end_when_ended",
                condition=(Q(state="open") & Q(ended_at=None))
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision.title}"

    def get_absolute_url(self) -> str:
        return reverse("governance:vote", args=[self.pk])

    @property
    def frozen_rule(self) -> Rule:
        """The rule as it was at opening."""
        return Rule.from_json(self.rule)

    @property
    def frozen_roll(self) -> Roll:
        """The roll as it was at opening."""
        return Roll.from_json(self.roll)

    @property
    def amendment_numbers(self) -> list[int]:
        """The numbers of the amendments on the ballot."""
        return [option["number"] for option in self.options if option["number"]]

    @property
    def is_open(self) -> bool:
        """Open by its state; `is_due` says whether the deadline has passed meanwhile."""
        return self.state == VoteState.OPEN

    @property
    def shows_positions(self) -> bool:
        """Positions are public once the vote has closed, or while it is open if the rule says so."""
        return self.state == VoteState.CLOSED or bool(self.rule["interim"])

    def takes_late_positions(self, now: datetime) -> bool:
        """Between an early close and the announced one, who comes in time by the announcement is still recorded."""
        return self.state == VoteState.CLOSED and self.ended_early and now < self.closes_at

    def is_due(self, now: datetime) -> bool:
        """Say whether the deadline has passed and nobody has closed the vote yet."""
        return self.is_open and now >= self.closes_at


class Ballot(models.Model):
    """A position cast for a seat: append-only; the highest sequence counts."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="ballots")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="ballots")
    sequence = models.PositiveIntegerField()
    position = models.CharField(max_length=10, choices=POSITION_NAMES)
    more: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        default=dict, help_text=_("Positions on the amendments, by their number")
    )
    reason = models.CharField(max_length=500, blank=True)
    caster = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    acting = models.CharField(max_length=10, default="holder")
    cast_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=80)
    nonce = models.CharField(
        max_length=32, help_text=_("Opens the log's commitment of a sealed position")
    )
    entry = models.ForeignKey("transparency.Entry", models.PROTECT, related_name="+")

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["vote", "seat", "sequence"]
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        triggers = [*append_only("ballot"), BALLOT_IN_TIME]
        constraints = [
            models.UniqueConstraint(
                fields=["vote", "seat", "sequence"], name="ballot_sequence_once"
            ),
            models.UniqueConstraint(
                fields=["vote", "seat", "idempotency_key"], name="ballot_submission_once"
            ),
            models.CheckConstraint(
                name="ballot_recusal_has_reason", condition=~Q(position="recused") | ~Q(reason="")
            ),
            models.CheckConstraint(name="ballot_sequence_from_one", condition=Q(sequence__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.vote_id}/{self.seat_id}/{self.sequence}"
