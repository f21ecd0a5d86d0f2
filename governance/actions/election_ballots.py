"""Casting in an election: counted with a receipt or refused, as in a roll call; sealed until the close."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import policies
from governance.actions.elections import note_election
from governance.actions.votes import digest
from governance.errors import BallotRefused, NotAllowed, NotOnRoll, SubmissionReused, VoteClosed
from governance.models import Election, ElectionBallot, Seat
from governance.rules.elections import HIGHEST_SCORE, BallotError
from transparency import actions as log


@transaction.atomic
def cast_election_ballot(
    *, viewer: Viewer, election_id: int, seat_number: int, content: Mapping[str, int | None],
    idempotency_key: str,
) -> ElectionBallot:  # fmt: skip
    """Cast a seat's ballot; casting again replaces it, the same submission again returns the same ballot.

    Locked for sharing (the closer waits), then the seat (its other ballots wait); then the clock is read.
    """
    election = _lock(election_id)
    seat = (
        Seat.objects.select_for_update(no_key=True)
        .filter(body=election.body_id, number=seat_number)
        .first()
    )
    now = database_now()
    if seat is None:
        raise NotOnRoll(_("The body has no seat of this number."))
    if not policies.may_vote_for(viewer, seat, now.date()):
        raise NotAllowed(_("Only the holder of a seat votes for it."))
    checked = _check(election, seat_number, content, idempotency_key)
    earlier = ElectionBallot.objects.filter(
        election=election, seat=seat, idempotency_key=idempotency_key
    ).first()
    if earlier is not None:
        if earlier.content != checked:
            raise SubmissionReused(
                _("This submission was used for another ballot. Begin a new one.")
            )
        return earlier
    if not election.is_open or election.is_due(now):
        raise VoteClosed(_("The election is closed. Your ballot came too late and is not counted."))
    ballot = _write(election, seat, checked, idempotency_key, viewer, now)
    note_election(
        "election-ballot-cast", election, viewer, now, seat=seat.number, sequence=ballot.sequence
    )
    purge(f"election:{election.pk}")
    if all_heard(election):
        transaction.on_commit(lambda: _ring(election.pk))
    return ballot


def all_heard(election: Election) -> bool:
    """Say whether the rule lets the election close now because every filled seat has voted."""
    if not election.rule["early"]:
        return False
    heard = ElectionBallot.objects.filter(election=election).values("seat").distinct().count()
    return heard >= len(election.frozen_roll.filled)


def election_commitment(
    election: int, seat: int, sequence: int, content: Mapping[str, int], nonce: str
) -> str:
    """Return what binds a sealed ballot; with the nonce anybody can check it after the close."""
    return digest(
        {"election": election, "seat": seat, "sequence": sequence, "content": dict(content), "nonce": nonce}
    )  # fmt: skip


def refusal_words(code: str) -> str:
    """Say what is wrong with a ballot and what to do."""
    return {
        "ballot-untouched": _("The ballot is empty. Fill in at least one field."),
        "candidate-unknown": _("The ballot names somebody who does not stand."),
        "score-range": _("Scores are whole numbers from 0 to %(most)d.") % {"most": HIGHEST_SCORE},
        "rank-range": _("Ranks are whole numbers from 1 to 99; 1 is your first choice."),
        "one-choice": _("Choose one candidate."),
        "ranks-equal": _("Two candidates have the same rank. This method needs different ones."),
    }[code]


def _lock(election_id: int) -> Election:
    """Hold the election against its closer but not against other voters."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM governance_election WHERE id = %s FOR SHARE", [election_id])
    return Election.objects.select_related("body", "fills").get(pk=election_id)


def _check(
    election: Election, number: int, content: Mapping[str, int | None], key: str
) -> dict[str, int]:
    if not election.roll:
        raise VoteClosed(_("This election is not open yet."))
    seat = election.frozen_roll.seat(number)
    if seat is None or not seat.filled:
        raise NotOnRoll(_("This seat was not filled when the roll was taken."))
    if not 8 <= len(key) <= 80:
        raise BallotRefused(
            _("The idempotency key has 8 to 80 characters."), code="idempotency-key"
        )
    try:
        return election.counting_rule.checked(content, [one.number for one in election.standing])
    except BallotError as error:
        raise BallotRefused(refusal_words(error.code), code=error.code) from None


def _write(
    election: Election, seat: Seat, content: dict[str, int], key: str, viewer: Viewer, now: datetime
) -> ElectionBallot:
    sequence = ElectionBallot.objects.filter(election=election, seat=seat).count() + 1
    nonce = secrets.token_hex(16)
    entry = log.append(
        kind="governance.election-ballot",
        body={
            "election": election.pk, "seat": seat.number, "sequence": sequence, "cast_at": now.isoformat(),
            "commitment": election_commitment(election.pk, seat.number, sequence, content, nonce),
        },
    )  # fmt: skip
    try:
        with transaction.atomic():
            return ElectionBallot.objects.create(
                election=election, seat=seat, sequence=sequence, content=content, cast_at=now, nonce=nonce,
                caster_id=viewer.person_id, idempotency_key=key, entry=entry,
            )  # fmt: skip
    except IntegrityError as error:
        raise VoteClosed(
            _("The database has not accepted the ballot. Look at the election again.")
        ) from error


def _ring(election_id: int) -> None:
    from governance.tasks import settle_election

    doorbell.ring(settle_election, election_id)
