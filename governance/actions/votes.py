"""Calling a vote: rule, roll and text are frozen at that instant and entered in the log."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from alliance_node.proofs.strict_json import canonical
from django.db import connection, transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import announce, purge
from alliance.viewer import Viewer
from governance import effects, notices, policies
from governance.actions.proposals import lock, move, note
from governance.errors import CallRefused, NotAllowed, WrongState
from governance.models import Amendment, Body, Meeting, Office, Proposal, Revision, Seat, Vote
from governance.rules import PRESETS, ProposalState, Roll, RollSeat, Rule, VoteState
from transparency import actions as log

LONGEST = timedelta(days=90)


@transaction.atomic
def call_vote(
    *, viewer: Viewer, proposal: Proposal, closes_at: datetime, rule: Rule | None = None
) -> Vote:
    """Put a seconded proposal to the vote, as an officer of its body."""
    proposal = lock(proposal.pk)
    now = database_now()
    check_call(viewer, proposal, now)
    rule = rule or proposal.body.rule
    _check_deadline(rule, now, closes_at)
    roll = take_roll(proposal.body, now)
    if not roll.filled:
        raise CallRefused(
            _("No seat of this body is filled: nobody could vote."), code="roll-empty"
        )
    _check_vetoes(set(rule.veto) - set(proposal.body.rule.veto), rule, roll)
    vote = open_vote(proposal, rule, roll, now, closes_at, viewer)
    move(proposal, ProposalState.CALLED, now)
    note("vote-opened", proposal, viewer, now, vote=vote)
    return vote


@transaction.atomic
def cancel_vote(*, viewer: Viewer, vote_id: int, reason: str) -> Vote:
    """End an open vote without a count; the proposal can be called again."""
    vote = Vote.objects.select_for_update(of=("self",)).select_related("body").get(pk=vote_id)
    now = database_now()
    if not policies.is_officer(viewer, vote.body, now.date()):
        raise NotAllowed(_("Only the chair or the secretary of the body cancels a vote."))
    if not vote.is_open:
        raise WrongState(_("This vote is not open any more."))
    if not reason.strip():
        raise CallRefused(_("Say why the vote is cancelled."), code="reason-needed")
    Vote.objects.filter(pk=vote.pk).update(
        state=VoteState.CANCELLED.value, ended_at=now, cancel_reason=reason.strip()[:300]
    )
    vote.refresh_from_db()
    log.append(
        kind="governance.vote-cancelled",
        body={
            "vote": vote.pk,
            "cancelled_at": now.isoformat(),
            "reason_digest": digest(vote.cancel_reason),
        },
    )
    proposal = lock(vote.proposal_id)
    move(proposal, ProposalState.SECONDED, now)
    note("vote-cancelled", proposal, viewer, now, vote=vote)
    purge(f"vote:{vote.pk}")
    return vote


def convert(vote: Vote, now: datetime) -> Vote:
    """Turn a lazy consensus that was objected to into a vote under the body's own rule, open as long."""
    Vote.objects.filter(pk=vote.pk).update(state=VoteState.CANCELLED.value, ended_at=now)
    log.append(
        kind="governance.vote-converted", body={"vote": vote.pk, "converted_at": now.isoformat()}
    )
    proposal = lock(vote.proposal_id)
    rule = proposal.body.rule
    if rule.is_lazy:
        rule = PRESETS["simple-majority"]
    roll = take_roll(proposal.body, now)
    length = max(vote.closes_at - vote.opens_at, rule.min_open)
    made = open_vote(proposal, rule, roll, now, now + length, None, follows=vote)
    note("vote-converted", proposal, None, now, vote=made)
    purge(f"vote:{vote.pk}")
    announce(f"vote:{vote.pk}", state="cancelled", followed_by=made.pk)
    return made


def check_call(viewer: Viewer, proposal: Proposal, now: datetime) -> None:
    """Say whether a proposal can be put to the vote by the viewer, now or in a meeting."""
    if not policies.is_officer(viewer, proposal.body, now.date()):
        raise NotAllowed(_("Only the chair or the secretary of the body calls a vote."))
    if proposal.state != ProposalState.SECONDED:
        raise WrongState(_("Only a seconded proposal is put to the vote."))
    if proposal.comments.unanswered().exists():
        raise CallRefused(
            _("An objection has not been answered by the author yet."), code="objection-open"
        )
    if proposal.effect_kind:
        effects.get(proposal.effect_kind).check(proposal.effect_params)


def open_vote(
    proposal: Proposal, rule: Rule, roll: Roll, now: datetime, closes_at: datetime, viewer: Viewer | None,
    follows: Vote | None = None, meeting: Meeting | None = None,
) -> Vote:  # fmt: skip
    """Freeze rule, roll and text, enter them in the log and tell who may cast."""
    revision = proposal.revisions.latest("number")
    frozen: dict[str, Any] = {
        "rule": rule.to_json(), "rule_digest": digest(rule.to_json()),
        "roll": roll.to_json(), "roll_digest": digest(roll.to_json()), "text_digest": digest(text_of(revision)),
    }  # fmt: skip
    options = frozen_options(proposal, revision)
    if options and rule.is_lazy:
        raise CallRefused(
            _("Several texts can’t be put to lazy consensus. Choose another rule."),
            code="lazy-amendments",
        )
    if options:
        frozen["options"] = options
    number = _next_vote_id()
    entry = log.append(
        kind="governance.vote-opened",
        body={
            "vote": number, "body": proposal.body.code, "proposal": proposal.pk, "revision": revision.number,
            "opens_at": now.isoformat(), "closes_at": closes_at.isoformat(), **frozen,
            **({"meeting": meeting.pk} if meeting else {}),
        },
    )  # fmt: skip
    kind = Vote.Kind.LAZY if rule.is_lazy else Vote.Kind.ROLL_CALL
    kind = Vote.Kind.IN_MEETING if meeting else kind
    vote = Vote.objects.create(
        pk=number, proposal=proposal, body=proposal.body, revision=revision, opens_at=now, closes_at=closes_at,
        called_by_id=viewer.person_id if viewer else None, entry=entry, kind=kind, follows=follows,
        meeting=meeting, **frozen,
    )  # fmt: skip
    if meeting is None:
        notices.vote_opened(vote, now)
    return vote


def take_roll(body: Body, now: datetime) -> Roll:
    """Return who may vote at this instant."""
    chair = Office.objects.current(now.date()).filter(body=body, role=Office.Role.CHAIR).first()
    seats = []
    for seat in Seat.objects.filter(body=body).with_holders(now.date()).order_by("number"):
        holder = seat.current[0].person_id if seat.current else None  # type: ignore[attr-defined]
        seats.append(
            RollSeat(
                number=seat.number,
                weight=seat.weight,
                filled=holder is not None,
                chair=chair is not None and holder == chair.person_id,
                organisation=seat.organisation.public_slug if seat.organisation else None,
            )
        )
    return Roll(tuple(seats))


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def text_of(text: Revision | Amendment) -> dict[str, Any]:
    """Return what the text's digest covers."""
    names = ("title_en", "title_fr", "text_en", "text_fr", "effect_kind", "effect_params")
    covered = {name: getattr(text, name) for name in names}
    return covered | ({"supersedes": text.supersedes} if text.supersedes else {})


def frozen_options(proposal: Proposal, revision: Revision) -> list[dict[str, Any]]:
    """Return the competing texts with their digests, the proposal's own first; empty where it stands alone."""
    amendments = list(proposal.amendments.open().order_by("number"))
    if not amendments:
        return []
    texts: list[tuple[int, Revision | Amendment]] = [(0, revision)]
    texts += [(amendment.number, amendment) for amendment in amendments]
    return [{"number": number, "text_digest": digest(text_of(text))} for number, text in texts]


def _check_vetoes(added: set[int], rule: Rule, roll: Roll) -> None:
    """Check what the officer adds; the body's own vetoes stand, also of a seat that is vacant at the moment."""
    if added and rule.is_lazy:
        raise CallRefused(
            _("Under lazy consensus an objection leads to a vote, so no seat needs a veto."),
            code="veto-lazy",
        )
    if added - {seat.number for seat in roll.filled}:
        raise CallRefused(
            _("A veto belongs to a filled seat of the body. Choose among those."),
            code="veto-vacant",
        )


def _check_deadline(rule: Rule, now: datetime, closes_at: datetime) -> None:
    if closes_at <= now:
        raise CallRefused(
            _("The close lies in the past. Choose a later time."), code="deadline-past"
        )
    if closes_at - now < rule.min_open:
        raise CallRefused(
            _("The rule asks for a longer vote. Choose a later time."), code="deadline-too-soon"
        )
    if closes_at - now > LONGEST:
        raise CallRefused(
            _("A vote is open for at most 90 days. Choose an earlier time."),
            code="deadline-too-late",
        )


def _next_vote_id() -> int:
    """Take a vote's number before the row exists: the log entry names it, and the row names the entry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('governance_vote', 'id'))")
        return int(cursor.fetchone()[0])
