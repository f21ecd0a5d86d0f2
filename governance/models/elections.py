"""Elections: who stands, who asked what, how the seats voted, who was elected."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from governance.election_querysets import (
    CandidateQuerySet,
    ElectionBallotQuerySet,
    ElectionQuerySet,
    QuestionQuerySet,
)
from governance.models.bodies import Body, Seat
from governance.models.triggers import append_only, moves
from governance.rules import Roll
from governance.rules.elections import (
    CANDIDATE_MOVES,
    ELECTION_MOVES,
    CandidateState,
    ElectionRule,
    ElectionState,
    Standing,
)
from governance.tally import Method, Unranked
from members.models import Organisation, Person

METHOD_NAMES = [
    (Method.SCOTTISH_STV.value, _("Single transferable vote, Scottish rule")),
    (Method.MEEK_STV.value, _("Single transferable vote, Meek’s rule")),
    (Method.SCHULZE.value, _("Schulze method")),
    (Method.RANKED_PAIRS.value, _("Ranked pairs")),
    (Method.IRV.value, _("Instant runoff")),
    (Method.STAR.value, _("STAR: score, then runoff")),
    (Method.SCORE.value, _("Score voting")),
    (Method.APPROVAL.value, _("Approval voting")),
    (Method.PLURALITY.value, _("Plurality: one choice")),
]
UNRANKED_NAMES = [
    (Unranked.IGNORE.value, _("A candidate left out is not compared with anybody")),
    (Unranked.LAST.value, _("A candidate left out comes after all that are ranked")),
]
FROZEN = [
    "body", "fills", "seat_numbers", "term_since", "term_until", "rule", "roll", "candidates", "opens_at", "closes_at",
    "entry",
]  # fmt: skip
BALLOT_IN_TIME = pgtrigger.Trigger(
    name="election_ballot_in_time",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    declare=[("held", "RECORD")],
    func=pgtrigger.Func(
        """
        SELECT e.state, e.opens_at, e.closes_at, e.roll, s.number, s.body_id = e.body_id AS same_body INTO held
          FROM governance_election e, governance_seat s
         WHERE e.id = NEW.election_id AND s.id = NEW.seat_id;
        IF held.state IS DISTINCT FROM 'open' OR NEW.cast_at >= held.closes_at OR NEW.cast_at < held.opens_at
           OR NEW.cast_at > clock_timestamp() OR NEW.cast_at < clock_timestamp() - interval '1 minute' THEN
            RAISE EXCEPTION 'ballot outside the opening of its election' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT held.same_body OR NOT held.roll @> jsonb_build_array(
            jsonb_build_object('seat', held.number, 'filled', true)) THEN
            RAISE EXCEPTION 'ballot of a seat that is not on the roll' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
        """
    ),
)
"""A ballot enters only while its election is open, stamped with the moment of casting, for a seat of the roll."""


def _any_changes(names: list[str]) -> pgtrigger.Q:
    """Return the condition that an update changes one of these columns."""
    changes = (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in names)
    return reduce(or_, changes)


class Election(models.Model):
    """Seats to be filled by a vote of a body. Rule, roll and candidates are frozen when it opens."""

    State = ElectionState

    body = models.ForeignKey(Body, models.PROTECT, related_name="elections")
    fills = models.ForeignKey(Body, models.PROTECT, related_name="filled_by")
    seat_numbers: models.JSONField[list[int], list[int]] = models.JSONField()
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160, blank=True)
    text_en = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    term_since = models.DateField()
    term_until = models.DateField(null=True, blank=True)
    rule: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    roll: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list
    )
    candidates: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list
    )
    announced_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=12,
        choices=[
            (ElectionState.NOMINATIONS.value, pgettext_lazy("election", "Nominations")),
            (ElectionState.OPEN.value, pgettext_lazy("election", "Open")),
            (ElectionState.DRAWING.value, pgettext_lazy("election", "Tie, to be drawn")),
            (ElectionState.COUNTED.value, pgettext_lazy("election", "Counted")),
            (ElectionState.CANCELLED.value, pgettext_lazy("election", "Cancelled")),
        ],
        default=ElectionState.NOMINATIONS.value,
    )
    cancel_reason = models.CharField(max_length=300, blank=True)
    entry = models.ForeignKey("transparency.Entry", models.PROTECT, null=True, related_name="+")
    closed_entry = models.ForeignKey(
        "transparency.Entry", models.PROTECT, null=True, related_name="+"
    )
    counted_entry = models.ForeignKey(
        "transparency.Entry", models.PROTECT, null=True, related_name="+"
    )
    seed = models.CharField(
        max_length=64, blank=True, help_text=_("Root of the checkpoint that drew a tie")
    )
    number = models.CharField(max_length=40, blank=True)
    serial = models.PositiveIntegerField(null=True)
    result: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        null=True
    )
    effect: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        null=True
    )

    title = Localised("title")
    text = Localised("text")
    objects = ElectionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("election")
        verbose_name_plural = _("elections")
        triggers = [
            moves("election", ELECTION_MOVES),
            pgtrigger.Protect(
                name="election_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__opens_at__isnull=False) & _any_changes(FROZEN),
            ),
            pgtrigger.Protect(
                name="election_result_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="counted"),
            ),
            pgtrigger.Protect(name="election_stays", operation=pgtrigger.Delete),
        ]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="election_due")
        ]
        constraints = [
            models.CheckConstraint(
                name="election_opens_whole",
                condition=Q(opens_at=None, closes_at=None)
                | Q(opens_at__isnull=False, closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="election_open_has_times",
                condition=Q(state__in=["nominations", "cancelled"]) | Q(opens_at__isnull=False),
            ),
            models.CheckConstraint(
                name="election_counted_has_result",
                condition=(Q(state="counted", result__isnull=False) & ~Q(number=""))
                | (~Q(state="counted") & Q(result=None, number="")),
            ),
            models.CheckConstraint(
                name="election_term_runs_forward",
                condition=Q(term_until=None) | Q(term_until__gte=F("term_since")),
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="election_number_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("governance:election", args=[self.pk])

    @property
    def counting_rule(self) -> ElectionRule:
        return ElectionRule.from_json(self.rule)

    @property
    def method_name(self) -> str:
        return str(dict(METHOD_NAMES)[self.rule["method"]])

    @property
    def frozen_roll(self) -> Roll:
        """The roll as it was at opening."""
        return Roll.from_json(self.roll)

    @property
    def standing(self) -> list[Standing]:
        """The candidates as they were at opening."""
        return [
            Standing(one["number"], one["name"], one["organisation"]) for one in self.candidates
        ]

    @property
    def takes_nominations(self) -> bool:
        return self.state == ElectionState.NOMINATIONS

    @property
    def is_open(self) -> bool:
        """Open by its state; `is_due` says whether the close has passed meanwhile."""
        return self.state == ElectionState.OPEN

    @property
    def is_counted(self) -> bool:
        return self.state == ElectionState.COUNTED

    @property
    def shows_ballots(self) -> bool:
        """Recorded ballots are public once no more can come."""
        return self.state in (ElectionState.DRAWING, ElectionState.COUNTED)

    def is_due(self, now: datetime) -> bool:
        """Say whether the close has passed and nobody has closed it yet."""
        return self.is_open and self.closes_at is not None and now >= self.closes_at


class Candidate(models.Model):
    """Somebody nominated for an election; public from their acceptance."""

    State = CandidateState

    election = models.ForeignKey(Election, models.PROTECT, related_name="candidacies")
    person = models.ForeignKey(Person, models.PROTECT, related_name="candidacies")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=150)
    number = models.PositiveSmallIntegerField(null=True, help_text=_("Given at opening"))
    nominated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    nominated_at = models.DateTimeField()
    state = models.CharField(
        max_length=12,
        choices=[
            (CandidateState.NOMINATED.value, pgettext_lazy("candidate", "Nominated")),
            (CandidateState.ACCEPTED.value, pgettext_lazy("candidate", "Stands")),
            (CandidateState.DECLINED.value, pgettext_lazy("candidate", "Declined")),
            (CandidateState.WITHDRAWN.value, pgettext_lazy("candidate", "Withdrawn")),
        ],
        default=CandidateState.NOMINATED.value,
    )
    statement_en = models.TextField(blank=True)
    statement_fr = models.TextField(blank=True)

    statement = Localised("statement")
    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["election", "name"]
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        triggers = [
            moves("candidate", CANDIDATE_MOVES),
            pgtrigger.Protect(name="candidate_stays", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(fields=["election", "person"], name="candidate_once"),
            models.UniqueConstraint(fields=["election", "number"], name="candidate_number_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """A question of a seat to all candidates."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="questions")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    hidden_reason = models.CharField(max_length=300, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        triggers = [
            pgtrigger.ReadOnly(
                name="question_stays_as_asked",
                fields=["election", "seat", "asked_by", "text", "asked_at"],
            ),
            pgtrigger.Protect(name="question_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.text


class Answer(models.Model):
    """A candidate's answer: append-only, one a question."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="answers")
    text = models.CharField(max_length=2000)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        triggers = append_only("answer")
        constraints = [
            models.UniqueConstraint(fields=["question", "candidate"], name="answer_once")
        ]

    def __str__(self) -> str:
        return self.text


class ElectionBallot(models.Model):
    """A ballot cast for a seat: append-only; the highest sequence counts."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="ballots")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()
    content: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField()
    caster = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    cast_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=80)
    nonce = models.CharField(max_length=32, help_text=_("Opens the log’s commitment at the close"))
    entry = models.ForeignKey("transparency.Entry", models.PROTECT, related_name="+")

    objects = ElectionBallotQuerySet.as_manager()

    class Meta:
        ordering = ["election", "seat", "sequence"]
        verbose_name = _("election ballot")
        verbose_name_plural = _("election ballots")
        triggers = [*append_only("election_ballot"), BALLOT_IN_TIME]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "seat", "sequence"], name="election_ballot_sequence_once"
            ),
            models.UniqueConstraint(
                fields=["election", "seat", "idempotency_key"],
                name="election_ballot_submission_once",
            ),
            models.CheckConstraint(
                name="election_ballot_sequence_from_one", condition=Q(sequence__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.election_id}/{self.seat_id}/{self.sequence}"
