"""Standing for an election: nomination, acceptance, statement, questions and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance import policies
from governance.actions.elections import lock_election, note_election
from governance.errors import CandidacyRefused, NotAllowed, WrongState
from governance.models import Answer, Candidate, Election, Question, Seat
from governance.rules.elections import CANDIDATE_MOVES, CandidateState
from members.models import Affiliation, Organisation, Person


@transaction.atomic
def nominate(*, viewer: Viewer, election_id: int, email: str) -> Candidate:
    """Nominate somebody who has an account, by their address; nobody sees it until they accept."""
    election, now = _during_nominations(election_id)
    if not policies.may_nominate(viewer, election.body, now.date()):
        raise NotAllowed(_("Seat holders and officers of the electing body nominate."))
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise CandidacyRefused(
            _("Nobody signs in here with this address. Ask them to sign in once, then nominate."),
            code="person-unknown",
        )
    try:
        with transaction.atomic():
            candidate = Candidate.objects.create(
                election=election, person=person, name=person.get_full_name()[:150],
                nominated_by_id=viewer.person_id, nominated_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise CandidacyRefused(
            _("This person has been nominated already."), code="nominated-already"
        ) from None
    note_election("candidate-nominated", election, viewer, now)
    return candidate


@transaction.atomic
def accept_nomination(
    *, viewer: Viewer, candidate_id: int, organisation: Organisation | None,
    statement_en: str = "", statement_fr: str = "",
) -> Candidate:  # fmt: skip
    """Accept to stand, for an organisation of mine or none; again, to change the statement."""
    candidate, election, now = _own(viewer, candidate_id)
    own = set(
        Affiliation.objects.filter(person=candidate.person_id)
        .current(now.date())
        .values_list("organisation_id", flat=True)
    )
    if organisation is None and own:
        raise CandidacyRefused(
            _("Say for which of your organisations you stand: caps count by it."),
            code="organisation-needed",
        )
    if organisation is not None and organisation.pk not in own:
        raise CandidacyRefused(
            _("You stand for an organisation you belong to today."), code="organisation-strange"
        )
    changes = {
        "organisation": organisation, "statement_en": statement_en.strip()[:4000],
        "statement_fr": statement_fr.strip()[:4000],
    }  # fmt: skip
    if candidate.state == CandidateState.ACCEPTED:
        Candidate.objects.filter(pk=candidate.pk).update(**changes)
    else:
        _move(candidate, CandidateState.ACCEPTED, **changes)
    note_election("candidate-accepted", election, viewer, now, candidate=candidate.pk)
    candidate.refresh_from_db()
    return candidate


@transaction.atomic
def decline_nomination(*, viewer: Viewer, candidate_id: int) -> Candidate:
    """Decline a nomination, or withdraw after having accepted, until the ballot opens."""
    candidate, election, now = _own(viewer, candidate_id)
    accepted = candidate.state == CandidateState.ACCEPTED
    _move(candidate, CandidateState.WITHDRAWN if accepted else CandidateState.DECLINED)
    note_election(
        "candidate-withdrawn" if accepted else "candidate-declined", election, viewer, now
    )
    candidate.refresh_from_db()
    return candidate


@transaction.atomic
def ask_candidates(*, viewer: Viewer, election_id: int, seat_number: int, text: str) -> Question:
    """Ask all candidates something, as the holder of a seat, until the ballot closes."""
    election, now = _before_close(election_id)
    seat = Seat.objects.filter(body=election.body_id, number=seat_number).first()
    if seat is None or not policies.may_vote_for(viewer, seat, now.date()):
        raise NotAllowed(_("Only the holder of a seat asks for it."))
    text = " ".join(text.split())
    if not 10 <= len(text) <= 500:
        raise CandidacyRefused(_("A question has 10 to 500 characters."), code="question-length")
    question = Question.objects.create(
        election=election, seat=seat, asked_by_id=viewer.person_id, text=text, asked_at=now
    )
    note_election("candidates-asked", election, viewer, now, question=question.pk)
    return question


@transaction.atomic
def answer_question(*, viewer: Viewer, question_id: int, text: str) -> Answer:
    """Answer a question as a candidate, once."""
    question = Question.objects.get(pk=question_id)
    election, now = _before_close(question.election_id)
    candidate = (
        Candidate.objects.filter(election=election, person=viewer.person_id).accepted().first()
        if viewer.person_id
        else None
    )
    if candidate is None:
        raise NotAllowed(_("Only those who stand answer."))
    text = text.strip()
    if not 1 <= len(text) <= 2000:
        raise CandidacyRefused(_("An answer has 1 to 2,000 characters."), code="answer-length")
    try:
        with transaction.atomic():
            answer = Answer.objects.create(
                question=question, candidate=candidate, text=text, answered_at=now
            )
    except IntegrityError:
        raise CandidacyRefused(
            _("You have answered this question already."), code="answered-already"
        ) from None
    note_election("candidate-answered", election, viewer, now, question=question.pk)
    return answer


@transaction.atomic
def hide_question(*, viewer: Viewer, question_id: int, reason: str) -> Question:
    """Hide a question as an officer; the place and the reason stay."""
    question = Question.objects.select_related("election__body", "election__fills").get(
        pk=question_id
    )
    now = database_now()
    if not policies.is_officer(viewer, question.election.body, now.date()):
        raise NotAllowed(_("Only the chair or the secretary of the body hides a question."))
    if not reason.strip():
        raise CandidacyRefused(_("Say why it is hidden."), code="reason-needed")
    question.hidden_reason = reason.strip()[:300]
    question.save(update_fields=["hidden_reason"])
    note_election("question-hidden", question.election, viewer, now, question=question.pk)
    return question


def _during_nominations(election_id: int) -> tuple[Election, datetime]:
    election = lock_election(election_id)
    if not election.takes_nominations:
        raise WrongState(_("Nominations are closed."))
    return election, database_now()


def _before_close(election_id: int) -> tuple[Election, datetime]:
    election, now = lock_election(election_id), database_now()
    if not (election.takes_nominations or election.is_open) or election.is_due(now):
        raise WrongState(_("This election is closed."))
    return election, now


def _own(viewer: Viewer, candidate_id: int) -> tuple[Candidate, Election, datetime]:
    """Return my candidacy while it may still change."""
    candidate = Candidate.objects.get(pk=candidate_id)
    election, now = _during_nominations(candidate.election_id)
    if viewer.person_id is None or candidate.person_id != viewer.person_id:
        raise NotAllowed(_("Only the person nominated accepts or declines."))
    return candidate, election, now


def _move(candidate: Candidate, to: CandidateState, **changes: Any) -> None:
    if to not in CANDIDATE_MOVES[CandidateState(candidate.state)]:
        raise WrongState(_("This nomination has been answered already."))
    moved = Candidate.objects.filter(pk=candidate.pk, state=candidate.state)
    if not moved.update(state=to.value, **changes):
        raise WrongState(_("This nomination has been answered already."))
