"""Proxies: given by a holder to another holder of the body, capped, revocable; and positions after an early close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import policies
from governance.actions.ballots import REASON_LIMIT, all_texts, check_more, said_of
from governance.actions.proposals import lock, note
from governance.errors import BallotRefused, NotAllowed, NotOnRoll, ProxyRefused, VoteClosed
from governance.models import Ballot, Body, GovernanceEvent, LatePosition, Proxy, Seat, Vote
from governance.querysets import ProxyQuerySet
from governance.rules import Position
from members.models import Person
from transparency import actions as log

LONGEST_DAYS = 366


@transaction.atomic
def give_proxy(
    *, viewer: Viewer, seat: Seat, to: Person, vote: Vote | None = None, since: date | None = None,
    until: date | None = None,
) -> Proxy:  # fmt: skip
    """Let another holder of the body cast for a seat of mine, for one open vote or for some days."""
    body = Body.objects.select_for_update(no_key=True).get(pk=seat.body_id)
    now = database_now()
    today = now.date()
    if viewer.person_id is None or not Seat.objects.held_by(viewer, today).filter(pk=seat.pk).exists():  # fmt: skip
        raise NotAllowed(_("Only the holder of a seat gives a proxy for it."))
    if to.pk == viewer.person_id:
        raise ProxyRefused(_("Name somebody else: you hold this seat yourself."), code="proxy-self")
    if not body.seats.filter(appointments__in=to.appointments.current(today)).exists():
        raise ProxyRefused(
            _("A proxy goes to another holder of a seat of this body."), code="proxy-outside"
        )
    if (vote is None) == (since is None or until is None):
        raise ProxyRefused(_("Name one open vote, or a first and a last day."), code="proxy-span")
    if vote is not None and (vote.body_id != body.pk or not vote.is_open):
        raise ProxyRefused(_("This vote is not open in this body."), code="proxy-vote")
    if since is not None and until is not None and not (
        today <= until and since <= until and (until - since).days < LONGEST_DAYS
    ):  # fmt: skip
        raise ProxyRefused(_("A proxy lasts at most a year and ends after it begins."), code="proxy-days")  # fmt: skip
    held = Proxy.objects.standing(today).filter(person=to, seat__body=body).exclude(seat=seat)
    if held.values("seat").distinct().count() >= body.proxy_cap:
        raise ProxyRefused(
            _("%(person)s holds proxies of %(n)d seats already, the most this body allows.")
            % {"person": to, "n": body.proxy_cap},
            code="proxy-cap",
        )
    _revoke(Proxy.objects.standing(today).filter(seat=seat, vote=vote), now)
    proxy = Proxy.objects.create(
        seat=seat, person=to, vote=vote, since=since, until=until, given_by_id=viewer.person_id,
        given_at=now,
    )  # fmt: skip
    _record("proxy-given", proxy, viewer, now)
    return proxy


@transaction.atomic
def revoke_proxy(*, viewer: Viewer, proxy: Proxy) -> Proxy:
    """Take a proxy back; what was cast with it stays until the holder casts."""
    now = database_now()
    seats = Seat.objects.held_by(viewer, now.date())
    if proxy.given_by_id != viewer.person_id and not seats.filter(pk=proxy.seat_id).exists():
        raise NotAllowed(_("Only who gave a proxy takes it back."))
    if not _revoke(Proxy.objects.filter(pk=proxy.pk), now):
        raise ProxyRefused(_("This proxy is revoked already."), code="proxy-revoked")
    proxy.refresh_from_db()
    _record("proxy-revoked", proxy, viewer, now)
    return proxy


@transaction.atomic
def record_late(
    *, viewer: Viewer, vote_id: int, seat_number: int, position: str, reason: str = "",
    more: Mapping[str, str] | None = None,
) -> LatePosition:  # fmt: skip
    """Record a position after an early close and before the announced one: it changes nothing.

    Where the ballot had several texts, the seat says its position on each, as a ballot would.
    """
    vote = Vote.objects.select_for_update(of=("self",)).select_related("body", "proposal").get(pk=vote_id)  # fmt: skip
    now = database_now()
    seat = Seat.objects.filter(body=vote.body_id, number=seat_number).first()
    if (
        seat is None
        or (on_roll := vote.frozen_roll.seat(seat_number)) is None
        or not on_roll.filled
    ):
        raise NotOnRoll(_("This seat was not filled when the roll was taken."))
    if policies.acting_for(viewer, seat, vote, now.date()) is None:
        raise NotAllowed(_("Only the holder of a seat votes for it, or who stands in."))
    if not vote.takes_late_positions(now):
        raise VoteClosed(_("The vote is closed. Your position came too late and is not counted."))
    reason, more = reason.strip(), all_texts(vote, position, more or {})
    if position not in {word.value for word in Position}:
        raise BallotRefused(_("Choose for, against, abstain or recuse."), code="position-unknown")
    if len(reason) > REASON_LIMIT or (position == Position.RECUSED and not reason):
        raise BallotRefused(_("A recusal needs a reason."), code="reason-needed")
    check_more(vote, more)
    heard = Ballot.objects.filter(vote=vote, seat=seat).exists()
    if heard or LatePosition.objects.filter(vote=vote, seat=seat).exists():
        raise BallotRefused(_("This seat has been heard from."), code="heard-already")
    said = said_of(vote.pk, seat_number, 0, position, more, reason)
    entry = log.append(
        kind="governance.late-position", body={**said, "recorded_at": now.isoformat()}
    )
    late = LatePosition.objects.create(
        vote=vote, seat=seat, position=position, more=more, reason=reason, caster_id=viewer.person_id, at=now,
        entry=entry,
    )  # fmt: skip
    note("late-position", lock(vote.proposal_id), viewer, now, seat=seat, vote=vote)
    purge(f"vote:{vote.pk}")
    return late


def _revoke(proxies: ProxyQuerySet, now: datetime) -> int:
    return proxies.filter(revoked_at=None).update(revoked_at=now)


def _record(kind: str, proxy: Proxy, viewer: Viewer, now: datetime) -> None:
    GovernanceEvent.objects.create(
        kind=kind, body_id=proxy.seat.body_id, vote=proxy.vote, seat=proxy.seat,
        actor_id=viewer.person_id, at=now, details={"proxy": proxy.pk},
        proposal=proxy.vote.proposal if proxy.vote else None,
    )  # fmt: skip
    purge(f"body:{proxy.seat.body.slug}")
