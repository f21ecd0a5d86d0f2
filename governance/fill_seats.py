"""The effect that gives seats to people for a term: what an election does, and what a decision may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.pages import purge
from governance.effects import EffectRefused, EffectType, Params
from governance.models import Appointment, Body, Seat
from members.models import Person


@dataclass(frozen=True, slots=True)
class Filling:
    """Parameters as they are meant: seat by seat, who from when to when."""

    body: Body
    pairs: list[tuple[Seat, Person]]
    since: date
    until: date | None


class FillSeats(EffectType):
    """Appoint people to vacant seats; an occupied seat refuses, so that nobody is put out unseen."""

    kind = "governance.fill_seats"
    label = gettext_lazy("Fill seats of a body")
    example = {
        "body": "demo-board",
        "seats": "6, 7",
        "people": "12, 15",
        "since": "2027-01-01",
        "until": "2028-12-31",
    }

    def check(self, params: Params) -> None:
        filling = read(params)
        for seat, _person in filling.pairs:
            holder = seat.appointments.filter(overlaps(filling.since, filling.until)).first()
            if holder is not None:
                raise EffectRefused(
                    _("Seat %(seat)d is held in that term. End that appointment first.")
                    % {"seat": seat.number},
                    code="seat-held",
                )

    def describe(self, params: Params) -> str:
        try:
            filling = read(params)
        except EffectRefused:
            return _("Seats of %(body)s are filled.") % {"body": params.get("body", "")}
        who = ", ".join(f"{seat.number} ({person})" for seat, person in filling.pairs)
        words = {
            "body": filling.body,
            "who": who,
            "since": formats.date_format(filling.since),
            "until": formats.date_format(filling.until) if filling.until else "",
        }
        if filling.until is None:
            return _("Seats of %(body)s are filled from %(since)s: %(who)s.") % words
        return _("Seats of %(body)s are filled from %(since)s to %(until)s: %(who)s.") % words

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        filling = read(params)
        numbers = [seat.number for seat, _person in filling.pairs]
        held = Seat.objects.select_for_update().filter(body=filling.body, number__in=numbers)
        list(held.order_by("number"))
        self.check(params)
        for seat, person in filling.pairs:
            Appointment.objects.create(
                seat=seat, person=person, since=filling.since, until=filling.until
            )
        purge("governance", f"body:{filling.body.slug}")

    def url(self, params: Params) -> str | None:
        body = Body.objects.filter(slug=params.get("body")).first()
        return body.get_absolute_url() if body else None


def read(params: Params) -> Filling:
    """Read the parameters; refuse what names nothing."""
    body = Body.objects.filter(slug=params.get("body")).first()
    if body is None:
        raise EffectRefused(_("There is no such body."), code="body-unknown")
    seats = [_seat(body, number) for number in _numbers(params, "seats")]
    people = [_person(number) for number in _numbers(params, "people")]
    if not seats or len(seats) != len(people):
        raise EffectRefused(_("Name as many seats as people."), code="seats-people")
    since, until = _day(params.get("since")), _day(params.get("until"))
    if since is None or (until is not None and until < since):
        raise EffectRefused(_("Give the first and the last day of the term."), code="term")
    return Filling(body, list(zip(seats, people, strict=True)), since, until)


def overlaps(since: date, until: date | None) -> Q:
    """Return the condition of appointments that share a day with a term."""
    ends_later = Q(until=None) | Q(until__gte=since)
    return ends_later if until is None else ends_later & Q(since__lte=until)


def _numbers(params: Params, name: str) -> list[int]:
    try:
        return [int(part) for part in str(params.get(name, "")).split(",") if part.strip()]
    except ValueError:
        raise EffectRefused(
            _("“%(name)s” is a list of numbers with commas between.") % {"name": name},
            code="number-list",
        ) from None


def _day(value: Any) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise EffectRefused(_("Write days as 2027-01-31."), code="day") from None


def _seat(body: Body, number: int) -> Seat:
    seat = body.seats.filter(number=number).first()
    if seat is None:
        raise EffectRefused(_("The body has no seat of this number."), code="seat-unknown")
    return seat


def _person(number: int) -> Person:
    person = Person.objects.filter(pk=number, is_active=True).first()
    if person is None:
        raise EffectRefused(_("There is no such person."), code="person-unknown")
    return person
