"""Closing: count, outcome, number, decision, effects and log entry, in one transaction, once."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import announce, purge
from governance import effects, notices
from governance.actions.ballots import is_settled, positions_by_option, said_of
from governance.actions.proposals import lock, move, note
from governance.actions.votes import convert, digest, text_of
from governance.announcing import tell_decided
from governance.models import (
    Amendment,
    Ballot,
    Body,
    Decision,
    DecisionEffect,
    Revision,
    Supersession,
    Vote,
)
from governance.rules import OptionsTally, Outcome, ProposalState, VoteState, tally_options
from transparency import actions as log

logger = logging.getLogger(__name__)


@transaction.atomic
def close_vote(*, vote_id: int) -> Decision | None:
    """Close a vote whose deadline has passed or whose outcome is settled; None while it must stay open.

    Whoever comes second finds it closed and gets the same decision.
    """
    vote = (
        Vote.objects.select_for_update(of=("self",))
        .select_related("body", "revision")
        .filter(pk=vote_id)
        .first()
    )
    if vote is None or vote.state == VoteState.CANCELLED:
        return None
    if vote.state == VoteState.CLOSED:
        return vote.decision
    now = database_now()
    early = now < vote.closes_at
    if early and not is_settled(vote, now):
        return None
    count = tally_options(vote.frozen_rule, vote.frozen_roll, positions_by_option(vote))
    if vote.frozen_rule.is_lazy and not count.deciding.is_carried:
        convert(vote, now)
        return None
    decision = _decide(vote, count, now)
    Vote.objects.filter(pk=vote.pk).update(
        state=VoteState.CLOSED.value,
        outcome=count.deciding.outcome.value,
        ended_at=now,
        ended_early=early,
    )
    proposal = lock(vote.proposal_id)
    move(proposal, ProposalState.DECIDED, now)
    note(
        "decided",
        proposal,
        None,
        now,
        vote=vote,
        details={"number": decision.number, "early": early},
    )
    notices.decided(vote, decision, now)
    tell_decided(vote, decision)
    purge(f"vote:{vote.pk}", f"decision:{decision.number}", "decisions")
    announce(f"vote:{vote.pk}", state="closed", decision=decision.number)
    return decision


def close_due_votes() -> int:
    """Close every vote whose time has come, and every settled one whose doorbell was lost; return how many."""
    closed = 0
    now = database_now()
    for vote in Vote.objects.open():
        if not vote.is_due(now) and not is_settled(vote, now):
            continue
        try:
            closed += close_vote(vote_id=vote.pk) is not None
        except Exception:
            logger.exception("vote %s could not be closed; the next round tries again", vote.pk)
    return closed


def close_if_due(vote: Vote) -> Vote:
    """Close an overdue vote for the reader who finds it, in case no worker is alive; return it as it is now."""
    if vote.is_due(database_now()):
        close_vote(vote_id=vote.pk)
        vote.refresh_from_db()
    return vote


def _decide(vote: Vote, count: OptionsTally, now: datetime) -> Decision:
    """Number, act, enter, write. The body's row is held so that numbers have no gap."""
    Body.objects.select_for_update(no_key=True).get(pk=vote.body_id)
    last = Decision.objects.filter(body=vote.body_id, year=now.year).order_by("-serial").first()
    serial = last.serial + 1 if last else 1
    number = f"{vote.body.code}-{now.year}-{serial:03d}"
    text = _adopted(vote, count)
    done = _effects(text, count, number, now)
    entry = log.append(
        kind="governance.decision", body=_record(vote, text, count, number, done, now)
    )
    decision = Decision.objects.create(
        number=number, body_id=vote.body_id, year=now.year, serial=serial, vote=vote,
        outcome=count.deciding.outcome.value, tally=count.to_json(), title_en=text.title_en, title_fr=text.title_fr,
        text_en=text.text_en, text_fr=text.text_fr, decided_at=now, entry=entry,
    )  # fmt: skip
    for effect in done:
        effect.decision = decision
        effect.save()
    if text.supersedes and decision.is_carried:
        _supersede(decision, text.supersedes)
    return decision


def _adopted(vote: Vote, count: OptionsTally) -> Revision | Amendment:
    """Return the text that the decision is about: the chosen one, or the proposal's own."""
    if not count.chosen:
        return vote.revision
    return Amendment.objects.get(proposal=vote.proposal_id, number=count.chosen)


def _supersede(decision: Decision, number: str) -> None:
    """Replace an earlier decision; one that has been replaced meanwhile stays as it is."""
    old = Decision.objects.filter(number=number, body=decision.body_id).in_force().first()
    if old is not None:
        Supersession.objects.create(old=old, new=decision)
        purge(f"decision:{old.number}")


def _effects(
    text: Revision | Amendment, count: OptionsTally, number: str, now: datetime
) -> list[DecisionEffect]:
    """Carry out what the text says; what can't be done is recorded as refused and stops nothing else."""
    kind, params = text.effect_kind, text.effect_params
    if not kind:
        return []
    effect = DecisionEffect(
        kind=kind, params=params, applied_at=now, state=DecisionEffect.State.NONE
    )
    if count.deciding.outcome is Outcome.CARRIED:
        refusal = _attempt(text, number, now, "en")
        effect.state = DecisionEffect.State.REFUSED if refusal else DecisionEffect.State.DONE
        if refusal:
            french = _attempt(text, number, now, "fr", keep=False) or refusal
            effect.code = refusal[0]
            effect.reason_en, effect.reason_fr = refusal[1][:500], french[1][:500]
    return [effect]


def _attempt(
    text: Revision | Amendment, number: str, now: datetime, language: str, *, keep: bool = True
) -> tuple[str, str] | None:
    """Apply an effect in a savepoint; return code and reason of a refusal, in a language."""
    with translation.override(language):
        try:
            with transaction.atomic():
                _apply(text, number, now)
                if not keep:
                    transaction.set_rollback(True)
        except effects.EffectRefused as refusal:
            return refusal.code, refusal.message
        except OperationalError:
            raise  # a lost connection or a deadlock: the whole closing is tried again
        except Exception:
            logger.exception("effect %s of %s failed", text.effect_kind, number)
            return "effect-failed", _(
                "The effect failed for a technical reason; the operators have been told."
            )
    return None


def _apply(text: Revision | Amendment, number: str, now: datetime) -> None:
    effect, params = effects.get(text.effect_kind), text.effect_params
    if isinstance(effect, effects.TextEffect):
        effect.apply_text(text=text, params=params, decision_number=number, decided_at=now)
    else:
        effect.apply(params=params, decision_number=number, decided_at=now)


def _record(
    vote: Vote, text: Revision | Amendment, count: OptionsTally, number: str, done: list[DecisionEffect], now: datetime
) -> dict[str, Any]:  # fmt: skip
    """Return the log entry: enough to count again, and to open the commitments of a sealed vote."""
    ballots = (
        Ballot.objects.filter(vote=vote).current().select_related("seat").order_by("seat__number")
    )
    sealed = not vote.frozen_rule.interim
    return {
        "decision": number,
        "vote": vote.pk,
        "outcome": count.deciding.outcome.value,
        "tally": count.to_json(),
        "positions": [_opened(ballot, sealed=sealed) for ballot in ballots],
        "effects": [
            {
                "kind": effect.kind,
                "params": effect.params,
                "state": effect.state,
                "code": effect.code,
            }
            for effect in done
        ],
        "text_digest": digest(text_of(text)),
        "decided_at": now.isoformat(),
        **({"meeting": vote.meeting_id} if vote.meeting_id else {}),
    }


def _opened(ballot: Ballot, *, sealed: bool) -> dict[str, Any]:
    """Return a counted position; of a sealed vote with what opens its commitment in the log."""
    said = said_of(
        ballot.vote_id, ballot.seat.number, ballot.sequence, ballot.position, ballot.more, ballot.reason
    )  # fmt: skip
    return said | ({"nonce": ballot.nonce} if sealed else {})
