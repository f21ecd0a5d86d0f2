"""Competing texts on one ballot, and how they are counted."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from django.db import Error, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from governance import actions
from governance.actions import Draft
from governance.actions.votes import digest, text_of
from governance.errors import AmendmentRefused, BallotRefused, NotAllowed, WrongState
from governance.models import Amendment, Ballot, Proposal, Vote
from governance.rules import PRESETS, Position, early_options, tally_options
from tests.factories.governance import Chamber, make_chamber, overdue
from tests.governance.conftest import Watched
from tests.governance.rolls import positions_of, roll_of

MAJORITY = PRESETS["simple-majority"]
OTHER = {"title_en": "Publish figures", "text_en": "Every month."}


def put(chamber: Chamber, proposal: Proposal, seat: int = 3, **text: object) -> Amendment:
    content = OTHER | text
    return actions.put_amendment(
        viewer=chamber.viewer(seat), proposal=proposal, seat=chamber.seat(seat),
        draft=Draft(**content), why="Figures age quickly.",  # type: ignore[arg-type]
    )  # fmt: skip


def cast(chamber: Chamber, vote: Vote, seat: int, own: str, more: dict[str, str]) -> Ballot:
    return actions.cast_ballot(
        viewer=chamber.viewer(seat), vote_id=vote.pk, seat_number=seat, position=own, more=more,
        idempotency_key=uuid.uuid4().hex, reason="Concerned." if own == "recused" else "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        (("ffa--", "fffaa"), 1),  # the stronger of two carried ones
        (("fffaa", "fffaa"), 0),  # no stronger than the proposal's own
        (("fffab", "fffaa"), 0),
        (("fffaa", "fffab"), 1),  # as many for, fewer against
        (("aaaaa", "ffaaa"), None),
        (("aaaaa", "fffaa", "fffaa"), 1),  # the lower number of two that are alike
        (("f----", "fffaa"), 1),
    ],
)
def test_which_text_is_adopted(texts: tuple[str, ...], chosen: int | None) -> None:
    by_option = {number: positions_of(letters) for number, letters in enumerate(texts)}
    assert tally_options(MAJORITY, roll_of(5), by_option).chosen == chosen


WORD = st.sampled_from([None, *Position])


@given(st.lists(st.tuples(WORD, WORD), min_size=1, max_size=4), st.sampled_from(sorted(PRESETS)))
@settings(max_examples=120, deadline=None)
def test_deciding_early_between_texts_is_never_wrong(
    said: list[tuple[Position | None, Position | None]], name: str
) -> None:
    rule = replace(PRESETS[name], early=True)
    roll = roll_of(len(said))
    heard = {n: words for n, words in enumerate(said, start=1) if all(words)}
    by_option = {o: {n: words[o] for n, words in heard.items()} for o in (0, 1)}
    if not early_options(rule, roll, by_option, timedelta(0)):  # type: ignore[arg-type]
        return
    missing = [seat.number for seat in roll.seats if seat.number not in heard]
    seen = set()
    for words in product([(None, None), *product(Position, Position)], repeat=len(missing)):
        more = dict(zip(missing, words, strict=True))
        whole = {
            o: by_option[o] | {n: word[o] for n, word in more.items() if word[o]} for o in (0, 1)
        }
        seen.add(tally_options(rule, roll, whole).chosen)  # type: ignore[arg-type]
    assert len(seen) == 1


@pytest.mark.django_db
def test_an_amendment_stands_on_the_ballot_and_wins(chamber: Chamber, watched: Watched) -> None:
    proposal = chamber.seconded(effect_kind="test.watched", effect_params={"do": "nothing"})
    amendment = put(chamber, proposal, effect_kind="test.watched", effect_params={"do": "work"})
    vote = chamber.call(Proposal.objects.get())
    assert vote.amendment_numbers == [1]
    assert vote.options[1]["text_digest"] == digest(text_of(amendment))
    opened = json.loads(bytes(vote.entry.body))["body"]
    assert opened["options"] == vote.options
    for seat, own in ((1, "against"), (2, "for"), (3, "against")):
        cast(chamber, vote, seat, own, {"1": "for"})
    assert actions.close_vote(vote_id=vote.pk) is None  # either text may still win
    cast(chamber, vote, 4, "abstain", {"1": "for"})
    cast(chamber, vote, 5, "recused", {})
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    assert (decision.outcome, decision.text_en) == ("carried", "Every month.")
    assert decision.tally["chosen"] == 1
    assert decision.tally["options"]["0"]["outcome"] == "not_carried"
    record = json.loads(bytes(decision.entry.body))["body"]
    assert record["text_digest"] == digest(text_of(amendment))
    assert record["positions"][0]["more"] == {"1": "for"}
    assert len(watched.done) == 1


@pytest.mark.django_db
def test_every_text_needs_a_position_of_its_own(chamber: Chamber) -> None:
    proposal = chamber.seconded()
    put(chamber, proposal)
    vote = chamber.call(Proposal.objects.get())
    for more in ({}, {"1": "perhaps"}, {"1": "for", "2": "for"}, {"2": "for"}):
        with pytest.raises(BallotRefused):
            cast(chamber, vote, 2, "for", more)
    plain = chamber.call(chamber.seconded(seat=4))
    with pytest.raises(BallotRefused):
        cast(chamber, plain, 2, "for", {"1": "for"})
    assert not Ballot.objects.exists()


@pytest.mark.django_db
def test_accepting_makes_a_revision(chamber: Chamber) -> None:
    proposal = chamber.discussed()
    amendment = put(chamber, proposal)
    with pytest.raises(WrongState):
        actions.accept_amendment(viewer=chamber.viewer(3), amendment=amendment)
    revision = actions.accept_amendment(viewer=chamber.viewer(2), amendment=amendment)
    assert (revision.number, revision.text_en) == (2, "Every month.")
    with pytest.raises(WrongState):
        actions.withdraw_amendment(viewer=chamber.viewer(3), amendment=amendment)
    again = put(chamber, proposal, text_en="Every week.")
    with pytest.raises(WrongState):
        actions.withdraw_amendment(viewer=chamber.viewer(4), amendment=again)
    actions.withdraw_amendment(viewer=chamber.viewer(3), amendment=again)
    actions.second(viewer=chamber.viewer(1), proposal=proposal, seat=chamber.seat(1))
    assert chamber.call(Proposal.objects.get()).options == []
    with pytest.raises(Error), transaction.atomic():
        Amendment.objects.update(state="open")


@pytest.mark.django_db
def test_what_is_no_amendment(chamber: Chamber) -> None:
    proposal = chamber.discussed()
    with pytest.raises(AmendmentRefused) as refusal:
        put(chamber, proposal, text_en="Every quarter.")
    assert refusal.value.code == "amendment-same"
    outsider = make_chamber(1)
    with pytest.raises(NotAllowed):
        actions.put_amendment(
            viewer=outsider.viewer(1), proposal=proposal, seat=outsider.seat(1),
            draft=Draft(title_en="x", text_en="x"), why="So.",
        )  # fmt: skip
    for number in range(5):
        put(chamber, proposal, text_en=f"Every {number} weeks.")
    with pytest.raises(AmendmentRefused) as refusal:
        put(chamber, proposal, text_en="Never.")
    assert refusal.value.code == "amendments-many"
    with pytest.raises(WrongState):
        put(chamber, chamber.propose())


@pytest.mark.django_db
def test_the_pages_of_an_amendment(chamber: Chamber, client: Client) -> None:
    proposal = chamber.discussed()
    base = f"/en/governance/proposals/{proposal.pk}/"
    client.force_login(chamber.person(3))
    assert client.get(f"{base}amend/").status_code == 200
    answer = client.post(f"{base}amend/", OTHER | {"why": "Figures age."})
    assert answer.status_code == 302
    page = client.get(base).content.decode()
    assert "Figures age." in page
    changes = client.get(f"{base}changes/?from=r1&to=a1").content.decode()
    assert "<del>quarter</del>" in changes
    assert "<ins>month</ins>" in changes
    assert client.get(f"{base}changes/?from=zz&to=r9").status_code == 200
    client.force_login(chamber.person(2))
    client.post(f"{base}amendments/1/accept/")
    assert proposal.revisions.count() == 2
    assert client.post(f"{base}amendments/1/dance/").status_code == 404
    assert client.post(f"{base}amendments/9/accept/").status_code == 404


@pytest.mark.django_db
def test_a_ballot_of_two_texts_on_paper(chamber: Chamber, client: Client) -> None:
    proposal = chamber.seconded()
    put(chamber, proposal)
    vote = chamber.call(Proposal.objects.get())
    client.force_login(chamber.person(4))
    path = f"/en/governance/votes/{vote.pk}/ballot/"
    assert 'name="text-1"' in client.get(path).content.decode()
    half = client.post(path, {"key": "k" * 8, "seat": 4, "position": "against"})
    assert half.status_code == 422
    assert "each text on the ballot" in half.content.decode()
    client.post(path, {"key": "k" * 8, "seat": 4, "position": "against", "text-1": "for"})
    assert Ballot.objects.get().more == {"1": "for"}
    for page in (path, f"/en/governance/votes/{vote.pk}/", f"/fr/governance/votes/{vote.pk}/"):
        assert client.get(page).status_code == 200
    overdue(vote)
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    assert client.get(decision.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_a_decision_replaces_another(chamber: Chamber, client: Client) -> None:
    def decide(**text: str) -> str:
        vote = chamber.call(chamber.seconded(**text))
        chamber.cast_all(vote, "fff")
        decision = actions.close_vote(vote_id=vote.pk)
        assert decision is not None
        return decision.number

    first = decide()
    second = decide(title_en="Better", supersedes=first)
    for number in (first, "NONE-2026-001"):
        with pytest.raises(WrongState) as refusal:
            chamber.propose(supersedes=number)
        assert refusal.value.code == "supersedes-unknown"
    third = decide(title_en="Best", supersedes=second)
    page = client.get(f"/en/governance/decisions/{second}/").content.decode()
    assert f"Replaced by {third}" in page
    assert f"/en/governance/decisions/{first}/" in page
    assert client.get(f"/api/v1/decisions/{first}/").json()["superseded_by"] == second


def settled_on_an_amendment(chamber: Chamber) -> Vote:
    """Close a vote on two texts early: the amendment is adopted, seats 4 and 5 were silent."""
    proposal = chamber.seconded()
    put(chamber, proposal)
    vote = chamber.call(Proposal.objects.get(pk=proposal.pk))
    for seat in (1, 2, 3):
        cast(chamber, vote, seat, "against", {"1": "for"})
    assert actions.close_vote(vote_id=vote.pk) is not None
    vote.refresh_from_db()
    assert vote.ended_early
    return vote


@pytest.mark.django_db
def test_a_late_position_says_something_on_every_text(chamber: Chamber, client: Client) -> None:
    vote = settled_on_an_amendment(chamber)
    with pytest.raises(BallotRefused) as refusal:
        actions.record_late(
            viewer=chamber.viewer(4), vote_id=vote.pk, seat_number=4, position="for"
        )
    assert refusal.value.code == "texts-missing"
    client.force_login(chamber.person(4))
    path = f"/en/governance/votes/{vote.pk}/ballot/"
    assert 'name="text-1"' in client.get(path).content.decode()
    body = {"key": "k" * 8, "seat": 4, "position": "for", "text-1": "against"}
    assert client.post(path, body).status_code == 302
    late = vote.late_positions.get()
    assert (late.position, late.more) == ("for", {"1": "against"})
    leaf = json.loads(bytes(late.entry.body))["body"]
    assert (leaf["position"], leaf["more"]) == ("for", {"1": "against"})
    assert "Amendment 1" in client.get(path).content.decode()
    assert "0: For; 1: Against" in client.get(vote.get_absolute_url()).content.decode()
    client.force_login(chamber.person(5))
    answer = client.post(
        f"/api/v1/votes/{vote.pk}/late-positions/",
        {"seat": 5, "position": "recused", "reason": "Concerned."}, "application/json",
    )  # fmt: skip
    assert (answer.status_code, answer.json()["more"]) == (201, {"1": "recused"})
