"""A text on its way to a vote; every revision is kept."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.i18n import Localised
from governance.models.bodies import Body, Seat
from governance.models.texts import Text
from governance.models.triggers import append_only, moves
from governance.querysets import ProposalQuerySet
from governance.rules import PROPOSAL_MOVES, ProposalState
from members.models import Organisation, Person

STATE_NAMES = [
    (ProposalState.DRAFT.value, pgettext_lazy("proposal", "Draft")),
    (ProposalState.DISCUSSION.value, pgettext_lazy("proposal", "Discussion")),
    (ProposalState.SECONDED.value, pgettext_lazy("proposal", "Seconded")),
    (ProposalState.CALLED.value, pgettext_lazy("proposal", "Called")),
    (ProposalState.DECIDED.value, pgettext_lazy("proposal", "Decided")),
    (ProposalState.WITHDRAWN.value, pgettext_lazy("proposal", "Withdrawn")),
    (ProposalState.LAPSED.value, pgettext_lazy("proposal", "Lapsed")),
]


class Proposal(models.Model):
    """What a seat puts to its body. Title and effect are those of the latest revision, kept here for lists."""

    State = ProposalState

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody reads the discussion")
        MEMBERS = "members", _("Only members read the discussion, until a vote is called")

    body = models.ForeignKey(Body, models.PROTECT, related_name="proposals")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="proposals")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="proposals"
    )
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="proposals")
    state = models.CharField(
        max_length=12, choices=STATE_NAMES, default=ProposalState.DRAFT.value, db_index=True
    )
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160, blank=True)
    effect_kind = models.CharField(max_length=60, blank=True)
    effect_params: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(
        null=True, help_text=_("When it became public; empty for a draft")
    )
    state_since = models.DateTimeField()

    title = Localised("title")
    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        triggers = [moves("proposal", PROPOSAL_MOVES)]
        constraints = [
            models.CheckConstraint(
                name="proposal_public_once_discussed",
                condition=Q(opened_at__isnull=False)
                | Q(state__in=["draft", "withdrawn", "lapsed"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("governance:proposal", args=[self.pk])

    @property
    def search_note(self) -> str:
        return str(self.get_state_display())


class Revision(Text):
    """One version of a proposal's text and effect: append-only."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["proposal", "number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        triggers = append_only("revision")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="revision_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.number}"


class Second(models.Model):
    """A seat's support for putting a proposal to the vote: append-only, once a seat."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="seconds")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        verbose_name = _("second")
        verbose_name_plural = _("seconds")
        triggers = append_only("second")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "seat"], name="second_once_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.seat_id}"
