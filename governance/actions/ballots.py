"""Casting: a position is counted with a receipt or refused, never in between."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import policies
from governance.actions.proposals import note
from governance.actions.votes import digest
from governance.clock import database_now
from governance.errors import BallotRefused, NotAllowed, NotOnRoll, SubmissionReused, VoteClosed
from governance.models import Ballot, Seat, Vote
from governance.rules import Position, early_outcome
from transparency import actions as log
from transparency.models import Entry

REASON_LIMIT = 500
POSITIONS = frozenset(position.value for position in Position)


@transaction.atomic
def cast_ballot(
    *,
    viewer: Viewer,
    vote_id: int,
    seat_number: int,
    position: str,
    idempotency_key: str,
    reason: str = "",
) -> Ballot:
    """Cast a seat's position; casting again replaces it, the same submission again returns the same ballot.

    The vote is locked for sharing (its closer waits), then the seat (its other ballots wait), then the clock is read.
    """
    vote = _lock(vote_id)
    seat = (
        Seat.objects.select_for_update(no_key=True)
        .filter(body=vote.body_id, number=seat_number)
        .first()
    )
    now = database_now()
    if seat is None:
        raise NotOnRoll(_("The body has no seat of this number."))
    if not policies.may_vote_for(viewer, seat, now.date()):
        raise NotAllowed(_("Only the holder of a seat votes for it."))
    reason = reason.strip()
    earlier = Ballot.objects.filter(vote=vote, seat=seat, idempotency_key=idempotency_key).first()
    if earlier is not None:
        if (earlier.position, earlier.reason) != (position, reason):
            raise SubmissionReused(
                _("This submission was used for another position. Begin a new one.")
            )
        return earlier
    _check(vote, seat_number, position, reason, idempotency_key, now)
    ballot = _write(vote, seat, position, reason, idempotency_key, viewer, now)
    note(
        "ballot-cast",
        vote.proposal,
        viewer,
        now,
        seat=seat,
        vote=vote,
        details={"sequence": ballot.sequence},
    )
    purge(f"vote:{vote.pk}")
    if is_settled(vote, now):
        transaction.on_commit(lambda: _ring(vote.pk))
    return ballot


def current_positions(vote: Vote) -> dict[int, Position]:
    """Return what counts now, by seat number."""
    rows = Ballot.objects.filter(vote=vote).current().values_list("seat__number", "position")
    return {number: Position(position) for number, position in rows}


def is_settled(vote: Vote, now: datetime) -> bool:
    """Say whether the rule allows closing now although seats are missing."""
    rule = vote.frozen_rule
    if not rule.early:
        return False
    return (
        early_outcome(rule, vote.frozen_roll, current_positions(vote), now - vote.opens_at)
        is not None
    )


def _lock(vote_id: int) -> Vote:
    """Hold the vote against its closer but not against other voters: Django has no word for FOR SHARE."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM governance_vote WHERE id = %s FOR SHARE", [vote_id])
    return Vote.objects.select_related("body", "proposal", "proposal__body").get(pk=vote_id)


def _check(vote: Vote, number: int, position: str, reason: str, key: str, now: datetime) -> None:
    seat = vote.frozen_roll.seat(number)
    if seat is None or not seat.filled:
        raise NotOnRoll(_("This seat was not filled when the roll was taken."))
    if not vote.is_open or now >= vote.closes_at or now < vote.opens_at:
        raise VoteClosed(_("The vote is closed. Your position came too late and is not counted."))
    if position not in POSITIONS:
        raise BallotRefused(_("Choose for, against, abstain or recuse."), code="position-unknown")
    if position == Position.RECUSED and not reason:
        raise BallotRefused(_("A recusal needs a reason."), code="reason-needed")
    if len(reason) > REASON_LIMIT:
        raise BallotRefused(_("The reason has at most 500 characters."), code="reason-too-long")
    if not 8 <= len(key) <= 80:
        raise BallotRefused(
            _("The idempotency key has 8 to 80 characters."), code="idempotency-key"
        )


def _write(
    vote: Vote, seat: Seat, position: str, reason: str, key: str, viewer: Viewer, now: datetime
) -> Ballot:
    sequence = Ballot.objects.filter(vote=vote, seat=seat).count() + 1
    nonce = secrets.token_hex(16)
    entry = _enter(vote, seat, sequence, position, reason, nonce, now)
    try:
        with transaction.atomic():
            return Ballot.objects.create(
                vote=vote, seat=seat, sequence=sequence, position=position, reason=reason, cast_at=now, nonce=nonce,
                caster_id=viewer.person_id, idempotency_key=key, entry=entry,
            )  # fmt: skip
    except IntegrityError as error:
        raise VoteClosed(
            _("The database has not accepted the ballot. Look at the vote again.")
        ) from error


def _enter(
    vote: Vote, seat: Seat, sequence: int, position: str, reason: str, nonce: str, now: datetime
) -> Entry:
    """Enter the ballot in the log. A sealed vote enters a commitment, which the decision's entry opens."""
    body: dict[str, object] = {
        "vote": vote.pk,
        "seat": seat.number,
        "sequence": sequence,
        "cast_at": now.isoformat(),
    }
    if vote.frozen_rule.interim:
        body |= {"position": position, "reason_digest": digest(reason) if reason else None}
    else:
        body["commitment"] = commitment(vote.pk, seat.number, sequence, position, reason, nonce)
    return log.append(kind="governance.ballot", body=body)


def commitment(vote: int, seat: int, sequence: int, position: str, reason: str, nonce: str) -> str:
    """Return what binds a sealed position; with the nonce anybody can check it after the close."""
    return digest(
        {"vote": vote, "seat": seat, "sequence": sequence, "position": position,
         "reason_digest": digest(reason) if reason else None, "nonce": nonce}
    )  # fmt: skip


def _ring(vote_id: int) -> None:
    from governance.tasks import close_vote

    doorbell.ring(close_vote, vote_id)
