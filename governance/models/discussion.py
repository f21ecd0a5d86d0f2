"""What others say to a proposal: competing texts, comments and objections."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.models.bodies import Seat
from governance.models.proposals import Proposal, Revision
from governance.models.texts import Text
from governance.models.triggers import moves
from governance.querysets import AmendmentQuerySet, CommentQuerySet
from governance.rules import AMENDMENT_MOVES, AmendmentState
from members.models import Organisation, Person


class Amendment(Text):
    """A seat's competing text. Open ones stand on the ballot beside the proposal's own, each counted for itself."""

    State = AmendmentState

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    base = models.ForeignKey(Revision, models.PROTECT, related_name="amendments")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="amendments")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=500)
    state = models.CharField(
        max_length=12,
        choices=[
            (AmendmentState.OPEN.value, pgettext_lazy("amendment", "Open")),
            (AmendmentState.ACCEPTED.value, pgettext_lazy("amendment", "Accepted by the author")),
            (AmendmentState.WITHDRAWN.value, pgettext_lazy("amendment", "Withdrawn")),
        ],
        default=AmendmentState.OPEN.value,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["proposal", "number"]
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        triggers = [moves("amendment", AMENDMENT_MOVES)]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="amendment_number_once"),
            models.CheckConstraint(name="amendment_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.number}"


class Comment(models.Model):
    """A contribution in Markdown. An objection is a comment that the proposal's author has to answer."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comment")
        OBJECTION = "objection", _("Objection")
        ANSWER = "answer", _("Answer of the author")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="comments")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies"
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.COMMENT)
    author = models.ForeignKey(Person, models.PROTECT, related_name="comments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    text = models.TextField(max_length=5000)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, help_text=_("Of an objection"))
    hidden_at = models.DateTimeField(null=True)
    hidden_why = models.CharField(max_length=300, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                name="comment_hidden_with_reason",
                condition=Q(hidden_at=None, hidden_why="")
                | Q(hidden_at__isnull=False) & ~Q(hidden_why=""),
            ),
            models.CheckConstraint(
                name="comment_only_objections_are_answered",
                condition=Q(answered_at=None) | Q(kind="objection"),
            ),
            models.CheckConstraint(
                name="comment_answers_something", condition=~Q(kind="answer") | ~Q(parent=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.kind}"

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def awaits_answer(self) -> bool:
        """An objection nobody has answered; a hidden one asks for nothing."""
        return self.kind == self.Kind.OBJECTION and self.answered_at is None and not self.is_hidden
