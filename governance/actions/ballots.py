"""Casting: a position is counted with a receipt or refused, never in between."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import policies
from governance.actions.votes import digest
from governance.errors import BallotRefused, NotAllowed, NotOnRoll, SubmissionReused, VoteClosed
from governance.models import Acting, Ballot, GovernanceEvent, Seat, Vote
from governance.rules import Position, Rule, early_options, early_outcome
from transparency import actions as log
from transparency.models import Entry

REASON_LIMIT = 500
ASKED_AT_ONCE = 50
"""Seats up to which each ballot asks whether the vote is settled; in a larger body the sweep asks every two seconds."""
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
    more: Mapping[str, str] | None = None,
) -> Ballot:
    """Cast a seat's position; casting again replaces it, the same submission again returns the same ballot.

    The vote is locked for sharing (its closer waits), then the seat (its other ballots wait), then the clock is read.
    """
    vote = _lock(vote_id)
    seat, now = _lock_seat(vote, seat_number)
    if seat is None:
        raise NotOnRoll(_("The body has no seat of this number."))
    acting = policies.acting_for(viewer, seat, vote, now.date())
    if acting is None:
        raise NotAllowed(_("Only the holder of a seat votes for it, or who stands in."))
    reason, more = reason.strip(), all_texts(vote, position, more or {})
    mine = Ballot.objects.filter(vote=vote, seat=seat).order_by("-sequence")
    before = list(mine.values_list("idempotency_key", "acting"))
    if idempotency_key in (key for key, _acting in before):
        return _again(mine.get(idempotency_key=idempotency_key), seat, (position, reason, more))
    _check(vote, seat_number, position, reason, idempotency_key, now)
    check_more(vote, more)
    _check_acting([quality for _key, quality in before], acting)
    ballot = write_ballot(
        vote, seat, len(before) + 1, position, more, reason, idempotency_key, viewer, acting, now
    )
    _note(vote, ballot, viewer)
    if len(vote.roll) <= ASKED_AT_ONCE and is_settled(vote, now):
        transaction.on_commit(lambda: _ring(vote.pk))
    return ballot


def current_positions(vote: Vote) -> dict[int, Position]:
    """Return what counts now on the proposal's own text, by seat number."""
    return dict(positions_by_option(vote)[0])


def positions_by_option(vote: Vote) -> dict[int, dict[int, Position]]:
    """Return what counts now on each text of the ballot, by the text's number and the seat's."""
    rows = Ballot.objects.filter(vote=vote).current()
    said = list(rows.values_list("seat__number", "position", "more"))
    by_option = {0: {seat: Position(position) for seat, position, _more in said}}
    for number in vote.amendment_numbers:
        by_option[number] = {seat: Position(more[str(number)]) for seat, _own, more in said}
    return by_option


def is_settled(vote: Vote, now: datetime) -> bool:
    """Say whether the rule allows closing now although seats are missing."""
    rule, roll, elapsed = vote.frozen_rule, vote.frozen_roll, now - vote.opens_at
    if not rule.early:
        return False
    by_option = positions_by_option(vote)
    if len(by_option) > 1:
        return early_options(rule, roll, by_option, elapsed)
    return early_outcome(rule, roll, by_option[0], elapsed) is not None


def _lock(vote_id: int) -> Vote:
    """Hold the vote against its closer but not against other voters, for which Django has no word; votes are public."""
    rows = Vote.objects.raw(
        "SELECT v.*, b.slug AS body_slug FROM governance_vote v JOIN governance_body b ON b.id = v.body_id"
        " WHERE v.id = %s FOR SHARE OF v",
        [vote_id],
    )
    for vote in rows:
        return vote
    raise Vote.DoesNotExist


def _lock_seat(vote: Vote, number: int) -> tuple[Seat | None, datetime]:
    """Hold the seat against its other ballots, then read the clock."""
    rows = Seat.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    return rows.filter(body=vote.body_id, number=number).first(), database_now()


def _check(vote: Vote, number: int, position: str, reason: str, key: str, now: datetime) -> None:
    if not any(seat["seat"] == number and seat["filled"] for seat in vote.roll):
        raise NotOnRoll(_("This seat was not filled when the roll was taken."))
    if not vote.is_open or now >= vote.closes_at or now < vote.opens_at:
        raise VoteClosed(_("The vote is closed. Your position came too late and is not counted."))
    check_position(vote.frozen_rule, position, reason)
    if not 8 <= len(key) <= 80:
        raise BallotRefused(
            _("The idempotency key has 8 to 80 characters."), code="idempotency-key"
        )


def check_position(rule: Rule, position: str, reason: str) -> None:
    """Refuse a position that is none, or one that lacks its reason."""
    if position not in POSITIONS:
        raise BallotRefused(_("Choose for, against, abstain or recuse."), code="position-unknown")
    if position == Position.RECUSED and not reason:
        raise BallotRefused(_("A recusal needs a reason."), code="reason-needed")
    if rule.is_lazy and position == Position.AGAINST and not reason:
        raise BallotRefused(_("An objection needs a reason."), code="reason-needed")
    if len(reason) > REASON_LIMIT:
        raise BallotRefused(_("The reason has at most 500 characters."), code="reason-too-long")


def all_texts(vote: Vote, position: str, more: Mapping[str, str]) -> dict[str, str]:
    """Return the positions on the amendments; a seat that recuses itself does so from every text."""
    if position == Position.RECUSED:
        return {str(number): position for number in vote.amendment_numbers}
    return dict(more)


def _note(vote: Any, ballot: Ballot, viewer: Viewer) -> None:
    """Write the event of a ballot and drop the pages that say who has been heard."""
    GovernanceEvent.objects.create(
        kind="ballot-cast", body_id=vote.body_id, proposal_id=vote.proposal_id, vote=vote, seat=ballot.seat,
        actor_id=viewer.person_id, at=ballot.cast_at, details={"sequence": ballot.sequence},
    )  # fmt: skip
    purge(
        f"proposal:{vote.proposal_id}", f"body:{vote.body_slug}", "governance", "home", f"vote:{vote.pk}"
    )  # fmt: skip


def check_more(vote: Vote, more: Mapping[str, str]) -> None:
    """Each amendment on the ballot needs a position of its own, and nothing else has one."""
    if set(more) != {str(number) for number in vote.amendment_numbers}:
        raise BallotRefused(
            _("Say for each text on the ballot: for, against or abstain."), code="texts-missing"
        )
    recused = {word == Position.RECUSED for word in more.values()}
    if not set(more.values()) <= POSITIONS or len(recused) > 1:
        raise BallotRefused(_("Choose for, against or abstain."), code="position-unknown")


def _again(earlier: Ballot, seat: Seat, said: tuple[str, str, dict[str, str]]) -> Ballot:
    """Return the ballot of a submission that comes a second time; it must say the same."""
    if (earlier.position, earlier.reason, earlier.more) != said:
        raise SubmissionReused(_("This submission was used for another position. Begin a new one."))
    earlier.seat = seat
    return earlier


def _check_acting(before: list[str], acting: Acting) -> None:
    """What the holder has cast last goes before: nobody who stands in changes it."""
    stands_in = acting in (Acting.PROXY, Acting.ALTERNATE)
    if stands_in and before and before[0] in (Acting.HOLDER, Acting.CLIENT):
        raise NotAllowed(
            _("The holder has voted. Only the holder changes that."), code="holder-has-voted"
        )


def write_ballot(
    vote: Vote, seat: Seat, sequence: int, position: str, more: dict[str, str], reason: str, key: str,
    viewer: Viewer, acting: Acting, now: datetime,
) -> Ballot:  # fmt: skip
    """Append a position with its place in the log."""
    nonce = secrets.token_hex(16)
    said = said_of(vote.pk, seat.number, sequence, position, more, reason)
    entry = _enter(vote, said, acting, nonce, now)
    try:
        return Ballot.objects.create(
            vote=vote, seat=seat, sequence=sequence, position=position, more=more, reason=reason, cast_at=now,
            nonce=nonce, caster_id=viewer.person_id, idempotency_key=key, entry=entry, acting=acting,
        )  # fmt: skip
    except IntegrityError as error:
        raise VoteClosed(
            _("The database has not accepted the ballot. Look at the vote again.")
        ) from error


def _enter(vote: Vote, said: dict[str, Any], acting: Acting, nonce: str, now: datetime) -> Entry:
    """Enter the ballot in the log. A sealed vote enters a commitment, which the decision's entry opens."""
    body = {name: said[name] for name in ("vote", "seat", "sequence")}
    body |= {"cast_at": now.isoformat(), "acting": acting.value}
    if vote.frozen_rule.interim:
        body |= said
    else:
        body["commitment"] = commitment(said, nonce)
    entry = log.append(kind="governance.ballot", body=body)
    Entry.leaf.related.set_cached_value(entry, None)  # no place yet: nobody need ask
    return entry


def said_of(
    vote: int, seat: int, sequence: int, position: str, more: Mapping[str, str], reason: str
) -> dict[str, Any]:
    """Return what a ballot says, as the log shows or commits to it."""
    said: dict[str, Any] = {
        "vote": vote, "seat": seat, "sequence": sequence, "position": position,
        "reason_digest": digest(reason) if reason else None,
    }  # fmt: skip
    return said | ({"more": dict(more)} if more else {})


def commitment(said: Mapping[str, Any], nonce: str) -> str:
    """Return what binds a sealed position; with the nonce anybody can check it after the close."""
    return digest({**said, "nonce": nonce})


def _ring(vote_id: int) -> None:
    from governance.tasks import close_vote

    doorbell.ring(close_vote, vote_id)
