"""Casting: counted with a receipt, or refused; never in between, and never twice."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from alliance.clock import database_now
from alliance.problems import DomainError
from alliance.viewer import ANONYMOUS
from governance import actions
from governance.actions.ballots import commitment, current_positions, said_of
from governance.errors import BallotRefused, NotAllowed, NotOnRoll, SubmissionReused, VoteClosed
from governance.models import Ballot, Decision, Vote
from governance.rules import PRESETS, Position
from tests.factories.governance import Chamber, make_chamber, overdue
from transparency.models import Entry

PATIENT = replace(PRESETS["simple-majority"], early=False)


@pytest.mark.django_db
def test_a_position_is_counted_with_a_receipt(chamber: Chamber) -> None:
    vote = chamber.call()
    ballot = chamber.cast(vote, 3, "against", "Too soon.")
    assert (ballot.sequence, ballot.position, ballot.reason) == (1, "against", "Too soon.")
    assert ballot.caster == chamber.person(3)
    assert ballot.entry.kind == "governance.ballot"
    assert current_positions(vote) == {3: Position.AGAINST}


@pytest.mark.django_db
def test_the_last_position_counts_and_the_first_stays(chamber: Chamber) -> None:
    vote = chamber.call()
    chamber.cast(vote, 3, "against")
    again = chamber.cast(vote, 3, "for")
    assert again.sequence == 2
    assert current_positions(vote) == {3: Position.FOR}
    assert Ballot.objects.count() == 2


@pytest.mark.django_db
def test_a_sealed_position_is_a_commitment_in_the_log(chamber: Chamber) -> None:
    ballot = chamber.cast(chamber.call(), 2, "against", "Because.")
    leaf = bytes(ballot.entry.body).decode()
    assert "against" not in leaf
    assert "Because" not in leaf
    said = said_of(ballot.vote_id, 2, 1, "against", {}, "Because.")
    opened = commitment(said, ballot.nonce)
    assert opened in leaf


@pytest.mark.django_db
def test_an_open_roll_call_enters_the_position(chamber: Chamber) -> None:
    vote = chamber.call(rule=replace(PATIENT, interim=True))
    leaf = bytes(chamber.cast(vote, 2, "against", "Because.").entry.body).decode()
    assert '"position":"against"' in leaf
    assert "Because" not in leaf


@pytest.mark.django_db
def test_the_same_submission_again_is_the_same_ballot(chamber: Chamber) -> None:
    vote = chamber.call()
    key = uuid.uuid4().hex

    def cast(position: str) -> Ballot:
        return actions.cast_ballot(
            viewer=chamber.viewer(2), vote_id=vote.pk, seat_number=2, position=position,
            idempotency_key=key,
        )  # fmt: skip

    assert cast("for") == cast("for")
    with pytest.raises(SubmissionReused):
        cast("against")
    assert Ballot.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seat", "position", "reason", "key", "kind", "code"),
    [
        (9, "for", "", "a" * 8, NotOnRoll, "not-on-roll"),
        (6, "for", "", "a" * 8, NotAllowed, "not-allowed"),
        (3, "for", "", "a" * 8, NotAllowed, "not-allowed"),
        (2, "perhaps", "", "a" * 8, BallotRefused, "position-unknown"),
        (2, "recused", " ", "a" * 8, BallotRefused, "reason-needed"),
        (2, "for", "x" * 501, "a" * 8, BallotRefused, "reason-too-long"),
        (2, "for", "", "short", BallotRefused, "idempotency-key"),
        (2, "for", "", "a" * 81, BallotRefused, "idempotency-key"),
    ],
)
def test_refusals_write_nothing(
    db: None, seat: int, position: str, reason: str, key: str, kind: type[DomainError], code: str
) -> None:
    chamber = make_chamber(5, vacant=1)
    vote = chamber.call()
    before = Entry.objects.count()
    with pytest.raises(kind) as refusal:
        actions.cast_ballot(
            viewer=chamber.viewer(2), vote_id=vote.pk, seat_number=seat, position=position,
            reason=reason, idempotency_key=key,
        )  # fmt: skip
    assert refusal.value.code == code
    assert (Ballot.objects.count(), Entry.objects.count()) == (0, before)


@pytest.mark.django_db
def test_nobody_votes_without_a_seat(chamber: Chamber) -> None:
    vote = chamber.call()
    with pytest.raises(NotAllowed):
        actions.cast_ballot(
            viewer=ANONYMOUS,
            vote_id=vote.pk,
            seat_number=2,
            position="for",
            idempotency_key="a" * 8,
        )


@pytest.mark.django_db
def test_a_seat_filled_after_the_opening_is_not_on_the_roll(db: None) -> None:
    chamber = make_chamber(5, vacant=1)
    vote = chamber.call()
    chamber.seat(6).appointments.create(person=chamber.person(2), since="2026-01-01")
    with pytest.raises(NotOnRoll):
        actions.cast_ballot(
            viewer=chamber.viewer(2), vote_id=vote.pk, seat_number=6, position="for",
            idempotency_key="a" * 8,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_successor_votes_for_the_seat(chamber: Chamber) -> None:
    """The roll is of seats: who holds one on the day casts for it."""
    vote = chamber.call()
    chamber.cast(vote, 4, "against")
    chamber.seat(4).appointments.update(until="2026-01-02")
    chamber.seat(4).appointments.create(person=chamber.person(5), since="2026-01-03")
    with pytest.raises(NotAllowed):
        chamber.cast(vote, 4)
    ballot = actions.cast_ballot(
        viewer=chamber.viewer(5), vote_id=vote.pk, seat_number=4, position="for",
        idempotency_key="a" * 8,
    )  # fmt: skip
    assert ballot.sequence == 2


@pytest.mark.django_db
def test_after_the_deadline_it_is_too_late_even_before_anybody_closed(chamber: Chamber) -> None:
    vote = overdue(chamber.call())
    assert vote.is_open
    with pytest.raises(VoteClosed):
        chamber.cast(vote, 2)
    assert not Ballot.objects.exists()


@pytest.mark.django_db
def test_after_the_close_it_is_too_late(chamber: Chamber) -> None:
    vote = chamber.call()
    chamber.cast_all(vote, "fff")
    assert actions.close_vote(vote_id=vote.pk)
    with pytest.raises(VoteClosed):
        chamber.cast(vote, 4)


@pytest.mark.django_db
def test_the_database_refuses_what_the_action_would_never_write(chamber: Chamber) -> None:
    vote = chamber.call()
    good = chamber.cast(vote, 2)
    now = database_now()
    plain = {
        "vote": vote, "seat": chamber.seat(3), "sequence": 1, "position": "for", "cast_at": now,
        "idempotency_key": "a" * 8, "nonce": "n", "entry": good.entry,
    }  # fmt: skip
    elsewhere = make_chamber(2).seat(1)
    for change in (
        {"cast_at": vote.closes_at},
        {"cast_at": vote.opens_at - timedelta(seconds=1)},
        {"cast_at": now + timedelta(hours=1)},
        {"seat": elsewhere},
        {"position": "recused", "reason": ""},
        {"seat": chamber.seat(2)},
        {"sequence": 0},
    ):
        with pytest.raises(Error), transaction.atomic():
            Ballot.objects.create(**plain | change)
    Ballot.objects.create(**plain)
    for write in (lambda: good.delete(), lambda: Ballot.objects.update(position="against")):
        with pytest.raises(Error), transaction.atomic():
            write()


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_on_one_seat_leave_one_current_vote() -> None:
    chamber = make_chamber(5)
    vote = chamber.call(rule=PATIENT)
    viewer = chamber.viewer(2)

    def cast(number: int) -> int:
        try:
            return actions.cast_ballot(
                viewer=viewer, vote_id=vote.pk, seat_number=2,
                position=("for", "against", "abstain")[number % 3], idempotency_key=f"thread-{number:04d}",
            ).sequence  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        sequences = list(pool.map(cast, range(50)))
    assert sorted(sequences) == list(range(1, 51))
    current = Ballot.objects.filter(vote=vote).current()
    assert current.count() == 1
    assert current.get().sequence == 50


@pytest.mark.django_db(transaction=True)
def test_ten_threads_with_one_key_leave_one_ballot() -> None:
    chamber = make_chamber(5)
    vote = chamber.call(rule=PATIENT)
    viewer = chamber.viewer(2)

    def cast(_number: int) -> int:
        try:
            return actions.cast_ballot(
                viewer=viewer, vote_id=vote.pk, seat_number=2, position="for",
                idempotency_key="one-and-the-same",
            ).pk  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(cast, range(10)))) == 1
    assert Ballot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ballots_around_the_deadline_are_counted_or_refused() -> None:
    """Eight seats fire until it is over, while others try to close: every receipt is in the count."""
    chamber = make_chamber(8)
    proposal = chamber.seconded()
    vote = chamber.call(proposal, rule=PATIENT, closes_at=database_now() + timedelta(seconds=1.5))
    viewers = {number: chamber.viewer(number) for number in range(1, 9)}

    def fire(number: int) -> list[int]:
        accepted = []
        try:
            for shot in range(10_000):
                try:
                    ballot = actions.cast_ballot(
                        viewer=viewers[number], vote_id=vote.pk, seat_number=number,
                        position=("for", "against")[shot % 2], idempotency_key=f"shot-{shot:06d}",
                    )  # fmt: skip
                except VoteClosed:
                    return accepted
                accepted.append(ballot.pk)
        finally:
            connection.close()
        raise AssertionError("the deadline never came")

    def close(_number: int) -> None:
        try:
            while not Decision.objects.filter(vote=vote).exists():
                actions.close_vote(vote_id=vote.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        closers = [pool.submit(close, number) for number in range(2)]
        receipts = [pk for shots in pool.map(fire, range(1, 9)) for pk in shots]
        for closer in closers:
            closer.result(60)
    closed = Vote.objects.get(pk=vote.pk)
    assert sorted(receipts) == sorted(Ballot.objects.values_list("pk", flat=True))
    assert all(ballot.cast_at < closed.closes_at for ballot in Ballot.objects.all())
    assert closed.ended_at is not None
    assert closed.ended_at >= closed.closes_at
    tally = closed.decision.tally
    assert tally["yes"] + tally["no"] == Ballot.objects.current().count()
    assert Decision.objects.count() == 1
