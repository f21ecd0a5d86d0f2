"""Letters: one for each thing and person, in their language and time zone, sent once and as often as they want."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from smtplib import SMTPException
from typing import Any

import pgtrigger
import pytest
from django.core import mail
from django.db.models import F
from django.test import Client

from alliance.clock import database_now
from governance import actions, notices, tasks
from governance.actions import letters
from governance.models import Election, Notice, NoticeChoice
from tests.factories.elections import opened, overdue_election, rank
from tests.factories.governance import Chamber, shift

pytestmark = pytest.mark.django_db


def test_a_vote_is_announced_in_each_language_and_zone(chamber: Chamber) -> None:
    french = chamber.person(2)
    french.preferred_language, french.time_zone = "fr", "America/Montreal"
    french.save()
    chamber.call(closes_at=database_now() + timedelta(days=2))
    assert Notice.objects.filter(kind="vote-opened").count() == 5
    letter = Notice.objects.get(person=french)
    english = Notice.objects.get(person=chamber.person(3))
    assert "America/Montreal" in letter.text
    assert "/fr/governance/votes/" in letter.text
    assert "(UTC)" in english.text
    assert "/en/governance/votes/" in english.text
    assert letter.subject != english.subject


def test_letters_go_out_once(chamber: Chamber) -> None:
    chamber.call()
    assert mail.outbox == []
    tasks.send_letters()
    tasks.send_letters()
    assert len(mail.outbox) == 5
    assert chamber.person(3).email in {message.to[0] for message in mail.outbox}
    assert "/governance/mine/#letters" in mail.outbox[0].body


def test_only_those_who_have_not_voted_are_reminded(chamber: Chamber) -> None:
    vote = chamber.call(closes_at=database_now() + timedelta(days=4))
    chamber.cast(vote, 2)
    tasks.remind_voters()
    assert not Notice.objects.filter(kind="last-call").exists()
    shift(vote, timedelta(days=-3, hours=-1))
    tasks.remind_voters()
    tasks.remind_voters()
    people = Notice.objects.filter(kind="last-call").values_list("person", flat=True)
    assert set(people) == {chamber.person(number).pk for number in (1, 3, 4, 5)}
    assert len(people) == 4


def test_a_proxy_is_reminded_too(chamber: Chamber) -> None:
    vote = chamber.call(closes_at=database_now() + timedelta(days=1))
    chamber.cast(vote, 4)
    actions.give_proxy(
        viewer=chamber.viewer(2), seat=chamber.seat(2), to=chamber.person(4), vote=vote
    )
    shift(vote, timedelta(hours=-13))
    tasks.remind_voters()
    assert Notice.objects.filter(kind="last-call", person=chamber.person(4)).exists()


def test_never_and_once_a_day(chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.choose_letters(person=chamber.person(2), delivery="never")
    actions.choose_letters(person=chamber.person(3), delivery="daily")
    chamber.call()
    chamber.call(chamber.seconded(seat=3))
    hours = iter([6, 7, 7])
    monkeypatch.setattr(
        letters, "_local", lambda person, now: datetime(2026, 1, 1, next(hours), tzinfo=UTC)
    )
    actions.send_letters()
    assert len(mail.outbox) == 6  # three people, two letters each
    actions.send_letters()
    (digest,) = mail.outbox[6:]
    assert digest.to == [chamber.person(3).email]
    assert digest.subject.startswith("2 ")
    actions.send_letters()
    assert len(mail.outbox) == 7


def test_a_failure_is_tried_again(chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    chamber.call()

    def refuse(*args: Any) -> None:
        raise SMTPException("no relay")

    with monkeypatch.context() as patch:
        patch.setattr(letters, "send_mail", refuse)
        assert actions.send_letters() == 0
    assert Notice.objects.filter(sent_at=None, attempts=1).count() == 5
    assert actions.send_letters() == 5


def test_a_decision_is_told(chamber: Chamber) -> None:
    vote = chamber.call()
    chamber.cast_all(vote, "fff")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    letters = Notice.objects.filter(kind="decided")
    assert letters.count() == 5
    assert letters[0].subject.startswith(decision.number)


def test_terms_that_end_are_announced_once(chamber: Chamber) -> None:
    today = database_now().date()
    chamber.seat(3).appointments.update(until=today + timedelta(days=20))
    chamber.seat(4).appointments.update(until=today + timedelta(days=60))
    actions.announce_terms()
    actions.announce_terms()
    told = set(Notice.objects.filter(kind="term-ends").values_list("person", flat=True))
    assert told == {chamber.person(3).pk, chamber.person(1).pk}  # the holder and the chair
    assert Notice.objects.filter(kind="term-ends").count() == 2


def test_an_unknown_zone_is_utc(chamber: Chamber) -> None:
    person = chamber.person(2)
    person.time_zone = "Mars/Olympus"
    assert notices.local(datetime(2026, 3, 14, 9, 5, tzinfo=UTC), person).endswith("09:05 (UTC)")


def test_the_choice_is_kept(chamber: Chamber, client: Client) -> None:
    client.force_login(chamber.person(2))
    client.post("/en/governance/mine/letters/", {"delivery": "daily"})
    assert NoticeChoice.objects.get().delivery == "daily"
    client.post("/en/governance/mine/letters/", {"delivery": "hourly"})
    assert NoticeChoice.objects.get().delivery == "daily"


def test_an_election_is_announced_reminded_of_and_its_result_told(chamber: Chamber) -> None:
    french = chamber.person(2)
    french.preferred_language = "fr"
    french.save()
    election = opened(chamber, "Ada Bo", seats=1)
    rows = Notice.objects.filter(about=f"election:{election.pk}")
    assert rows.filter(kind="vote-opened").count() == 5
    assert f"/fr/governance/elections/{election.pk}/" in rows.get(person=french).text
    for seat in (1, 2, 4):
        rank(election, chamber, seat, "Bo Ada")
    tasks.remind_voters()
    assert not rows.filter(kind="last-call").exists()
    with pgtrigger.ignore("governance.Election:election_frozen"):
        Election.objects.filter(pk=election.pk).update(
            opens_at=F("opens_at") - timedelta(hours=13), closes_at=F("closes_at") - timedelta(hours=13)
        )  # fmt: skip
    tasks.remind_voters()
    tasks.remind_voters()
    reminded = set(rows.filter(kind="last-call").values_list("person", flat=True))
    assert reminded == {chamber.person(3).pk, chamber.person(5).pk}
    overdue_election(Election.objects.get(pk=election.pk))
    actions.settle_election(election_id=election.pk)
    told = rows.filter(kind="decided")
    assert told.count() == 7, "five holders and the two who stood"
    assert "Elected: Bo." in told.get(person=chamber.person(3)).text
    assert "-E01: " in told.get(person=french).subject
