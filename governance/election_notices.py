"""What voters are told of an election: that it is open, that it closes soon without their ballot, what came of it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from governance.models import Appointment, Election, ElectionBallot, Notice
from governance.notices import Words, address_of, local, write_letters
from members.models import Person
from members.querysets import PersonQuerySet


def election_opened(election: Election, now: datetime) -> int:
    """Tell the holders of the electing body that they can vote."""

    def words(person: Person) -> tuple[str, str]:
        return _("Your ballot is asked for: %(title)s") % {"title": election.title}, _text(
            election, person
        )

    return _write(election, _voters(election, now.date()), Notice.Kind.VOTE_OPENED, words, now)


def election_last_call(election: Election, now: datetime) -> int:
    """Remind those whose seats have no ballot yet."""
    heard = ElectionBallot.objects.filter(election=election).values("seat")

    def words(person: Person) -> tuple[str, str]:
        subject = _("Closes soon, and you have not voted: %(title)s") % {"title": election.title}
        return subject, _text(election, person)

    silent = Appointment.objects.current(now.date()).filter(seat__body=election.body_id)
    people = Person.objects.filter(
        pk__in=silent.exclude(seat__in=heard).values("person"), is_active=True
    )
    return _write(election, people, Notice.Kind.LAST_CALL, words, now)


def election_counted(election: Election, now: datetime) -> int:
    """Tell the holders, and those who stood, what came of it."""
    stood = election.candidacies.accepted().values("person")
    people = _voters(election, now.date()) | Person.objects.filter(pk__in=stood, is_active=True)

    def words(person: Person) -> tuple[str, str]:
        won = list(election.result["winners"]) if election.result else []
        line = _("Elected: %(names)s.") % {"names": ", ".join(won)}
        subject = f"{election.number}: {election.title}"
        return subject, "\n\n".join([line if won else _("Nobody was elected."), _page(election)])

    return _write(election, people.distinct(), Notice.Kind.DECIDED, words, now)


def _voters(election: Election, on: date) -> PersonQuerySet:
    terms = Appointment.objects.current(on).filter(seat__body=election.body_id)
    return Person.objects.filter(pk__in=terms.values("person"), is_active=True)


def _text(election: Election, person: Person) -> str:
    assert election.closes_at is not None
    named = {"body": election.body, "moment": local(election.closes_at, person)}
    closes = _("%(body)s elects. The ballot closes on %(moment)s.") % named
    ballot = address_of("governance:election-ballot", election.pk)
    return "\n\n".join([str(election.title), closes, ballot])


def _page(election: Election) -> str:
    return address_of("governance:election", election.pk)


def _write(
    election: Election, people: PersonQuerySet, kind: str, words: Words, now: datetime
) -> int:
    return write_letters(people, kind, f"election:{election.pk}", words, now, None)
