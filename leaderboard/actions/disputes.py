"""Disputes of results: raised, answered, withdrawn, settled. Each step leaves an event; the two ends, a log entry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.clock import database_now
from alliance.viewer import Viewer
from leaderboard import policies
from leaderboard.errors import NotAllowed, ResultRefused
from leaderboard.models import Dispute, DisputeEvent, Result
from leaderboard.outcomes import mark_touched, purge_pages
from leaderboard.rules import PENDING, RULINGS, may_become
from members.models import Organisation
from transparency.actions import append

State = Dispute.State
_DISPUTABLE = (Result.State.COUNTED, Result.State.UNRANKED)
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an objection points to: a published address, another result of the same cell, both, or neither."""

    address: str = ""
    counter: str = ""


NO_EVIDENCE = Evidence()


def raise_dispute(
    *,
    viewer: Viewer,
    result: Result,
    organisation: Organisation,
    reason: str,
    evidence: Evidence = NO_EVIDENCE,
) -> Dispute:
    """Object to a result in public, for an organisation; its cell is disputed until this ends."""
    if not policies.may_dispute(viewer, organisation.pk, timezone.now().date()):
        raise NotAllowed(
            _(
                "Only an organisation’s administrators, representatives and engineers raise disputes."
            )
        )
    reason = _text(reason)
    with transaction.atomic():
        locked = Result.objects.select_for_update(of=("self",)).get(pk=result.pk)
        _check_disputable(locked, organisation)
        dispute = Dispute.objects.create(
            result=locked,
            organisation=organisation,
            raised_by_id=viewer.person_id,
            reason=reason,
            evidence=_address(evidence.address),
            counter=_counter(locked, evidence.counter),
        )
        _record(dispute, "", viewer.person_id)
        _log("dispute-raised", dispute, reason=_digest(reason))
        _board_changed(dispute)
    return dispute


def answer_dispute(*, viewer: Viewer, dispute: Dispute, answer: str) -> Dispute:
    """Answer for the organisation whose node measured the result; once."""
    owner = dispute.result.node.organisation_id
    if not policies.may_dispute(viewer, owner, timezone.now().date()):
        raise NotAllowed(_("Only the organisation of the node answers a dispute."))
    answer = _text(answer)
    with transaction.atomic():
        locked = _locked(dispute.pk, State.ANSWERED)
        locked.answer, locked.answered_at = answer, database_now()
        _move(locked, State.ANSWERED, viewer.person_id)
        purge_pages(locked.result)
    return locked


def withdraw_dispute(*, viewer: Viewer, dispute: Dispute) -> Dispute:
    """Take an objection back; it stays to be read."""
    if not policies.may_dispute(viewer, dispute.organisation_id, timezone.now().date()):
        raise NotAllowed(_("Only the organisation that raised a dispute withdraws it."))
    with transaction.atomic():
        locked = _locked(dispute.pk, State.WITHDRAWN)
        _end(locked, State.WITHDRAWN, viewer.person_id)
    return locked


def dispute_to_settle(number: int, outcome: str) -> Dispute:
    """Return a dispute that a decision can still settle, or refuse."""
    if outcome not in RULINGS:
        raise ResultRefused(
            _("The outcome is “upheld” or “rejected”."), code="dispute-outcome-unknown"
        )
    dispute = Dispute.objects.filter(pk=number).first()
    if dispute is None:
        raise ResultRefused(
            _("There is no dispute %(number)s.") % {"number": number}, code="dispute-unknown"
        )
    _check_move(dispute, outcome)
    return dispute


def settle_dispute(*, number: int, outcome: str, reason: str, decision_number: str) -> Dispute:
    """End a dispute by decision. An upheld one retracts nothing: that is a decision of its own."""
    with transaction.atomic():
        locked = _locked(dispute_to_settle(number, outcome).pk, outcome)
        locked.ruling, locked.decision_number = reason, decision_number
        _end(locked, outcome, None, decision=decision_number)
    return locked


def _check_disputable(result: Result, organisation: Organisation) -> None:
    if result.state not in _DISPUTABLE:
        raise ResultRefused(
            _("The result “%(result)s” does not count any more.") % {"result": result.ulid},
            code="result-void",
        )
    if result.node.organisation_id == organisation.pk:
        raise ResultRefused(
            _("This is a result of your own node: retract it there instead."), code="result-own"
        )
    if result.disputes.filter(organisation=organisation, state__in=sorted(PENDING)).exists():
        raise ResultRefused(
            _("Your organisation already disputes this result. Withdraw that dispute first."),
            code="dispute-pending",
        )


def _address(text: str) -> str:
    text = text.strip()
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or len(text) > 500):
        raise ResultRefused(
            _("Give the evidence's whole address, such as https://example.org/log.json."),
            code="dispute-evidence",
        )
    return text


def _counter(result: Result, ulid: str) -> Result | None:
    """Return the result set against the disputed one: the same system in the same form, on the same version."""
    ulid = ulid.strip().upper()
    if not ulid:
        return None
    same = Result.objects.filter(
        benchmark_version=result.benchmark_version_id, system_revision=result.system_revision_id
    ).exclude(pk=result.pk)
    found = same.filter(ulid=ulid).first()
    if found is None:
        raise ResultRefused(
            _("“%(result)s” is not another result of this system on this benchmark version.")
            % {"result": ulid[:26]},
            code="dispute-counter",
        )
    return found


def _text(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise ResultRefused(
            _("Write between 1 and %(most)s characters.") % {"most": LONGEST}, code="dispute-text"
        )
    return text


def _locked(number: int, outcome: str) -> Dispute:
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=number)
    _check_move(dispute, outcome)
    return dispute


def _check_move(dispute: Dispute, outcome: str) -> None:
    if may_become(dispute.state, outcome):
        return
    if dispute.is_pending:
        raise ResultRefused(_("This dispute has been answered already."), code="dispute-answered")
    raise ResultRefused(_("This dispute has ended."), code="dispute-ended")


def _end(dispute: Dispute, outcome: str, actor: int | None, **details: str) -> None:
    dispute.ended_at = database_now()
    _move(dispute, outcome, actor, **details)
    _log("dispute-ended", dispute, outcome=str(outcome), **details)
    _board_changed(dispute)


def _move(dispute: Dispute, outcome: str, actor: int | None, **details: str) -> None:
    before, dispute.state = dispute.state, str(outcome)
    dispute.save()
    _record(dispute, before, actor, **details)


def _record(dispute: Dispute, before: str, actor: int | None, **details: str) -> None:
    DisputeEvent.objects.create(
        dispute=dispute, from_state=before, to_state=dispute.state, actor_id=actor, details=details
    )


def _log(kind: str, dispute: Dispute, **more: Any) -> None:
    body = {
        "dispute": dispute.pk,
        "result": dispute.result.ulid,
        "envelope": dispute.result.envelope_id,
        "organisation": dispute.organisation.public_slug,
    }
    append(kind=kind, body=body | more)


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _board_changed(dispute: Dispute) -> None:
    from leaderboard.tasks import refresh_board

    version = dispute.result.benchmark_version_id
    mark_touched([version])
    doorbell.ring_on_commit(refresh_board, version)
    purge_pages(dispute.result)
