"""What people are told, in their language and with times in their zone; sending is in `governance.actions.letters`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from governance.models import (
    Alternate,
    Appointment,
    Ballot,
    Body,
    Decision,
    Meeting,
    Notice,
    Office,
    Proxy,
    Seat,
    Vote,
)
from members.models import Person

Words = Callable[[Person], tuple[str, str]]


def vote_opened(vote: Vote, now: datetime) -> int:
    """Tell whoever may cast that a vote has opened."""

    def words(person: Person) -> tuple[str, str]:
        subject = _("Your vote is asked for: %(title)s") % {"title": vote.revision.title}
        return subject, _vote_text(vote, person)

    return write_letters(
        _voters(vote, now.date()), Notice.Kind.VOTE_OPENED, f"vote:{vote.pk}", words, now, vote
    )


def last_call(vote: Vote, now: datetime) -> int:
    """Remind those whose seats have not been heard from."""
    heard = Ballot.objects.filter(vote=vote).values("seat")

    def words(person: Person) -> tuple[str, str]:
        subject = _("Closes soon, and you have not voted: %(title)s") % {
            "title": vote.revision.title
        }
        return subject, _vote_text(vote, person)

    silent = Seat.objects.filter(body=vote.body_id).exclude(pk__in=heard)
    people = _voters(vote, now.date(), silent)
    return write_letters(people, Notice.Kind.LAST_CALL, f"vote:{vote.pk}", words, now, vote)


def decided(vote: Vote, decision: Decision, now: datetime) -> int:
    """Tell the body what it has decided."""

    def words(person: Person) -> tuple[str, str]:
        subject = f"{decision.number}: {decision.title}"
        lines = [
            f"{vote.body}: {decision.get_outcome_display()}.",
            address_of("governance:decision", decision.number),
        ]
        return subject, "\n\n".join(lines)

    return write_letters(
        _voters(vote, now.date()), Notice.Kind.DECIDED, f"vote:{vote.pk}", words, now, vote
    )


def term_ends(term: Appointment | Office, now: datetime) -> int:
    """Tell a holder and the body's officers that a term ends."""
    until = term.until
    if until is None:
        return 0
    body = term.seat.body if isinstance(term, Appointment) else term.body
    officers = Office.objects.current(now.date()).filter(body=body).values("person")
    people = Person.objects.filter(Q(pk=term.person_id) | Q(pk__in=officers), is_active=True)

    def words(person: Person) -> tuple[str, str]:
        name = (
            _("seat %(number)d") % {"number": term.seat.number}
            if isinstance(term, Appointment)
            else str(term.get_role_display())
        )
        subject = _("A term ends: %(body)s, %(name)s") % {"body": body, "name": name}
        text = _("The term of %(person)s (%(name)s) ends on %(day)s.") % {
            "person": term.person, "name": name, "day": date_format(until, "DATE_FORMAT"),
        }  # fmt: skip
        return subject, f"{text}\n\n{address_of('governance:body', body.slug)}"

    about = f"{type(term).__name__.lower()}:{term.pk}:{term.until}"
    return write_letters(people, Notice.Kind.TERM_ENDS, about, words, now, None)


def meeting_called(meeting: Meeting, now: datetime) -> int:
    """Tell the body that a meeting is called."""

    def words(person: Person) -> tuple[str, str]:
        subject = _("%(body)s meets: %(title)s") % {"body": meeting.body, "title": meeting.title}
        return subject, _meeting_text(meeting, person)

    people = _people_of(meeting.body, now.date())
    return write_letters(
        people, Notice.Kind.MEETING_CALLED, f"meeting:{meeting.pk}", words, now, None
    )


def meeting_changed(meeting: Meeting, now: datetime) -> int:
    """Tell the body that a meeting is moved or cancelled."""
    cancelled = meeting.state == Meeting.State.CANCELLED

    def words(person: Person) -> tuple[str, str]:
        named = {"title": meeting.title}
        if not cancelled:
            return _("The meeting is moved: %(title)s") % named, _meeting_text(meeting, person)
        return _("The meeting is cancelled: %(title)s") % named, meeting.cancel_reason

    about = f"meeting:{meeting.pk}:{meeting.sequence}"
    people = _people_of(meeting.body, now.date())
    return write_letters(people, Notice.Kind.MEETING_CHANGED, about, words, now, None)


def local(moment: datetime, person: Person) -> str:
    """Say a moment in a person's time zone, with the zone's name; an unknown zone is UTC."""
    try:
        zone = ZoneInfo(person.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    there = moment.astimezone(zone)
    return f"{date_format(there, 'DATE_FORMAT')}, {there:%H:%M} ({zone.key})"


def _vote_text(vote: Vote, person: Person) -> str:
    lines = [
        str(vote.revision.title),
        _("%(body)s decides. The vote closes on %(moment)s.")
        % {"body": vote.body, "moment": local(vote.closes_at, person)},
        address_of("governance:ballot", vote.pk),
    ]
    return "\n\n".join(lines)


def _meeting_text(meeting: Meeting, person: Person) -> str:
    lines = [
        _("%(body)s meets on %(moment)s.")
        % {"body": meeting.body, "moment": local(meeting.starts_at, person)},
        *filter(None, (meeting.place, meeting.join_url)),
        address_of("governance:meeting", meeting.pk),
    ]
    return "\n\n".join(lines)


def _people_of(body: Body, on: date) -> Iterable[Person]:
    """Holders and alternates of a body's seats, and its officers."""
    tables = (Appointment.objects.current(on), Alternate.objects.current(on))
    seated = [table.filter(seat__body=body).values("person") for table in tables]
    officers = Office.objects.current(on).filter(body=body).values("person")
    wanted = Q(pk__in=seated[0]) | Q(pk__in=seated[1]) | Q(pk__in=officers)
    return Person.objects.filter(wanted, is_active=True)


def _voters(vote: Vote, on: date, seats: Iterable[Seat] | None = None) -> Iterable[Person]:
    """Holders and alternates of the seats, and who has a proxy of one for this vote."""
    rows = Seat.objects.filter(body=vote.body_id) if seats is None else seats
    people = [
        table.filter(seat__in=rows).values("person")
        for table in (
            Appointment.objects.current(on),
            Alternate.objects.current(on),
            Proxy.objects.in_force(on, vote.pk),
        )
    ]
    wanted = Q(pk__in=people[0]) | Q(pk__in=people[1]) | Q(pk__in=people[2])
    return Person.objects.filter(wanted, is_active=True)


def write_letters(
    people: Iterable[Person], kind: str, about: str, words: Words, now: datetime, vote: Vote | None
) -> int:
    """Write the letters; who has been told this already is not told again."""
    letters = []
    for person in people:
        with translation.override(person.preferred_language or settings.LANGUAGE_CODE):
            subject, text = words(person)
        letters.append(
            Notice(
                person=person, kind=kind, about=about, vote=vote, subject=subject[:200].replace("\n", " "),
                text=text, made_at=now,
            )
        )  # fmt: skip
    Notice.objects.bulk_create(letters, ignore_conflicts=True)
    return len(letters)


def choice_address() -> str:
    """Return where a person chooses how often letters come."""
    return f"{settings.SITE_ORIGIN}{reverse('governance:mine')}#letters"


def address_of(name: str, argument: object) -> str:
    return f"{settings.SITE_ORIGIN}{reverse(name, args=[argument])}"
