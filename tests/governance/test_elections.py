"""Elections from announcement to appointments: who may do what, what is frozen, counted, drawn, filled."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction

from alliance.clock import database_now
from alliance.problems import DomainError
from alliance.viewer import ANONYMOUS
from governance import actions
from governance.actions.counting import seed_after
from governance.actions.election_ballots import election_commitment
from governance.errors import (
    BallotRefused,
    CallRefused,
    CandidacyRefused,
    NotAllowed,
    NotOnRoll,
    SubmissionReused,
    VoteClosed,
    WrongState,
)
from governance.models import Appointment, Candidate, Election, ElectionBallot
from governance.tally import Method
from members.models import Organisation, Person
from members.viewers import viewer_of_person
from tests.factories.elections import (
    TERM,
    announced,
    numbers,
    open_now,
    opened,
    overdue_election,
    rank,
    stand,
    vacant_seats,
)
from tests.factories.governance import Chamber, make_chamber
from transparency import sequencer
from transparency.models import Checkpoint, Entry

pytestmark = pytest.mark.django_db


def leaf(entry: Entry | None) -> dict[str, Any]:
    assert entry is not None
    body: dict[str, Any] = json.loads(bytes(entry.body))["body"]
    return body


def settled(election: Election) -> Election:
    overdue_election(election)
    result = actions.settle_election(election_id=election.pk)
    assert result is not None
    return result


def test_three_seats_are_filled_with_a_cap_of_one(chamber: Chamber) -> None:
    """X's two candidates lead; the second is barred and the papers go on."""
    x = Organisation.objects.create(slug="x", name="X", short_name="X", kind="research")
    election = announced(chamber, seats=3, cap=1)
    for name, organisation in (("Ada", x), ("Bo", x), ("Cy", None), ("Di", None), ("Eve", None)):
        stand(election, chamber, name, organisation)
    election = open_now(chamber, election)
    for seat, order in enumerate(
        ["Ada Bo Cy", "Ada Bo Cy", "Bo Ada Di", "Di Cy Eve", "Eve Di Cy"], start=1
    ):
        rank(election, chamber, seat, order)
    election = settled(election)
    result = election.result
    assert result is not None
    assert result["winners"][0] == "Ada"
    assert "Bo" not in result["winners"]
    assert len(result["winners"]) == 3
    year = database_now().year
    assert election.number == f"{chamber.body.code}-{year}-E01"
    held = Appointment.objects.filter(seat__number__in=election.seat_numbers).order_by(
        "seat__number"
    )
    assert [row.person.full_name for row in held] == result["winners"]
    assert {(row.since, row.until) for row in held} == {TERM}
    assert election.effect is not None
    assert election.effect["state"] == "done"
    assert leaf(election.counted_entry)["winners"] == result["winners"]  # fmt: skip


def test_nomination_is_seen_by_nobody_until_it_is_accepted(chamber: Chamber) -> None:
    election = announced(chamber)
    person = Person.objects.create(email="shy@cast.example", full_name="Shy")
    nomination = actions.nominate(
        viewer=chamber.viewer(2), election_id=election.pk, email="SHY@cast.example"
    )
    seen = Candidate.objects.filter(election=election)
    assert not seen.visible_to(ANONYMOUS).exists()
    assert not seen.visible_to(chamber.viewer(3)).exists()
    assert seen.visible_to(viewer_of_person(person)).exists()
    with pytest.raises(NotAllowed):
        actions.accept_nomination(
            viewer=chamber.viewer(2), candidate_id=nomination.pk, organisation=None
        )
    actions.accept_nomination(
        viewer=viewer_of_person(person), candidate_id=nomination.pk, organisation=None
    )
    assert seen.visible_to(ANONYMOUS).exists()
    actions.decline_nomination(viewer=viewer_of_person(person), candidate_id=nomination.pk)
    assert not seen.visible_to(ANONYMOUS).exists()
    with pytest.raises(WrongState):
        actions.accept_nomination(
            viewer=viewer_of_person(person), candidate_id=nomination.pk, organisation=None
        )


def test_one_stands_for_an_organisation_one_belongs_to(chamber: Chamber) -> None:
    election = announced(chamber)
    x, y = (
        Organisation.objects.create(slug=slug, name=slug, short_name=slug, kind="research")
        for slug in "xy"
    )
    candidate = stand(election, chamber, "Ada", x)
    viewer = viewer_of_person(candidate.person)
    for wrong in (y, None):
        with pytest.raises(CandidacyRefused):
            actions.accept_nomination(viewer=viewer, candidate_id=candidate.pk, organisation=wrong)


def test_strangers_nominate_open_and_vote_nothing(chamber: Chamber, cast: Any) -> None:
    election = announced(chamber)
    outsider = viewer_of_person(cast.outsider)
    closes_at = database_now() + timedelta(days=1)
    with pytest.raises(NotAllowed):
        actions.nominate(viewer=outsider, election_id=election.pk, email=cast.rep_a.email)
    with pytest.raises(CandidacyRefused, match="Nobody signs in"):
        actions.nominate(viewer=chamber.chair, election_id=election.pk, email="no@cast.example")
    for viewer in (outsider, chamber.viewer(3), ANONYMOUS):
        with pytest.raises(NotAllowed):
            actions.open_election(viewer=viewer, election_id=election.pk, closes_at=closes_at)
        with pytest.raises(NotAllowed):
            actions.cancel_election(viewer=viewer, election_id=election.pk, reason="Because.")
    stand(election, chamber, "Ada")
    election = open_now(chamber, election)
    with pytest.raises(NotAllowed):
        rank(election, chamber, 3, "Ada", viewer=outsider)
    with pytest.raises(NotAllowed):
        rank(election, chamber, 3, "Ada", viewer=chamber.viewer(2))


def test_election_without_candidates_or_with_a_held_seat_is_refused(chamber: Chamber) -> None:
    election = announced(chamber)
    with pytest.raises(CallRefused, match="Nobody has accepted"):
        open_now(chamber, election)
    sheet = actions.ElectionSheet(
        fills=chamber.body, seat_numbers=[1], term_since=TERM[0], term_until=TERM[1],
        rule=election.counting_rule, title_en="Again",
    )  # fmt: skip
    with pytest.raises(CallRefused, match="Seat 1 is held"):
        actions.announce_election(viewer=chamber.chair, body=chamber.body, sheet=sheet)
    promised = actions.ElectionSheet(
        fills=chamber.body, seat_numbers=election.seat_numbers, term_since=TERM[0], term_until=TERM[1],
        rule=election.counting_rule, title_en="Again",
    )  # fmt: skip
    with pytest.raises(CallRefused, match="Another election"):
        actions.announce_election(viewer=chamber.chair, body=chamber.body, sheet=promised)


def test_last_ballot_counts_and_the_same_submission_is_one(chamber: Chamber) -> None:
    election = opened(chamber)
    rank(election, chamber, 2, "Ada Bo")
    again = rank(election, chamber, 2, "Cy")
    assert again.sequence == 2
    same = actions.cast_election_ballot(
        viewer=chamber.viewer(2), election_id=election.pk, seat_number=2, content=again.content,
        idempotency_key=again.idempotency_key,
    )  # fmt: skip
    assert same.pk == again.pk
    with pytest.raises(SubmissionReused):
        actions.cast_election_ballot(
            viewer=chamber.viewer(2), election_id=election.pk, seat_number=2, content={"1": 1, "2": 2},
            idempotency_key=again.idempotency_key,
        )  # fmt: skip
    assert settled(election).result["winners"] == ["Cy"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("method", "content", "code"),
    [
        (Method.SCOTTISH_STV, {}, "ballot-untouched"),
        (Method.SCOTTISH_STV, {"1": None}, "ballot-untouched"),
        (Method.SCOTTISH_STV, {"9": 1}, "candidate-unknown"),
        (Method.SCOTTISH_STV, {"1": 1, "2": 1}, "ranks-equal"),
        (Method.SCHULZE, {"1": 0}, "rank-range"),
        (Method.PLURALITY, {"1": 1, "2": 1}, "one-choice"),
        (Method.STAR, {"1": 6}, "score-range"),
    ],
)
def test_ballot_that_says_nothing_or_too_much_is_refused(
    chamber: Chamber, method: Method, content: dict[str, int | None], code: str
) -> None:
    election = opened(chamber, method=method)
    with pytest.raises(BallotRefused) as caught:
        actions.cast_election_ballot(
            viewer=chamber.viewer(2), election_id=election.pk, seat_number=2, content=content,
            idempotency_key="a key of mine",
        )  # fmt: skip
    assert caught.value.code == code
    assert not ElectionBallot.objects.exists()


@pytest.mark.parametrize("method", list(Method))
def test_every_method_counts_to_its_end(chamber: Chamber, method: Method) -> None:
    election = opened(chamber, method=method)
    number = numbers(election)
    for seat in (1, 2, 3):
        content = {str(number["Ada"]): 1}
        if method in (Method.SCORE, Method.STAR):
            content = {str(number["Ada"]): 5, str(number["Bo"]): 2}
        elif method is not Method.PLURALITY:
            content[str(number["Bo"])] = 2
        actions.cast_election_ballot(
            viewer=chamber.viewer(seat), election_id=election.pk, seat_number=seat, content=content,
            idempotency_key=uuid.uuid4().hex,
        )  # fmt: skip
    overdue_election(election)
    actions.settle_election(election_id=election.pk)
    sequencer.sequence()
    result = actions.settle_election(election_id=election.pk)
    assert result is not None
    assert result.is_counted
    assert result.result is not None
    if method is Method.APPROVAL:
        assert result.result["order"][0] == ["Ada", "Bo"]
    else:
        assert result.result["winners"] == ["Ada"]


def test_ballot_after_the_close_is_refused_and_its_election_is_counted_once(
    chamber: Chamber,
) -> None:
    election = opened(chamber)
    rank(election, chamber, 2, "Ada Bo")
    overdue_election(election)
    with pytest.raises(VoteClosed):
        rank(election, chamber, 3, "Bo")
    first = actions.settle_election(election_id=election.pk)
    second = actions.settle_election(election_id=election.pk)
    assert first is not None
    assert second is not None
    assert first.number == second.number
    assert Entry.objects.filter(kind="governance.election-counted").count() == 1


def test_seat_that_was_vacant_at_opening_has_no_ballot(chamber: Chamber) -> None:
    election = opened(chamber)
    vacant = election.seat_numbers[0]
    Appointment.objects.create(
        seat=chamber.seat(vacant), person=chamber.person(2), since=database_now().date()
    )
    with pytest.raises(NotOnRoll):
        rank(election, chamber, vacant, "Ada", viewer=chamber.viewer(2))


def test_tie_waits_for_a_checkpoint_nobody_knew_and_is_drawn_with_it(chamber: Chamber) -> None:
    election = opened(chamber, names="Ada Bo", method=Method.SCHULZE)
    rank(election, chamber, 1, "Ada Bo")
    rank(election, chamber, 2, "Bo Ada")
    sequencer.sequence()
    overdue_election(election)
    waiting = actions.settle_election(election_id=election.pk)
    assert waiting is not None
    assert waiting.state == "drawing"
    assert actions.settle_election(election_id=election.pk) is None
    assert actions.settle_due_elections() == 0
    sequencer.sequence()
    assert actions.settle_due_elections() == 1
    election.refresh_from_db()
    assert election.seed == seed_after(election.closed_entry_id)
    assert election.seed == Checkpoint.objects.order_by("-size").first().root_base64  # type: ignore[union-attr]
    assert election.result is not None
    assert election.result["order"] == [["Ada", "Bo"]]
    assert election.result["ties"][0]["settled_by"] == "lottery"
    assert len(election.result["winners"]) == 1


def test_sealed_ballots_are_opened_in_the_log_at_the_close(chamber: Chamber) -> None:
    election = opened(chamber)
    rank(election, chamber, 2, "Bo")
    ballot = rank(election, chamber, 2, "Ada Bo")
    told = leaf(ballot.entry)
    assert set(told) == {"election", "seat", "sequence", "cast_at", "commitment"}
    settled(election)
    opening = Entry.objects.get(kind="governance.election-ballots")
    (opened_ballot,) = leaf(opening)["ballots"]
    assert opened_ballot["content"] == ballot.content
    assert told["commitment"] == election_commitment(
        election.pk, 2, 2, opened_ballot["content"], opened_ballot["nonce"]
    )


def test_early_close_needs_every_filled_seat(chamber: Chamber) -> None:
    election = opened(chamber, early=True)
    for seat in range(1, 5):
        rank(election, chamber, seat, "Ada Bo")
        assert actions.settle_election(election_id=election.pk) is None
    rank(election, chamber, 5, "Ada Bo")
    result = actions.settle_election(election_id=election.pk)
    assert result is not None
    assert result.is_counted


def test_patient_election_stays_open_when_all_have_voted(chamber: Chamber) -> None:
    election = opened(chamber)
    for seat in range(1, 6):
        rank(election, chamber, seat, "Ada Bo")
    assert actions.settle_election(election_id=election.pk) is None


def test_seat_taken_meanwhile_is_a_recorded_refusal_and_no_crash(chamber: Chamber) -> None:
    election = opened(chamber, names="Ada")
    rank(election, chamber, 2, "Ada")
    Appointment.objects.create(
        seat=chamber.seat(election.seat_numbers[0]), person=chamber.person(3), since=TERM[0]
    )
    result = settled(election)
    assert result.effect is not None
    assert (result.effect["state"], result.effect["code"]) == ("refused", "seat-held")
    assert result.effect["reason_fr"] != result.effect["reason_en"]


def test_election_nobody_votes_in_seats_nobody_without_a_draw(chamber: Chamber) -> None:
    election = opened(chamber)
    overdue_election(election)
    actions.settle_election(election_id=election.pk)
    sequencer.sequence()
    result = actions.settle_election(election_id=election.pk)
    assert result is not None
    assert result.is_counted


def test_questions_are_asked_answered_once_and_hidden_with_a_reason(chamber: Chamber) -> None:
    election = announced(chamber)
    ada = stand(election, chamber, "Ada")
    question = actions.ask_candidates(
        viewer=chamber.viewer(3), election_id=election.pk, seat_number=3, text="What is your first step?"
    )  # fmt: skip
    viewer = viewer_of_person(ada.person)
    actions.answer_question(viewer=viewer, question_id=question.pk, text="To listen.")
    with pytest.raises(CandidacyRefused, match="already"):
        actions.answer_question(viewer=viewer, question_id=question.pk, text="To talk.")
    with pytest.raises(NotAllowed):
        actions.answer_question(viewer=chamber.viewer(4), question_id=question.pk, text="Me too.")
    with pytest.raises(NotAllowed):
        actions.hide_question(viewer=chamber.viewer(4), question_id=question.pk, reason="No.")
    hidden = actions.hide_question(viewer=chamber.chair, question_id=question.pk, reason="Rude.")
    assert hidden.hidden_reason == "Rude."


def test_database_refuses_changes_of_what_is_frozen(chamber: Chamber) -> None:
    election = opened(chamber)
    ballot = rank(election, chamber, 2, "Ada")
    changes = [
        lambda: Election.objects.filter(pk=election.pk).update(candidates=[]),
        lambda: Election.objects.filter(pk=election.pk).update(rule={}),
        lambda: Election.objects.filter(pk=election.pk).update(state="nominations"),
        lambda: Election.objects.filter(pk=election.pk).delete(),
        lambda: ElectionBallot.objects.filter(pk=ballot.pk).update(content={}),
        lambda: ElectionBallot.objects.filter(pk=ballot.pk).delete(),
        lambda: Candidate.objects.all().delete(),
    ]
    for change in changes:
        with pytest.raises(Error), transaction.atomic():
            change()


def test_database_refuses_a_ballot_outside_the_opening(chamber: Chamber) -> None:
    election = opened(chamber)
    ballot = rank(election, chamber, 2, "Ada")
    settled(election)
    ballot.pk, ballot.sequence, ballot.idempotency_key = None, 9, "another key"
    ballot._state.adding = True
    with pytest.raises(Error, match="outside the opening"), transaction.atomic():
        ballot.save()


@pytest.mark.django_db(transaction=True)
def test_many_ballots_of_one_seat_at_once_leave_one_that_counts(chamber: Chamber) -> None:
    election = opened(chamber)
    seat_holder = chamber.viewer(2)

    def cast(_number: int) -> bool:
        try:
            rank(election, chamber, 2, "Ada Bo", viewer=seat_holder)
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(cast, range(24)))
    assert ElectionBallot.objects.filter(election=election).current().count() == 1
    assert ElectionBallot.objects.filter(election=election).count() == 24


def test_elections_fill_seats_of_another_body_too(chamber: Chamber) -> None:
    other = make_chamber(2)
    seats = vacant_seats(other, 1)
    sheet = actions.ElectionSheet(
        fills=other.body, seat_numbers=seats, term_since=TERM[0], term_until=None,
        rule=announced(chamber).counting_rule, title_en="A seat elsewhere",
    )  # fmt: skip
    election = actions.announce_election(viewer=chamber.chair, body=chamber.body, sheet=sheet)
    stand(election, chamber, "Ada")
    election = open_now(chamber, election)
    rank(election, chamber, 1, "Ada")
    settled(election)
    assert Appointment.objects.get(seat=other.seat(seats[0])).person.full_name == "Ada"
