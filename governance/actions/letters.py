"""Reminding and sending: letters are rows first; a worker sends each once, and a failure is tried again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.clock import database_now
from governance import election_notices, notices
from governance.models import Appointment, Election, Notice, NoticeChoice, Office, Vote
from members.models import Person

logger = logging.getLogger(__name__)
DAY = timedelta(days=1)
DIGEST_HOUR = 7
BATCH = 50
TERM_WATCH = timedelta(days=30)


def remind_voters() -> int:
    """Write a last call for each open vote and election near its end: a day before, or halfway if it is shorter."""
    now, written = database_now(), 0
    for vote in Vote.objects.open().select_related("revision", "body"):
        lead = min(DAY, (vote.closes_at - vote.opens_at) / 2)
        if vote.closes_at - lead <= now < vote.closes_at:
            written += notices.last_call(vote, now)
    for election in Election.objects.open().select_related("body"):
        if election.closes_at is None or election.opens_at is None:
            continue
        lead = min(DAY, (election.closes_at - election.opens_at) / 2)
        if election.closes_at - lead <= now < election.closes_at:
            written += election_notices.election_last_call(election, now)
    return written


def announce_terms() -> int:
    """Write a letter for each term that ends within thirty days."""
    now, written = database_now(), 0
    span = (now.date(), now.date() + TERM_WATCH)
    for term in Appointment.objects.filter(until__range=span).select_related(
        "seat__body", "person"
    ):
        written += notices.term_ends(term, now)
    for office in Office.objects.filter(until__range=span).select_related("body", "person"):
        written += notices.term_ends(office, now)
    return written


def send_letters() -> int:
    """Send what waits: each letter by itself, or one a day for those who chose so; return how many went out."""
    sent = sum(_send_one(pk) for pk in _waiting())
    now = database_now()
    daily = Notice.objects.waiting().daily().values_list("person", flat=True).distinct()
    for person in Person.objects.filter(pk__in=list(daily)):
        if _local(person, now).hour == DIGEST_HOUR:
            sent += _send_digest(person.pk)
    return sent


@transaction.atomic
def choose_letters(*, person: Person, delivery: str) -> NoticeChoice:
    """Keep how a person wants to hear from governance."""
    choice, _made = NoticeChoice.objects.update_or_create(
        person=person, defaults={"delivery": NoticeChoice.Delivery(delivery)}
    )
    return choice


def _waiting() -> list[int]:
    return list(Notice.objects.waiting().at_once().values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _send_one(pk: int) -> bool:
    rows = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    notice = rows.filter(pk=pk, sent_at=None).first()
    return notice is not None and _deliver([notice], notice.subject, notice.text)


@transaction.atomic
def _send_digest(person_id: int) -> bool:
    rows = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    waiting = list(rows.filter(person=person_id, sent_at=None, attempts__lt=10))
    if not waiting:
        return False
    with translation.override(waiting[0].person.preferred_language or settings.LANGUAGE_CODE):
        subject = ngettext(
            "%(n)d piece of news from governance", "%(n)d pieces of news from governance", len(waiting)
        ) % {"n": len(waiting)}  # fmt: skip
    text = "\n\n\n".join(f"{notice.subject}\n\n{notice.text}" for notice in waiting)
    return _deliver(waiting, subject, text)


def _deliver(letters: list[Notice], subject: str, text: str) -> bool:
    """Send one letter and mark what it tells; a failure counts as an attempt and is logged."""
    person = letters[0].person
    rows = Notice.objects.filter(pk__in=[letter.pk for letter in letters])
    with translation.override(person.preferred_language or settings.LANGUAGE_CODE):
        foot = _("You get this letter because you hold a seat or an office. Choose how often: %(address)s") % {
            "address": notices.choice_address()
        }  # fmt: skip
    try:
        send_mail(subject, f"{text}\n\n-- \n{foot}\n", None, [person.email])
    except (OSError, SMTPException):
        logger.exception("a letter to person %s could not be sent", person.pk)
        rows.update(attempts=F("attempts") + 1)
        return False
    rows.update(sent_at=database_now(), attempts=F("attempts") + 1)
    return True


def _local(person: Person, now: datetime) -> datetime:
    try:
        return now.astimezone(ZoneInfo(person.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        return now
