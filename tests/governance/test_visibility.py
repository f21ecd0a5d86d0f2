"""Who sees what: drafts, sealed positions, and nothing else hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from alliance.clock import database_now
from alliance.viewer import ANONYMOUS, Viewer
from governance import actions, policies
from governance.models import Proposal, Seat, Vote
from governance.rollcall import roll_call
from governance.rules import PRESETS
from tests.factories.governance import Chamber

pytestmark = pytest.mark.django_db
PATIENT = replace(PRESETS["simple-majority"], early=False)


def test_a_draft_is_its_authors_alone(chamber: Chamber, client: Client) -> None:
    draft = chamber.propose(title_en="A secret plan")
    seen = [Proposal.objects.visible_to(viewer).count() for viewer in (
        ANONYMOUS, chamber.viewer(2), chamber.viewer(3), Viewer(person_id=99, is_staff=True),
    )]  # fmt: skip
    assert seen == [0, 1, 0, 0]
    page, api = draft.get_absolute_url(), f"/api/v1/proposals/{draft.pk}/"
    client.force_login(chamber.person(3))
    for path in (page, api, f"{page}manage/", f"{page}revise/"):
        assert client.get(path).status_code == 404, path
    client.force_login(chamber.person(2))
    assert client.get(api).status_code == 200
    assert client.get(f"{page}manage/").status_code == 200
    assert client.get(page).status_code == 404  # public pages are the same for everybody
    for path in ("/en/governance/", chamber.body.get_absolute_url(), "/en/search/?q=secret"):
        assert "A secret plan" not in client.get(path).content.decode(), path


def test_a_withdrawn_draft_stays_private(chamber: Chamber) -> None:
    draft = chamber.propose()
    actions.withdraw(viewer=chamber.viewer(2), proposal=draft)
    assert not Proposal.objects.visible_to(ANONYMOUS).exists()


def test_a_draft_by_a_key_is_its_organisations(chamber: Chamber) -> None:
    seat = chamber.seat(2)
    assert seat.organisation_id is not None
    key = Viewer(organisation_ids=frozenset({seat.organisation_id}), scopes=frozenset({"propose"}))
    actions.propose(viewer=key, seat=seat, draft=actions.Draft(title_en="x", text_en="x"))
    other = replace(key, organisation_ids=frozenset({seat.organisation_id + 1}))
    counts = [Proposal.objects.visible_to(viewer).count() for viewer in (key, other, ANONYMOUS)]
    assert counts == [1, 0, 0]


def test_sealed_positions_show_nowhere_before_the_close(chamber: Chamber, client: Client) -> None:
    vote = chamber.call(rule=PATIENT)
    chamber.cast(vote, 2, "against", "An unmistakable reason.")
    shown = roll_call(vote)
    assert (shown.heard, shown.shows_positions) == (1, False)
    client.force_login(chamber.person(3))
    for path in (
        vote.get_absolute_url(),
        vote.proposal.get_absolute_url(),
        f"/api/v1/votes/{vote.pk}/",
    ):
        text = client.get(path).content.decode()
        assert "An unmistakable reason." not in text, path
        assert "votes against" not in text, path
    answer = client.get(f"/api/v1/votes/{vote.pk}/").json()
    assert (answer["positions"], answer["heard_from"]) == (None, [2])
    client.force_login(chamber.person(2))
    assert (
        "An unmistakable reason."
        in client.get(f"{vote.get_absolute_url()}ballot/").content.decode()
    )


def test_an_open_roll_call_shows_them_at_once(chamber: Chamber, client: Client) -> None:
    vote = chamber.call(rule=replace(PATIENT, interim=True))
    chamber.cast(vote, 2, "against", "An unmistakable reason.")
    assert "An unmistakable reason." in client.get(vote.get_absolute_url()).content.decode()
    positions = client.get(f"/api/v1/votes/{vote.pk}/").json()["positions"]
    assert [row["position"] for row in positions] == ["against"]


def test_votes_that_need_me(chamber: Chamber) -> None:
    vote = chamber.call(rule=PATIENT)
    today = database_now().date()
    chamber.cast(vote, 2)
    waiting = [
        Vote.objects.awaiting(chamber.viewer(number), today).count() for number in range(1, 6)
    ]
    assert waiting == [1, 0, 1, 1, 1]
    assert not Vote.objects.awaiting(ANONYMOUS, today).exists()


def test_seats_are_held_for_a_term(chamber: Chamber) -> None:
    seat = chamber.seat(2)
    term = seat.appointments.get()
    held = Seat.objects.held_by(chamber.viewer(2), term.since)
    assert list(held) == [seat]
    before = term.since.replace(year=2025)
    assert not Seat.objects.held_by(chamber.viewer(2), before).exists()
    assert not policies.may_vote_for(chamber.viewer(2), seat, before)


@pytest.mark.parametrize(("scopes", "may"), [({"vote"}, True), ({"propose", "read"}, False)])
def test_a_key_votes_only_with_its_scope(chamber: Chamber, scopes: set[str], may: bool) -> None:
    seat = chamber.seat(2)
    assert seat.organisation_id is not None
    key = Viewer(organisation_ids=frozenset({seat.organisation_id}), scopes=frozenset(scopes))
    assert policies.may_vote_for(key, seat, database_now().date()) is may
    assert not policies.may_vote_for(key, chamber.seat(3), database_now().date())
