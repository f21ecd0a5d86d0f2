"""The whole lifecycle against a model small enough to be read: random acts, and what each must come to.

`LIFECYCLE_STEPS` sets how many acts are tried (20000 for the figure of the record); a test run tries a few hundred.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from alliance.problems import DomainError
from governance import actions
from governance.actions import Draft
from governance.actions.ballots import current_positions
from governance.models import Decision, Proposal, Vote
from governance.rules import Position
from tests.factories.governance import Chamber, make_chamber, overdue

SEATS = 5
SEAT = st.integers(1, SEATS)
STEPS = int(os.environ.get("LIFECYCLE_STEPS", "300"))
IN_A_ROW = 50


class Lifecycle(RuleBasedStateMachine):
    """One proposal of seat 2 in a body of five seats under a simple majority, and what should have become of it."""

    chamber: Chamber
    proposal: Proposal

    @initialize()
    def begin(self) -> None:
        self.chamber = make_chamber(SEATS)
        self.proposal = self.chamber.propose()
        self.state = "draft"
        self.revisions = 1
        self.said: dict[int, str] = {}
        self.vote: Vote | None = None
        self.decisions = 0
        self.texts = 0

    def attempt(self, allowed: bool, act: Callable[..., Any], *values: Any, **wanted: Any) -> bool:
        """Do something; it is refused exactly when the model says so, and then nothing has changed."""
        try:
            self.made = act(*values, **wanted)
        except DomainError:
            assert not allowed
            return False
        assert allowed
        return True

    @rule(seat=SEAT)
    def open_discussion(self, seat: int) -> None:
        may, viewer = self.state == "draft" and seat == 2, self.chamber.viewer(seat)
        if self.attempt(may, actions.open_discussion, viewer=viewer, proposal=self.proposal):
            self.state = "discussion"

    @rule(seat=SEAT)
    def revise(self, seat: int) -> None:
        self.texts += 1
        draft = Draft(title_en="Publish figures", text_en=f"Text {self.texts}")
        may = self.state in ("draft", "discussion") and seat == 2
        viewer = self.chamber.viewer(seat)
        if self.attempt(may, actions.revise, viewer=viewer, proposal=self.proposal, draft=draft):
            self.revisions += 1

    @rule(seat=SEAT)
    def second(self, seat: int) -> None:
        may, viewer = self.state == "discussion" and seat != 2, self.chamber.viewer(seat)
        place = self.chamber.seat(seat)
        if self.attempt(may, actions.second, viewer=viewer, proposal=self.proposal, seat=place):
            self.state = "seconded"

    @rule(seat=SEAT)
    def withdraw(self, seat: int) -> None:
        may = self.state in ("draft", "discussion", "seconded") and seat == 2
        if seat == 2 and self.revisions < 4:
            return  # most runs should come to a vote
        viewer = self.chamber.viewer(seat)
        if self.attempt(may, actions.withdraw, viewer=viewer, proposal=self.proposal):
            self.state = "withdrawn"

    @rule()
    def call(self) -> None:
        if self.attempt(self.state == "seconded", self.chamber.call, self.proposal):
            self.state, self.vote, self.said = "called", self.made, {}

    @rule(seat=SEAT)
    def cancel(self, seat: int) -> None:
        if self.vote is None or len(self.said) < 2:
            return  # otherwise few votes would come to their end
        may, viewer = self.state == "called" and seat == 1, self.chamber.viewer(seat)
        pk = self.vote.pk
        if self.attempt(may, actions.cancel_vote, viewer=viewer, vote_id=pk, reason="So."):
            self.state = "seconded"

    @rule(seat=SEAT, position=st.sampled_from(list(Position)))
    def cast(self, seat: int, position: Position) -> None:
        if self.vote is None:
            return
        if self.attempt(self.state == "called", self.chamber.cast, self.vote, seat, position.value):
            self.said[seat] = position.value

    @rule(seat=SEAT, other=SEAT)
    def cast_for_another(self, seat: int, other: int) -> None:
        if self.vote is None or seat == other:
            return
        self.attempt(
            False, actions.cast_ballot, viewer=self.chamber.viewer(seat), vote_id=self.vote.pk, seat_number=other,
            position="for", idempotency_key=uuid.uuid4().hex,
        )  # fmt: skip

    @rule(late=st.booleans())
    def close(self, late: bool) -> None:
        if self.vote is None:
            return
        if late and self.state == "called" and len(self.said) > 2:
            overdue(self.vote)
        else:
            late = False
        decision = actions.close_vote(vote_id=self.vote.pk)
        if self.state == "called" and (late or self.settled()):
            assert decision is not None
            assert (decision.outcome == "carried") == self.carries(self.said)
            self.state, self.decisions = "decided", 1
        elif self.state == "called":
            assert decision is None

    def carries(self, said: dict[int, str]) -> bool:
        """A simple majority with half of those who may as quorum, in five lines."""
        yes, no = (list(said.values()).count(word) for word in ("for", "against"))
        recused = list(said.values()).count("recused")
        quorum = 2 * (len(said) - recused) >= SEATS - recused
        return quorum and yes > no

    def settled(self) -> bool:
        """Whether every way the silent seats could still speak comes to the same."""
        silent = [seat for seat in range(1, SEATS + 1) if seat not in self.said]
        ends = [self.said]
        for seat in silent:
            ends += [end | {seat: word.value} for end in ends for word in Position]
        return len({self.carries(end) for end in ends}) == 1

    @invariant()
    def the_record_is_the_model(self) -> None:
        if not hasattr(self, "state"):
            return
        proposal = Proposal.objects.get(pk=self.proposal.pk)
        assert proposal.state == self.state
        assert proposal.revisions.count() == self.revisions
        assert Decision.objects.filter(body=self.chamber.body).count() == self.decisions
        assert proposal.votes.open().count() == (self.state == "called")
        if self.vote is not None and self.state in ("called", "decided"):
            said = {seat: word.value for seat, word in current_positions(self.vote).items()}
            assert said == self.said


@pytest.mark.slow
@pytest.mark.django_db
def test_the_lifecycle_never_parts_from_its_model() -> None:
    """Steps are spread over runs of fifty."""
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=max(1, STEPS // IN_A_ROW), stateful_step_count=IN_A_ROW, deadline=None,
            suppress_health_check=list(HealthCheck), database=None,
        ),
    )  # fmt: skip
