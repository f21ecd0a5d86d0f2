"""What a decision does with minutes: it approves one version of them, for good."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.actions.minutes import APPROVE, approve_minutes
from governance.effects import EffectRefused, EffectType, Params
from governance.models import Minutes
from governance.own_effects import body_of


class ApproveMinutes(EffectType):
    """Approve a version of a meeting's minutes; a correction is another version with a decision of its own."""

    kind = APPROVE
    label = gettext_lazy("Approve minutes")
    example = {"meeting": "1", "version": "1"}

    def check(self, params: Params) -> None:
        minutes = _minutes(params)
        if minutes.is_approved:
            raise EffectRefused(
                _("These minutes are approved already, by %(number)s.")
                % {"number": minutes.decision_number},
                code="minutes-approved",
            )
        if minutes.meeting.minutes.filter(number__gt=minutes.number).exists():
            raise EffectRefused(
                _("A later version of these minutes has been written."), code="minutes-older"
            )

    def describe(self, params: Params) -> str:
        minutes = _minutes(params)
        return _("Version %(number)d of the minutes of “%(title)s” is approved and published.") % {
            "number": minutes.number, "title": minutes.meeting.title,
        }  # fmt: skip

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        self.check(params)
        minutes = _minutes(params)
        if minutes.meeting.body != body_of(decision_number):
            raise EffectRefused(
                _("A body approves the minutes of its own meetings."), code="minutes-elsewhere"
            )
        approve_minutes(minutes, decision_number=decision_number, decided_at=decided_at)

    def url(self, params: Params) -> str | None:
        return reverse("governance:meeting", args=[_minutes(params).meeting_id]) + "#minutes"


def _minutes(params: Params) -> Minutes:
    numbers = [str(params.get(name, "")) for name in ("meeting", "version")]
    if not all(number.isdecimal() and len(number) < 10 for number in numbers):
        raise EffectRefused(
            _("These parameters are needed, as whole numbers: meeting, version."),
            code="effect-params",
        )
    rows = Minutes.objects.select_related("meeting__body")
    found = rows.filter(meeting=int(numbers[0]), number=int(numbers[1])).first()
    if found is None:
        raise EffectRefused(_("There is no such version of minutes."), code="minutes-unknown")
    return found
