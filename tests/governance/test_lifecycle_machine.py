"""The whole lifecycle against a model small enough to be read: random acts, and what each must come to.

`LIFECYCLE_STEPS` sets how many acts are tried (20000 for the figure of the record), `LIFECYCLE_SEED` which; a test run
tries a few hundred. The chamber is made once, and each run of acts is rolled back, so that a step costs a few queries.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alliance.clock import database_now
from alliance.problems import DomainError
from alliance.viewer import Viewer
from governance import actions
from governance.actions import Draft
from governance.actions.ballots import positions_by_option
from governance.models import Alternate, Decision, LatePosition, Proposal, Proxy, Vote
from governance.rules import PRESETS
from members.models import Person
from members.viewers import viewer_of_person
from tests.factories.governance import SINCE, Chamber, make_chamber, overdue
from tests.governance.lifecycle_model import SEATS, WORDS, ModelVote

SEAT = st.integers(1, SEATS)
ACTOR = st.integers(1, SEATS + 1)
ALTERNATE_OF, AUTHOR, CHAIR = 3, 2, 1
STEPS = int(os.environ.get("LIFECYCLE_STEPS", "300"))
SEED = int(os.environ.get("LIFECYCLE_SEED", "0"))
IN_A_ROW = 50


class Lifecycle(RuleBasedStateMachine):
    """Proposals of seat 2 in a body of five seats, one after the other; actor 6 is the alternate of seat 3."""

    chamber: ClassVar[Chamber]
    alternate: ClassVar[Person]
    acts: ClassVar[int] = 0

    @initialize(stage=st.sampled_from(["draft", "discussion", "seconded", "called"]))
    def begin(self, stage: str) -> None:
        self.attempt_of_chance = transaction.atomic()
        self.attempt_of_chance.__enter__()
        self.texts, self.decided, self.proxies = 0, 0, dict[int, int]()
        self.start()
        if stage != "draft":
            self.open_discussion(AUTHOR)
        if stage in ("seconded", "called"):
            self.second(CHAIR)
        if stage == "called":
            self.call(lazy=False)

    def teardown(self) -> None:
        if hasattr(self, "attempt_of_chance"):
            transaction.set_rollback(True)
            self.attempt_of_chance.__exit__(None, None, None)

    def start(self) -> None:
        self.proposal = self.chamber.propose()
        self.state, self.revisions = "draft", 1
        self.amendments: list[tuple[str, int]] = []
        self.model: ModelVote | None = None
        self.vote: Vote | None = None

    def attempt(self, allowed: bool, act: Callable[..., Any], *values: Any, **wanted: Any) -> bool:
        """Do something; it is refused exactly when the model says so, and then nothing has changed."""
        type(self).acts += 1
        try:
            self.made = act(*values, **wanted)
        except DomainError:
            assert not allowed
            return False
        assert allowed
        return True

    def viewer(self, actor: int) -> Viewer:
        return viewer_of_person(self.alternate) if actor > SEATS else self.chamber.viewer(actor)

    def text(self) -> Draft:
        self.texts += 1
        return Draft(title_en="Publish figures", text_en=f"Text {self.texts}")

    @property
    def open_amendments(self) -> list[int]:
        return [n for n, (state, _seat) in enumerate(self.amendments, start=1) if state == "open"]

    # The proposal

    @rule(seat=SEAT)
    def open_discussion(self, seat: int) -> None:
        may, viewer = self.state == "draft" and seat == AUTHOR, self.viewer(seat)
        if self.attempt(may, actions.open_discussion, viewer=viewer, proposal=self.proposal):
            self.state = "discussion"

    @rule(seat=SEAT)
    def revise(self, seat: int) -> None:
        may, viewer = (
            self.state in ("draft", "discussion") and seat == AUTHOR,
            self.viewer(seat),
        )
        if self.attempt(
            may, actions.revise, viewer=viewer, proposal=self.proposal, draft=self.text()
        ):
            self.revisions += 1

    @rule(seat=SEAT)
    def second(self, seat: int) -> None:
        may, place = self.state == "discussion" and seat != AUTHOR, self.chamber.seat(seat)
        viewer = self.viewer(seat)
        if self.attempt(may, actions.second, viewer=viewer, proposal=self.proposal, seat=place):
            self.state = "seconded"

    @rule(seat=SEAT)
    @precondition(lambda self: self.revisions > 2)
    def withdraw(self, seat: int) -> None:
        may = self.state in ("draft", "discussion", "seconded") and seat == AUTHOR
        if self.attempt(may, actions.withdraw, viewer=self.viewer(seat), proposal=self.proposal):
            self.state = "withdrawn"

    @rule(seat=SEAT)
    @precondition(lambda self: self.revisions > 2)
    def lapse(self, seat: int) -> None:
        may = self.state in ("discussion", "seconded") and seat == CHAIR
        if self.attempt(may, actions.lapse, viewer=self.viewer(seat), proposal=self.proposal):
            self.state = "lapsed"

    @rule()
    @precondition(lambda self: self.state in ("decided", "withdrawn", "lapsed"))
    def propose_the_next(self) -> None:
        self.start()

    # Amendments

    @rule(seat=SEAT)
    def amend(self, seat: int) -> None:
        may = self.state in ("discussion", "seconded") and len(self.open_amendments) < 5
        if self.attempt(
            may, actions.put_amendment, viewer=self.viewer(seat), proposal=self.proposal,
            seat=self.chamber.seat(seat), draft=self.text(), why="Better.",
        ):  # fmt: skip
            self.amendments.append(("open", seat))

    @rule(seat=SEAT, data=st.data())
    @precondition(lambda self: bool(self.amendments))
    def accept_amendment(self, seat: int, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.amendments)))
        state, by = self.amendments[number - 1]
        may = self.state in ("draft", "discussion") and seat == AUTHOR and state == "open"
        amendment = self.proposal.amendments.get(number=number)
        if self.attempt(
            may, actions.accept_amendment, viewer=self.viewer(seat), amendment=amendment
        ):
            self.amendments[number - 1] = ("accepted", by)
            self.revisions += 1

    @rule(seat=SEAT, data=st.data())
    @precondition(lambda self: bool(self.amendments))
    def withdraw_amendment(self, seat: int, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.amendments)))
        state, by = self.amendments[number - 1]
        may = self.state in ("discussion", "seconded") and seat == by and state == "open"
        amendment = self.proposal.amendments.get(number=number)
        if self.attempt(
            may, actions.withdraw_amendment, viewer=self.viewer(seat), amendment=amendment
        ):
            self.amendments[number - 1] = ("withdrawn", by)

    # Proxies

    @rule(seat=SEAT, to=SEAT)
    def give_proxy(self, seat: int, to: int) -> None:
        held = {of for of, holder in self.proxies.items() if holder == to and of != seat}
        may = seat != to and len(held) < self.chamber.body.proxy_cap
        today = database_now().date()
        if self.attempt(
            may, actions.give_proxy, viewer=self.viewer(seat), seat=self.chamber.seat(seat),
            to=self.chamber.person(to), since=today, until=today + timedelta(days=2),
        ):  # fmt: skip
            self.proxies[seat] = to

    @rule(seat=SEAT, by=SEAT)
    @precondition(lambda self: bool(self.proxies))
    def revoke_proxy(self, seat: int, by: int) -> None:
        if seat not in self.proxies:
            return
        proxy = Proxy.objects.get(seat__body=self.chamber.body, seat__number=seat, revoked_at=None)
        if self.attempt(seat == by, actions.revoke_proxy, viewer=self.viewer(by), proxy=proxy):
            del self.proxies[seat]

    # The vote

    @rule(lazy=st.booleans())
    def call(self, lazy: bool) -> None:
        lazy = lazy and len(self.open_amendments) < 2  # mostly what can be called so
        may = self.state == "seconded" and not (lazy and self.open_amendments)
        chosen = PRESETS["lazy-consensus"] if lazy else None
        if self.attempt(may, self.chamber.call, self.proposal, rule=chosen):
            self.state, self.vote = "called", self.made
            self.model = ModelVote([0, *self.open_amendments], lazy=lazy)

    @rule(seat=SEAT)
    @precondition(lambda self: self.model is not None and len(self.model.said) > 1)
    def cancel(self, seat: int) -> None:
        assert self.vote is not None
        may, pk = self.state == "called" and seat == CHAIR, self.vote.pk
        viewer = self.viewer(seat)
        if self.attempt(may, actions.cancel_vote, viewer=viewer, vote_id=pk, reason="So."):
            self.state, self.model = "seconded", None

    def stands_for(self, actor: int, seat: int) -> bool:
        return (actor == SEATS + 1 and seat == ALTERNATE_OF) or self.proxies.get(seat) == actor

    @rule(actor=ACTOR, seat=SEAT, own=st.sampled_from(WORDS), data=st.data())
    @precondition(lambda self: self.model is not None)
    def cast(self, actor: int, seat: int, own: str, data: st.DataObject) -> None:
        assert self.model is not None
        actor = data.draw(st.sampled_from([actor, seat, seat]))  # mostly the holder
        words = self.words(own, data)
        holder = actor == seat
        may = self.state == "called" and (
            holder or (self.stands_for(actor, seat) and not self.model.by_holder.get(seat, False))
        )
        if self.attempt(may, self.send, actor, seat, words):
            self.model.said[seat] = words
            self.model.by_holder[seat] = holder

    @rule(actor=ACTOR, seat=SEAT, own=st.sampled_from(WORDS), data=st.data())
    @precondition(lambda self: self.state == "decided")
    def record_late(self, actor: int, seat: int, own: str, data: st.DataObject) -> None:
        assert self.model is not None
        assert self.vote is not None
        words, model = self.words(own, data), self.model
        may = (
            (actor == seat or self.stands_for(actor, seat))
            and model.early and seat not in model.said and seat not in model.late
        )  # fmt: skip
        more = {str(number): word for number, word in words.items() if number}
        if self.attempt(
            may, actions.record_late, viewer=self.viewer(actor), vote_id=self.vote.pk, seat_number=seat,
            position=own, reason="So.", more=more,
        ):  # fmt: skip
            model.late.add(seat)

    def words(self, own: str, data: st.DataObject) -> dict[int, str]:
        """Return what a seat says on each text; who recuses does so from all."""
        assert self.model is not None
        others = self.model.numbers[1:]
        if own == "recused":
            return dict.fromkeys([0, *others], own)
        return {0: own} | {n: data.draw(st.sampled_from(WORDS[:3])) for n in others}

    def send(self, actor: int, seat: int, words: dict[int, str]) -> Any:
        assert self.vote is not None
        return actions.cast_ballot(
            viewer=self.viewer(actor), vote_id=self.vote.pk, seat_number=seat, position=words[0],
            more={str(n): word for n, word in words.items() if n}, reason="So.",
            idempotency_key=uuid.uuid4().hex,
        )  # fmt: skip

    @rule(late=st.booleans())
    @precondition(lambda self: self.model is not None)
    def close(self, late: bool) -> None:
        assert self.model is not None
        assert self.vote is not None
        type(self).acts += 1
        late = late and self.state == "called" and len(self.model.said) > 2
        if late:
            overdue(self.vote)
            words = dict.fromkeys(self.model.numbers, "for")
            self.attempt(False, self.send, CHAIR, CHAIR, words)
        decision = actions.close_vote(vote_id=self.vote.pk)
        if self.state != "called":
            return
        if not late and not self.model.settled():
            assert decision is None
        elif self.model.lazy and self.model.chosen() is None:
            assert decision is None
            self.vote = Vote.objects.get(follows=self.vote)
            self.model = ModelVote([0])
        else:
            assert decision is not None
            self.check_decision(decision)
            self.state, self.model.early = "decided", not late
            self.decided += 1

    def check_decision(self, decision: Decision) -> None:
        assert self.model is not None
        chosen = self.model.chosen()
        assert (decision.outcome == "carried") == (chosen is not None)
        if len(self.model.numbers) > 1:
            assert decision.tally["chosen"] == chosen
        text = (
            self.proposal.amendments.get(number=chosen)
            if chosen
            else self.proposal.revisions.latest("number")
        )
        assert decision.text_en == text.text_en

    @invariant()
    def the_record_is_the_model(self) -> None:
        if not hasattr(self, "state"):
            return
        proposal = Proposal.objects.get(pk=self.proposal.pk)
        assert proposal.state == self.state
        assert proposal.revisions.count() == self.revisions
        states = list(proposal.amendments.order_by("number").values_list("state", flat=True))
        assert states == [state for state, _seat in self.amendments]
        serials = Decision.objects.filter(body=self.chamber.body).order_by("serial")
        assert list(serials.values_list("serial", flat=True)) == [*range(1, self.decided + 1)]
        assert proposal.votes.open().count() == (self.state == "called")
        if self.vote is not None and self.model is not None:
            self.compare(self.vote, self.model)

    def compare(self, vote: Vote, model: ModelVote) -> None:
        held = positions_by_option(vote)
        for number in model.numbers:
            said = {seat: words[number] for seat, words in model.said.items()}
            assert {seat: word.value for seat, word in held[number].items()} == said
        late = LatePosition.objects.filter(vote=vote).values_list("seat__number", flat=True)
        assert set(late) == model.late


@pytest.mark.slow
@pytest.mark.django_db
def test_the_lifecycle_never_parts_from_its_model() -> None:
    """Steps are spread over runs of fifty at most, until as many acts as were asked for have been tried."""
    Lifecycle.chamber, Lifecycle.acts = make_chamber(SEATS), 0
    Lifecycle.alternate = Person.objects.create(email="six@cast.example", full_name="Six")
    Alternate.objects.create(
        seat=Lifecycle.chamber.seat(ALTERNATE_OF), person=Lifecycle.alternate, since=SINCE
    )
    chance = SEED
    while Lifecycle.acts < STEPS:
        run_state_machine_as_test(
            seed(chance)(Lifecycle) if SEED else Lifecycle,
            settings=settings(
                max_examples=max(1, min(100, STEPS // IN_A_ROW)), stateful_step_count=IN_A_ROW, deadline=None,
                suppress_health_check=list(HealthCheck), database=None,
            ),
        )  # fmt: skip
        chance += 1
