"""The verifier that readers download counts every election again, and refuses a result that is not the ballots'."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer

from governance import actions
from governance.actions.votes import digest
from governance.models import Election
from governance.rules.elections import ElectionRule, Standing, result_of
from governance.tally import SCORED, Method, Unranked
from members.models import Organisation
from tests.factories.elections import (
    announced,
    numbers,
    open_now,
    opened,
    overdue_election,
    rank,
    stand,
)
from tests.factories.governance import Chamber
from transparency import actions as log
from transparency import sequencer, signing

SCRIPT = Path(__file__).parent.parent.parent / "docs" / "verify" / "verify_elections.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_elections", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = load()
ORGANISATIONS = ("x", "x", "y", None, None)


@st.composite
def elections(draw: st.DrawFn) -> tuple[ElectionRule, list[Standing], list[dict[str, int]]]:
    """Draw a rule, candidates and ballots as they may be cast."""
    method = draw(st.sampled_from(list(Method)))
    size = draw(st.integers(1, 5))
    rule = ElectionRule(
        method=method, seats=draw(st.integers(1, 3)), cap=draw(st.sampled_from([None, 1, 2])),
        unranked=draw(st.sampled_from(list(Unranked))),
    )  # fmt: skip
    standing = [Standing(at + 1, "ABCDE"[at], ORGANISATIONS[at]) for at in range(size)]
    high = 5 if method in SCORED else 6
    ballots = []
    for _ in range(draw(st.integers(0, 9))):
        keys = draw(st.lists(st.integers(1, size), min_size=1, unique=True))
        value = st.integers(0 if method in SCORED else 1, high)
        values = draw(st.lists(value, min_size=len(keys), max_size=len(keys)))
        ballots.append({str(key): value for key, value in zip(keys, values, strict=True)})
    return rule, standing, ballots


@given(elections(), st.sampled_from(["seed", "another"]))
def test_two_independent_counts_agree(
    election: tuple[ElectionRule, list[Standing], list[dict[str, int]]], seed: str
) -> None:
    rule, standing, ballots = election
    weights = [1 + at % 3 for at in range(len(ballots))]
    ours = result_of(rule, standing, list(zip(ballots, weights, strict=True)), seed).to_json()
    entry = {
        "rule": rule.to_json(),
        "candidates": [
            {"number": one.number, "name": one.name, "organisation": one.organisation}
            for one in standing
        ],
        "roll": [{"seat": at, "weight": weight} for at, weight in enumerate(weights)],
    }
    cast = [{"seat": at, "content": content} for at, content in enumerate(ballots)]
    winners, order = VERIFIER.Count(entry, cast, seed).run()
    assert winners == set(ours["winners"])
    assert order == [set(level) for level in ours["order"]]


def run(url: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(SCRIPT), url, signing.verifier().vkey]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def counted(election: Election) -> Election:
    overdue_election(election)
    actions.settle_election(election_id=election.pk)
    sequencer.sequence()
    actions.settle_election(election_id=election.pk)
    sequencer.sequence()
    election.refresh_from_db()
    assert election.is_counted
    return election


@pytest.mark.django_db(transaction=True)
def test_elections_are_counted_again_from_the_log_alone(
    live_server: LiveServer, chamber: Chamber
) -> None:
    x = Organisation.objects.create(slug="x", name="X", short_name="X", kind="research")
    capped = announced(chamber, seats=2, cap=1)
    for name in ("Ada", "Bo"):
        stand(capped, chamber, name, x)
    stand(capped, chamber, "Cy")
    capped = open_now(chamber, capped)
    for seat, order in ((1, "Bo"), (1, "Ada Bo Cy"), (2, "Ada Bo Cy"), (3, "Bo Cy")):
        rank(capped, chamber, seat, order)
    counted(capped)
    tied = opened(chamber, names="Ada Bo", method=Method.SCHULZE)
    rank(tied, chamber, 1, "Ada Bo")
    rank(tied, chamber, 2, "Bo Ada")
    counted(tied)
    assert tied.seed
    answer = run(live_server.url)
    assert answer.returncode == 0, answer.stderr
    assert "3 ballots, Ada, Cy elected" in answer.stdout
    assert "2 elections hold" in answer.stdout


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["winners", "ballot"])
def test_result_that_is_not_the_ballots_is_refused(
    live_server: LiveServer, chamber: Chamber, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    election = opened(chamber, names="Ada Bo")
    rank(election, chamber, 1, "Ada")
    append = log.append

    def lying(*, kind: str, body: Any) -> Any:
        if kind.endswith("election-counted") and change == "winners":
            body = body | {"winners": ["Bo"]}
        if kind.endswith("election-ballots") and change == "ballot":
            other = {str(numbers(election)["Bo"]): 1}
            body = body | {"ballots": [body["ballots"][0] | {"content": other}]}
            lying.opened = body["ballots"]  # type: ignore[attr-defined]
        if kind.endswith("election-closed") and change == "ballot":
            body = body | {"ballots_digest": digest(lying.opened)}  # type: ignore[attr-defined]
        return append(kind=kind, body=body)

    monkeypatch.setattr(log, "append", lying)
    counted(election)
    answer = run(live_server.url)
    assert answer.returncode == 1
    wanted = "winners ['Ada'], entered ['Bo']" if change == "winners" else "opened another ballot"
    assert wanted in answer.stderr
