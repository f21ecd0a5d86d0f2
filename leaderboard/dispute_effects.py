"""What a decision does to a dispute."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.problems import DomainError
from governance.effects import EffectRefused, EffectType, Params
from leaderboard import actions
from leaderboard.actions.disputes import dispute_to_settle
from leaderboard.models import Dispute


class SettleDispute(EffectType):
    """End a dispute: upheld or rejected. Retracting the result is an effect of its own."""

    kind = "leaderboard.settle_dispute"
    label = gettext_lazy("Settle a dispute")
    example = {
        "dispute": 12,
        "outcome": "rejected",
        "reason": "A third node came to the same figure.",
    }

    def check(self, params: Params) -> None:
        number, outcome, _reason = _settled(params)
        try:
            dispute_to_settle(number, outcome)
        except DomainError as error:
            raise EffectRefused(error.message, code=error.code) from error

    def describe(self, params: Params) -> str:
        number, outcome, reason = _settled(params)
        upheld = _("The dispute %(number)s is upheld: %(reason)s")
        rejected = _("The dispute %(number)s is rejected: %(reason)s")
        text = upheld if outcome == Dispute.State.UPHELD else rejected
        return text % {"number": number, "reason": reason}

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        number, outcome, reason = _settled(params)
        try:
            actions.settle_dispute(
                number=number, outcome=outcome, reason=reason, decision_number=decision_number
            )
        except DomainError as error:
            raise EffectRefused(error.message, code=error.code) from error

    def url(self, params: Params) -> str | None:
        found = Dispute.objects.select_related("result").filter(pk=_settled(params)[0]).first()
        return found.get_absolute_url() if found else None


def _settled(params: Params) -> tuple[int, str, str]:
    """Read the parameters; a form writes every one of them as text."""
    number, outcome, reason = (params.get(name) for name in ("dispute", "outcome", "reason"))
    if isinstance(number, str) and re.fullmatch(r"[0-9]{1,18}", number.strip()):
        number = int(number)
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63
    fits = is_number and isinstance(outcome, str) and isinstance(reason, str)
    if not fits or not str(reason).strip():
        raise EffectRefused(
            _("Give the dispute as a number, its outcome and the reason as texts."),
            code="effect-params",
        )
    return int(str(number)), str(outcome), str(reason).strip()
