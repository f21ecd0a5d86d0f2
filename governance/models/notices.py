"""Letters that wait to be sent: written with what they tell of, sent by a worker after the commit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.models.votes import Vote
from governance.querysets import NoticeQuerySet
from members.models import Person


class NoticeChoice(models.Model):
    """How a person wants to hear from governance; without a row: at once."""

    class Delivery(models.TextChoices):
        AT_ONCE = "at-once", pgettext_lazy("letters", "At once")
        DAILY = "daily", pgettext_lazy("letters", "Once a day, in one letter")
        NEVER = "never", pgettext_lazy("letters", "Never")

    person = models.OneToOneField(Person, models.CASCADE, related_name="notice_choice")
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.AT_ONCE)

    class Meta:
        verbose_name = _("choice of letters")
        verbose_name_plural = _("choices of letters")

    def __str__(self) -> str:
        return f"{self.person}: {self.delivery}"


class Notice(models.Model):
    """One thing told to one person, in their language and time zone. The same thing is told once."""

    class Kind(models.TextChoices):
        VOTE_OPENED = "vote-opened", _("A vote has opened")
        LAST_CALL = "last-call", _("A vote closes soon")
        DECIDED = "decided", _("A decision")
        MEETING_CALLED = "meeting-called", _("A meeting is called")
        MEETING_CHANGED = "meeting-changed", _("A meeting is moved or cancelled")
        TERM_ENDS = "term-ends", _("A term ends")
        PROJECT = "project", _("News of a project")

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    vote = models.ForeignKey(Vote, models.CASCADE, null=True, related_name="notices")
    about = models.CharField(
        max_length=80, help_text=_("What it is about, so that it is told once: vote:12")
    )
    subject = models.CharField(max_length=200)
    text = models.TextField()
    made_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "about"], name="notice_told_once"),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(sent_at=None), name="notice_waiting"),
        ]

    def __str__(self) -> str:
        return self.subject
