"""Proxies and alternates: who casts for a seat that its holder does not cast for, and what goes before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client

from alliance.clock import database_now
from governance import actions
from governance.errors import BallotRefused, NotAllowed, NotOnRoll, ProxyRefused, VoteClosed
from governance.models import Alternate, Ballot, LatePosition, Proxy, Vote
from governance.rules import PRESETS
from tests.factories.governance import SINCE, Chamber, make_chamber, overdue

pytestmark = pytest.mark.django_db
PATIENT = replace(PRESETS["simple-majority"], early=False)


def give(chamber: Chamber, seat: int, to: int, vote: Vote | None = None, **days: date) -> Proxy:
    return actions.give_proxy(
        viewer=chamber.viewer(seat),
        seat=chamber.seat(seat),
        to=chamber.person(to),
        vote=vote,
        **days,
    )


def cast_for(chamber: Chamber, vote: Vote, seat: int, by: int, position: str = "for") -> Ballot:
    return actions.cast_ballot(
        viewer=chamber.viewer(by), vote_id=vote.pk, seat_number=seat, position=position,
        idempotency_key=f"{seat}-{by}-{position}-{Ballot.objects.count()}",
    )  # fmt: skip


def today(days: int = 0) -> date:
    return database_now().date() + timedelta(days=days)


def test_a_proxy_for_one_vote(chamber: Chamber) -> None:
    vote, other = chamber.call(rule=PATIENT), chamber.call(chamber.seconded(seat=3), rule=PATIENT)
    with pytest.raises(NotAllowed):
        cast_for(chamber, vote, seat=2, by=4)
    give(chamber, 2, 4, vote)
    ballot = cast_for(chamber, vote, seat=2, by=4)
    assert (ballot.acting, ballot.caster) == ("proxy", chamber.person(4))
    assert '"acting":"proxy"' in bytes(ballot.entry.body).decode()
    with pytest.raises(NotAllowed):
        cast_for(chamber, other, seat=2, by=4)
    with pytest.raises(NotAllowed):
        cast_for(chamber, vote, seat=2, by=5)


def test_what_the_holder_casts_goes_before(chamber: Chamber) -> None:
    vote = chamber.call(rule=PATIENT)
    give(chamber, 2, 4, vote)
    cast_for(chamber, vote, seat=2, by=4)
    chamber.cast(vote, 2, "against")
    with pytest.raises(NotAllowed) as refusal:
        cast_for(chamber, vote, seat=2, by=4)
    assert refusal.value.code == "holder-has-voted"
    assert Ballot.objects.current().get().position == "against"


def test_a_proxy_for_some_days_and_its_end(chamber: Chamber) -> None:
    proxy = give(chamber, 2, 4, since=today(), until=today(7))
    vote = chamber.call(rule=PATIENT)
    cast_for(chamber, vote, seat=2, by=4)
    with pytest.raises(NotAllowed):
        actions.revoke_proxy(viewer=chamber.viewer(4), proxy=proxy)
    actions.revoke_proxy(viewer=chamber.viewer(2), proxy=proxy)
    with pytest.raises(NotAllowed):
        cast_for(chamber, vote, seat=2, by=4)
    with pytest.raises(ProxyRefused):
        actions.revoke_proxy(viewer=chamber.viewer(2), proxy=proxy)
    give(chamber, 2, 4, since=today(2), until=today(7))
    with pytest.raises(NotAllowed):
        cast_for(chamber, vote, seat=2, by=4)


def test_who_loses_the_own_seat_loses_the_proxy(chamber: Chamber) -> None:
    vote = chamber.call(rule=PATIENT)
    give(chamber, 2, 4, vote)
    chamber.seat(4).appointments.update(until=SINCE)
    with pytest.raises(NotAllowed):
        cast_for(chamber, vote, seat=2, by=4)


def test_a_person_holds_so_many_proxies(chamber: Chamber) -> None:
    vote = chamber.call()
    give(chamber, 1, 5, vote)
    give(chamber, 2, 5, vote)
    with pytest.raises(ProxyRefused) as refusal:
        give(chamber, 3, 5, vote)
    assert refusal.value.code == "proxy-cap"
    give(chamber, 2, 5, vote)  # the same again replaces the earlier one
    assert Proxy.objects.standing(today()).count() == 2
    overdue(vote)
    actions.close_vote(vote_id=vote.pk)
    give(chamber, 3, 5, since=today(), until=today(1))  # those of a closed vote count no more


@pytest.mark.parametrize(
    ("to", "days", "code"),
    [
        (2, {}, "proxy-self"),
        (4, {}, "proxy-span"),
        (4, {"since": 0}, "proxy-span"),
        (4, {"since": 0, "until": -1}, "proxy-days"),
        (4, {"since": 0, "until": 400}, "proxy-days"),
    ],
)
def test_what_is_no_proxy(chamber: Chamber, to: int, days: dict[str, int], code: str) -> None:
    with pytest.raises(ProxyRefused) as refusal:
        give(chamber, 2, to, **{name: today(day) for name, day in days.items()})
    assert refusal.value.code == code


def test_nobody_from_outside_and_not_for_the_seats_of_others(chamber: Chamber) -> None:
    outside = make_chamber(1)
    vote = chamber.call()
    with pytest.raises(ProxyRefused) as refusal:
        actions.give_proxy(
            viewer=chamber.viewer(2), seat=chamber.seat(2), to=outside.person(1), vote=vote
        )
    assert refusal.value.code == "proxy-outside"
    with pytest.raises(NotAllowed):
        actions.give_proxy(
            viewer=chamber.viewer(3), seat=chamber.seat(2), to=chamber.person(4), vote=vote
        )
    for write in (
        lambda: Proxy.objects.all().delete(),
        lambda: Proxy.objects.update(person=chamber.person(5)),
    ):
        give(chamber, 2, 4, vote)
        with pytest.raises(Error), transaction.atomic():
            write()


def test_an_alternate_stands_in(chamber: Chamber) -> None:
    outside = make_chamber(1)
    Alternate.objects.create(seat=chamber.seat(2), person=outside.person(1), since=SINCE)
    vote = chamber.call(rule=PATIENT)
    ballot = actions.cast_ballot(
        viewer=outside.viewer(1), vote_id=vote.pk, seat_number=2, position="abstain",
        idempotency_key="by-the-alternate",
    )  # fmt: skip
    assert ballot.acting == "alternate"
    assert Vote.objects.awaiting(outside.viewer(1), today()).count() == 0
    chamber.cast(vote, 2)
    with pytest.raises(NotAllowed):
        actions.cast_ballot(
            viewer=outside.viewer(1), vote_id=vote.pk, seat_number=2, position="against",
            idempotency_key="by-the-alternate-again",
        )  # fmt: skip
    with pytest.raises(Error), transaction.atomic():
        Alternate.objects.create(seat=chamber.seat(2), person=chamber.person(5), since=SINCE)


def test_votes_that_need_a_proxy(chamber: Chamber) -> None:
    vote = chamber.call(rule=PATIENT)
    chamber.cast(vote, 4)
    assert not Vote.objects.awaiting(chamber.viewer(4), today()).exists()
    give(chamber, 2, 4, vote)
    assert list(Vote.objects.awaiting(chamber.viewer(4), today())) == [vote]
    cast_for(chamber, vote, seat=2, by=4)
    assert not Vote.objects.awaiting(chamber.viewer(4), today()).exists()


def test_the_page_of_votes_that_need_me(chamber: Chamber, client: Client) -> None:
    vote = chamber.call(rule=PATIENT)
    path = "/en/governance/mine/"
    assert client.get(path).status_code == 302
    client.force_login(chamber.person(2))
    page = client.get(path)
    assert f"/en/governance/votes/{vote.pk}/ballot/" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    form: dict[str, Any] = {"seat": chamber.seat(2).pk, "to": chamber.person(4).pk, "vote": vote.pk}
    assert client.post(path, form | {"vote": ""}).status_code == 422
    assert client.post(path, form).status_code == 302
    proxy = Proxy.objects.get()
    assert "given to Holder 4" in client.get(path).content.decode()
    client.force_login(chamber.person(4))
    assert "by proxy of Holder 2" in client.get(path).content.decode()
    ballot = f"/en/governance/votes/{vote.pk}/ballot/?seat=2"
    assert "You cast as a proxy" in client.get(ballot).content.decode()
    client.force_login(chamber.person(5))
    assert client.post(f"{path}proxies/{proxy.pk}/revoke/").status_code == 404
    client.force_login(chamber.person(2))
    client.post(f"{path}proxies/{proxy.pk}/revoke/")
    proxy.refresh_from_db()
    assert proxy.revoked_at is not None
    assert client.get("/fr/governance/mine/").status_code == 200


def test_proxies_by_api(chamber: Chamber, client: Client) -> None:
    vote = chamber.call(rule=PATIENT)
    body = {"body": chamber.body.slug, "seat": 2, "to_seat": 4, "vote": vote.pk}
    assert client.post("/api/v1/proxies/", body, "application/json").status_code == 401
    client.force_login(chamber.person(2))
    made = client.post("/api/v1/proxies/", body, "application/json")
    assert (made.status_code, made.json()["person"]) == (201, chamber.person(4).full_name)
    refused = client.post("/api/v1/proxies/", body | {"to_seat": 2}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "proxy-self")
    client.force_login(chamber.person(5))
    assert client.get("/api/v1/proxies/").json()["results"] == []
    assert client.delete(f"/api/v1/proxies/{made.json()['id']}/").status_code == 404
    client.force_login(chamber.person(2))
    assert client.delete(f"/api/v1/proxies/{made.json()['id']}/").status_code == 204
    assert Proxy.objects.get().revoked_at is not None


def test_late_positions_are_recorded_and_change_nothing(chamber: Chamber, client: Client) -> None:
    vote = chamber.call()
    chamber.cast_all(vote, "fff")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    client.force_login(chamber.person(4))
    path = f"/en/governance/votes/{vote.pk}/ballot/"
    assert "Record this position" in client.get(path).content.decode()
    client.post(path, {"key": "k" * 8, "seat": 4, "position": "against", "reason": "I was away."})
    late = LatePosition.objects.get()
    assert (late.position, late.entry.kind) == ("against", "governance.late-position")
    decision.refresh_from_db()
    assert decision.tally["no"] == 0
    page = client.get(vote.get_absolute_url()).content.decode()
    assert "not counted" in page
    assert "I was away." in page
    for seat in (4, 1):
        with pytest.raises(BallotRefused):
            actions.record_late(
                viewer=chamber.viewer(seat), vote_id=vote.pk, seat_number=seat, position="for"
            )
    with pytest.raises(NotAllowed):
        actions.record_late(
            viewer=chamber.viewer(3), vote_id=vote.pk, seat_number=5, position="for"
        )
    with pytest.raises(NotOnRoll):
        actions.record_late(
            viewer=chamber.viewer(3), vote_id=vote.pk, seat_number=9, position="for"
        )
    client.force_login(chamber.person(5))
    answer = client.post(
        f"/api/v1/votes/{vote.pk}/late-positions/",
        {"seat": 5, "position": "for"},
        "application/json",
    )
    assert answer.status_code == 201
    assert len(client.get(f"/api/v1/votes/{vote.pk}/").json()["late_positions"]) == 2
    with pytest.raises(Error), transaction.atomic():
        LatePosition.objects.all().delete()


def test_late_is_not_for_ever(chamber: Chamber) -> None:
    vote = overdue(chamber.call())
    actions.close_vote(vote_id=vote.pk)
    with pytest.raises(VoteClosed):
        actions.record_late(
            viewer=chamber.viewer(4), vote_id=vote.pk, seat_number=4, position="for"
        )
    still = chamber.call(chamber.seconded(seat=3))
    with pytest.raises(VoteClosed):
        actions.record_late(
            viewer=chamber.viewer(4), vote_id=still.pk, seat_number=4, position="for"
        )
