"""The questions asked about meetings, agendas and minutes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from alliance.viewer import Viewer
from governance.querysets import TODAY

if TYPE_CHECKING:
    from governance import models as rows  # noqa: F401 - named in strings


class MeetingQuerySet(models.QuerySet["rows.Meeting"]):
    """Meetings are public; the address to join one is not, nor are minutes before they are approved."""

    def visible_to(self, viewer: Viewer) -> MeetingQuerySet:
        return self.all()

    def ahead(self, now: datetime) -> MeetingQuerySet:
        """Those called and not over, the next first."""
        wanted = Q(state="open") | Q(state="scheduled", ends_at__gte=now)
        return self.filter(wanted).order_by("starts_at", "pk")

    def held(self) -> MeetingQuerySet:
        """Those that took place and are over, the latest first."""
        return self.filter(state="closed")

    def for_list(self) -> MeetingQuerySet:
        """With what a list shows."""
        return self.select_related("body")


class AgendaQuerySet(models.QuerySet["rows.AgendaItem"]):
    """Items of agendas. What only members may read of a proposal is not shown to others in an agenda either."""

    def in_order(self) -> AgendaQuerySet:
        """From the first, with the proposals."""
        return self.select_related("proposal", "proposal__body").order_by("position")


class MinutesQuerySet(models.QuerySet["rows.Minutes"]):
    """Versions of minutes."""

    def visible_to(self, viewer: Viewer) -> MinutesQuerySet:
        """Approved ones are public; drafts are for who sits on the body or has an office there."""
        if viewer.person_id is None:
            return self.filter(state="approved")
        lasts = Q(until=None) | Q(until__gte=TODAY)
        terms, offices = (
            apps.get_model("governance", name)._default_manager.filter(
                lasts, since__lte=TODAY, person=viewer.person_id
            )
            for name in ("Appointment", "Office")
        )
        body = OuterRef("meeting__body")
        own = Exists(terms.filter(seat__body=body)) | Exists(offices.filter(body=body))
        return self.filter(Q(state="approved") | own)

    def approved(self) -> MinutesQuerySet:
        """The versions that decisions approved, the latest first."""
        return self.filter(state="approved").order_by("-number")
