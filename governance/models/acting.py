"""Who may act for a seat besides its holder, and positions that came after an early close."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.models.bodies import Seat, no_overlap
from governance.models.triggers import LATE_IN_TIME, append_only
from governance.models.votes import POSITION_NAMES, Vote
from governance.querysets import AlternateQuerySet, ProxyQuerySet
from members.models import Person


class Acting(models.TextChoices):
    """In what quality a person casts."""

    HOLDER = "holder", pgettext_lazy("acting as", "Holder of the seat")
    CLIENT = "client", pgettext_lazy("acting as", "System of the organisation")
    PROXY = "proxy", pgettext_lazy("acting as", "Proxy")
    ALTERNATE = "alternate", pgettext_lazy("acting as", "Alternate")
    MEETING = "meeting", pgettext_lazy("acting as", "Entered from a meeting by an officer")


class Alternate(models.Model):
    """A person who votes for a seat when its holder does not; what the holder casts goes before."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="alternates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="alternate_for")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = AlternateQuerySet.as_manager()

    class Meta:
        ordering = ["seat", "-since"]
        verbose_name = _("alternate")
        verbose_name_plural = _("alternates")
        constraints = [
            models.CheckConstraint(
                name="alternate_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
            no_overlap("alternate_one_a_seat", "seat"),
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.person}"


class Proxy(models.Model):
    """A holder's word that another holder of the body casts for the seat: for one vote or for some days."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="proxies")
    person = models.ForeignKey(Person, models.PROTECT, related_name="proxies_held")
    vote = models.ForeignKey(Vote, models.PROTECT, null=True, blank=True, related_name="proxies")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="proxies_given")
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ProxyQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at"]
        verbose_name = _("proxy")
        verbose_name_plural = _("proxies")
        triggers = [
            pgtrigger.ReadOnly(
                name="proxy_fixed", fields=["seat", "person", "vote", "since", "until", "given_by"]
            ),
            pgtrigger.Protect(name="proxy_stays", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(
                name="proxy_for_a_vote_or_some_days",
                condition=Q(vote__isnull=False, since=None, until=None)
                | Q(vote=None, since__isnull=False, until__isnull=False, until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="proxy_is_somebody_else", condition=~Q(person=F("given_by"))
            ),
            models.UniqueConstraint(
                fields=["seat", "vote"],
                condition=Q(revoked_at=None, vote__isnull=False),
                name="proxy_one_a_vote",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} > {self.person}"


class LatePosition(models.Model):
    """A position recorded after an early close and before the announced one: append-only, and it counts for nothing
    but taking part."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="late_positions")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="late_positions")
    position = models.CharField(max_length=10, choices=POSITION_NAMES)
    more: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        default=dict, help_text=_("Positions on the amendments, by their number")
    )
    reason = models.CharField(max_length=500, blank=True)
    caster = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("transparency.Entry", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["vote", "at"]
        verbose_name = _("late position")
        verbose_name_plural = _("late positions")
        triggers = [*append_only("late_position"), LATE_IN_TIME]
        constraints = [
            models.UniqueConstraint(fields=["vote", "seat"], name="late_position_once_a_seat"),
            models.CheckConstraint(
                name="late_recusal_has_reason", condition=~Q(position="recused") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vote_id}/{self.seat_id}"
