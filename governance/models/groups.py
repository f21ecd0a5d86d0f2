"""Who works in a group: people join on request, and a lead lets them in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.models.bodies import Body
from governance.querysets import GroupMemberQuerySet
from members.models import Organisation, Person


class GroupMember(models.Model):
    """A person in a working group, from the request to the day they leave. Seats vote; members work."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("group member", "Asked to join")
        MEMBER = "member", pgettext_lazy("group member", "Member")
        DECLINED = "declined", pgettext_lazy("group member", "Declined")
        LEFT = "left", pgettext_lazy("group member", "Left")

    body = models.ForeignKey(Body, models.PROTECT, related_name="group_members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="group_memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    why = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("member of a working group")
        verbose_name_plural = _("members of working groups")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "person"], condition=Q(state__in=["asked", "member"]), name="group_member_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.body}: {self.person}"
