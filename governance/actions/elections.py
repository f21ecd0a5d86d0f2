"""An election from its announcement to its opening, or to its cancellation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import election_notices, policies
from governance.actions.votes import LONGEST, digest, take_roll
from governance.announcing import tell_election
from governance.errors import CallRefused, NotAllowed, WrongState
from governance.fill_seats import overlaps
from governance.models import Body, Candidate, Election, GovernanceEvent
from governance.rules.elections import ElectionRule, ElectionState
from transparency import actions as log


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionSheet:
    """What an officer announces."""

    fills: Body
    seat_numbers: list[int]
    term_since: date
    term_until: date | None
    rule: ElectionRule
    title_en: str
    title_fr: str = ""
    text_en: str = ""
    text_fr: str = ""


@transaction.atomic
def announce_election(*, viewer: Viewer, body: Body, sheet: ElectionSheet) -> Election:
    """Announce which seats a body elects people to, and how it will be counted; nominations begin."""
    now = database_now()
    if not policies.is_officer(viewer, body, now.date()):
        raise NotAllowed(_("Only the chair or the secretary of the body calls an election."))
    _check_sheet(sheet)
    election = Election.objects.create(
        body=body, fills=sheet.fills, seat_numbers=sorted(sheet.seat_numbers), term_since=sheet.term_since,
        term_until=sheet.term_until, rule=sheet.rule.to_json(), title_en=sheet.title_en, title_fr=sheet.title_fr,
        text_en=sheet.text_en, text_fr=sheet.text_fr, announced_by_id=viewer.person_id, announced_at=now,
    )  # fmt: skip
    note_election("election-announced", election, viewer, now)
    return election


@transaction.atomic
def open_election(*, viewer: Viewer, election_id: int, closes_at: datetime) -> Election:
    """Open the ballot: candidates, roll and rule are frozen and entered in the log."""
    election = lock_election(election_id)
    now = database_now()
    if not policies.is_officer(viewer, election.body, now.date()):
        raise NotAllowed(_("Only the chair or the secretary of the body opens an election."))
    if not election.takes_nominations:
        raise WrongState(_("This election has been opened or cancelled already."))
    _check_times(now, closes_at)
    candidates = _freeze_candidates(election)
    roll = take_roll(election.body, now)
    if not roll.filled:
        raise CallRefused(
            _("No seat of this body is filled: nobody could vote."), code="roll-empty"
        )
    frozen = {"roll": roll.to_json(), "candidates": candidates}
    entry = log.append(
        kind="governance.election-opened",
        body={
            "election": election.pk, "body": election.body.code, "fills": election.fills.code,
            "seats": election.seat_numbers, "term_since": election.term_since.isoformat(),
            "term_until": election.term_until.isoformat() if election.term_until else None,
            "rule": election.rule, "rule_digest": digest(election.rule), "roll_digest": digest(frozen["roll"]),
            "candidates_digest": digest(candidates), "text_digest": digest(text_of(election)),
            "opens_at": now.isoformat(), "closes_at": closes_at.isoformat(), **frozen,
        },
    )  # fmt: skip
    _move(
        election, ElectionState.OPEN, opens_at=now, closes_at=closes_at, entry_id=entry.pk, **frozen
    )
    note_election("election-opened", election, viewer, now)
    election_notices.election_opened(election, now)
    tell_election("election.opened", election)
    return election


@transaction.atomic
def cancel_election(*, viewer: Viewer, election_id: int, reason: str) -> Election:
    """End an election without a count; it can be announced again."""
    election = lock_election(election_id)
    now = database_now()
    if not policies.is_officer(viewer, election.body, now.date()):
        raise NotAllowed(_("Only the chair or the secretary of the body cancels an election."))
    if not (election.takes_nominations or election.is_open):
        raise WrongState(_("This election is not under way any more."))
    reason = reason.strip()[:300]
    if not reason:
        raise CallRefused(_("Say why the election is cancelled."), code="reason-needed")
    _move(election, ElectionState.CANCELLED, ended_at=now, cancel_reason=reason)
    log.append(
        kind="governance.election-cancelled",
        body={
            "election": election.pk,
            "cancelled_at": now.isoformat(),
            "reason_digest": digest(reason),
        },
    )
    note_election("election-cancelled", election, viewer, now)
    return election


def lock_election(pk: int) -> Election:
    """Load an election and hold it against everybody until the end of the transaction."""
    return (
        Election.objects.select_for_update(of=("self",)).select_related("body", "fills").get(pk=pk)
    )


def note_election(
    kind: str, election: Election, viewer: Viewer | None, now: datetime, **details: Any
) -> None:
    """Write the event of an act and drop the pages that show the election."""
    GovernanceEvent.objects.create(
        kind=kind, body_id=election.body_id, at=now, actor_id=viewer.person_id if viewer else None,
        details={"election": election.pk, **details},
    )  # fmt: skip
    purge(
        f"election:{election.pk}",
        f"body:{election.body.slug}",
        f"body:{election.fills.slug}",
        "governance",
        "home",
    )


def text_of(election: Election) -> dict[str, str]:
    """Return what the text's digest covers."""
    return {
        name: getattr(election, name) for name in ("title_en", "title_fr", "text_en", "text_fr")
    }


def _move(election: Election, to: ElectionState, **changes: Any) -> None:
    changes["state"] = to.value
    if not Election.objects.filter(pk=election.pk, state=election.state).update(**changes):
        raise WrongState(_("Somebody else has moved this election on. Look again."))
    election.refresh_from_db()


def _check_sheet(sheet: ElectionSheet) -> None:
    if sheet.rule.seats != len(set(sheet.seat_numbers)):
        raise CallRefused(_("Each seat to be filled is named once."), code="seats-named")
    seats = {
        seat.number: seat
        for seat in sheet.fills.seats.filter(number__in=sheet.seat_numbers).select_for_update()
    }
    term = overlaps(sheet.term_since, sheet.term_until)
    for number in sheet.seat_numbers:
        if number not in seats:
            raise CallRefused(_("The body has no seat of this number."), code="seat-unknown")
        if seats[number].appointments.filter(term).exists():
            raise CallRefused(
                _("Seat %(seat)d is held in that term. End that appointment first.")
                % {"seat": number},
                code="seat-held",
            )
    promised = Election.objects.under_way().filter(fills=sheet.fills)
    if any(set(other.seat_numbers) & set(sheet.seat_numbers) for other in promised):
        raise CallRefused(
            _("Another election under way fills one of these seats."), code="seat-promised"
        )


def _check_times(now: datetime, closes_at: datetime) -> None:
    if closes_at <= now:
        raise CallRefused(
            _("The close lies in the past. Choose a later time."), code="deadline-past"
        )
    if closes_at - now > LONGEST:
        raise CallRefused(
            _("A vote is open for at most 90 days. Choose an earlier time."),
            code="deadline-too-late",
        )


def _freeze_candidates(election: Election) -> list[dict[str, Any]]:
    """Number those who stand; two of one name are told apart by their number."""
    rows = list(Candidate.objects.filter(election=election).accepted().for_page())
    if not rows:
        raise CallRefused(_("Nobody has accepted to stand yet."), code="no-candidate")
    same = Counter(row.name for row in rows)
    found = []
    for number, row in enumerate(rows, start=1):
        Candidate.objects.filter(pk=row.pk).update(number=number)
        name = row.name if same[row.name] == 1 else f"{row.name} ({number})"
        organisation = row.organisation.public_slug if row.organisation else None
        found.append({"number": number, "name": name, "organisation": organisation})
    return found
