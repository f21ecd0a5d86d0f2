"""The one-file verifier: it counts every decision again from the log alone, and says what does not hold."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from governance import actions
from governance.actions import Draft
from governance.models import Decision, Proposal
from governance.rules import PRESETS, Roll, tally
from tests.factories.governance import Chamber, make_chamber, overdue
from tests.governance.rolls import Case, profile
from transparency import sequencer, signing
from transparency.models import Entry

SCRIPT = Path(__file__).parent.parent.parent / "docs" / "verify" / "verify_decisions.py"
VERIFIER: dict[str, Any] = run_path(str(SCRIPT))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments], capture_output=True, text=True, timeout=120
    )


def decide(chamber: Chamber, votes: str = "fffar", **call: Any) -> Decision:
    vote = chamber.call(chamber.seconded(), **call)
    chamber.cast(vote, 1, "abstain")  # to be replaced
    chamber.cast_all(vote, votes)
    if vote.is_open:
        overdue(vote)
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    return decision


def adopted_early_with_a_late_position() -> Decision:
    """Two texts, settled by three of five seats; the fourth is recorded after the early close."""
    chamber = make_chamber(5)
    proposal = chamber.seconded()
    actions.put_amendment(
        viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3), why="Better.",
        draft=Draft(title_en="Other", text_en="Other."),
    )  # fmt: skip
    vote = chamber.call(Proposal.objects.get(pk=proposal.pk))
    for seat in (1, 2, 3):
        actions.cast_ballot(
            viewer=chamber.viewer(seat), vote_id=vote.pk, seat_number=seat, position="against",
            more={"1": "for"}, idempotency_key=f"seat-{seat}-0000",
        )  # fmt: skip
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    actions.record_late(
        viewer=chamber.viewer(4), vote_id=vote.pk, seat_number=4, position="for", more={"1": "against"}
    )  # fmt: skip
    return decision


def several_texts(chamber: Chamber) -> Decision:
    proposal = chamber.seconded()
    actions.put_amendment(
        viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3), why="Better.",
        draft=Draft(title_en="Other", text_en="Other."),
    )  # fmt: skip
    vote = chamber.call(Proposal.objects.get(pk=proposal.pk))
    for seat, own in enumerate(("for", "against", "against", "abstain"), start=1):
        actions.cast_ballot(
            viewer=chamber.viewer(seat), vote_id=vote.pk, seat_number=seat, position=own,
            more={"1": "for"}, idempotency_key=f"seat-{seat}-0000",
        )  # fmt: skip
    chamber.cast(vote, 5, "recused")
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    return decision


@pytest.mark.django_db(transaction=True)
def test_every_kind_of_decision_is_confirmed_from_a_served_log(live_server: LiveServer) -> None:
    chamber = make_chamber(5, vacant=1)
    rules = [*PRESETS.values(), replace(PRESETS["two-thirds"], interim=True)]
    decisions = [decide(chamber, "fff-r", rule=rule) for rule in rules]
    decisions += [several_texts(chamber), adopted_early_with_a_late_position()]
    while sequencer.sequence() is not None:
        pass
    answer = run(live_server.url, signing.verifier().vkey)
    assert answer.returncode == 0, answer.stderr
    for decision in decisions:
        assert f"{decision.number}: {decision.outcome.replace('_', ' ')}" in answer.stdout
    one = run(live_server.url, signing.verifier().vkey, decisions[0].number)
    assert one.stdout.count(chamber.body.code) == 1
    missing = run(live_server.url, signing.verifier().vkey, "NONE-2026-001")
    assert (missing.returncode, "not in the log" in missing.stderr) == (1, True)
    wrong = run(live_server.url, signing.verifier().vkey[:-6] + "AAAAA=")
    assert wrong.returncode == 1
    assert run().returncode == 2


def leaves() -> list[bytes]:
    return [
        bytes(body) for body in Entry.objects.order_by("created_at").values_list("body", flat=True)
    ]


def lie(kind: str, change: Callable[[dict[str, Any]], None], *, last: bool = True) -> list[bytes]:
    """Return the log with one entry of a kind told otherwise."""
    told = [json.loads(leaf) for leaf in leaves()]
    rows = [row for row in told if row["kind"] == kind]
    change(rows[-1 if last else 0]["body"])
    return [json.dumps(row).encode() for row in told]


def drop_last_ballot() -> list[bytes]:
    told = [json.loads(leaf) for leaf in leaves()]
    told.remove(next(row for row in reversed(told) if row["kind"] == "governance.ballot"))
    return [json.dumps(row).encode() for row in told]


LIES: dict[str, Callable[[], list[bytes]]] = {
    "outcome": lambda: lie("governance.decision", lambda it: it.update(outcome="not_carried")),
    "a number": lambda: lie("governance.decision", lambda it: it["tally"].update(yes=9)),
    "a position": lambda: lie(
        "governance.decision", lambda it: it["positions"][0].update(position="against")
    ),
    "a nonce": lambda: lie(
        "governance.decision", lambda it: it["positions"][0].update(nonce="0" * 32)
    ),
    "a seat left out": lambda: lie("governance.decision", lambda it: it["positions"].pop()),
    "an earlier ballot": lambda: lie(
        "governance.decision", lambda it: it["positions"][0].update(sequence=1)
    ),
    "another text": lambda: lie("governance.decision", lambda it: it.update(text_digest="0" * 64)),
    "a gap": lambda: lie("governance.decision", lambda it: it.update(decision="X-2026-002")),
    "the rule": lambda: lie("governance.vote-opened", lambda it: it["rule"].update(fraction="1/9")),
    "the roll": lambda: lie("governance.vote-opened", lambda it: it["roll"].pop()),
    "the deadline": lambda: lie(
        "governance.vote-opened", lambda it: it.update(closes_at=it["opens_at"])
    ),
    "a dropped ballot": drop_last_ballot,
}


@pytest.mark.django_db
def test_every_lie_is_found(chamber: Chamber) -> None:
    decision = decide(chamber)
    told = list(VERIFIER["verify"](leaves()))
    assert [(number, holds) for number, _sentence, holds in told] == [(decision.number, True)]
    for name, told_otherwise in LIES.items():
        held = [holds for _number, _sentence, holds in VERIFIER["verify"](told_otherwise())]
        assert held == [False], name


@pytest.mark.django_db
def test_lies_about_late_positions_are_found() -> None:
    adopted_early_with_a_late_position()
    assert [holds for *_said, holds in VERIFIER["verify"](leaves())] == [True]
    changes: dict[str, Callable[[dict[str, Any]], None]] = {
        "a heard seat": lambda it: it.update(seat=1),
        "a seat that is not there": lambda it: it.update(seat=6),
        "before the close": lambda it: it.update(recorded_at="2020-01-01T00:00:00+00:00"),
        "after the announced close": lambda it: it.update(recorded_at="2120-01-01T00:00:00+00:00"),
        "a text left out": lambda it: it.pop("more"),
        "no position": lambda it: it.update(position="perhaps"),
    }
    for name, change in changes.items():
        told = lie("governance.late-position", change)
        assert [holds for *_said, holds in VERIFIER["verify"](told)] == [False], name


def test_it_counts_as_the_portal_does() -> None:
    from hypothesis import given, settings

    @given(profile())
    @settings(max_examples=300, deadline=None)
    def same(case: Case) -> None:
        rule, roll, positions = case
        said = {number: position.value for number, position in positions.items()}
        rolled = Roll.to_json(roll)
        assert (
            VERIFIER["count"](rule.to_json(), rolled, said)
            == tally(rule, roll, positions).to_json()
        )

    same()
