"""The pages: public ones the same for everybody, signed-in ones never kept; what they say and what they cost."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance import actions
from governance.models import Ballot, Decision, Proposal, Vote
from governance.rules import PRESETS
from tests.factories.governance import Chamber, make_chamber, overdue

pytestmark = pytest.mark.django_db
PATIENT = replace(PRESETS["simple-majority"], early=False)


def public(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert "Set-Cookie" not in answer.headers
    assert answer["Cache-Control"].startswith("public")
    page: str = answer.content.decode()
    assert "style=" not in page
    return page


def decided(chamber: Chamber, votes: str = "fff") -> Decision:
    vote = chamber.call(chamber.seconded())
    chamber.cast_all(vote, votes)
    if vote.closes_at:
        overdue(vote)
    decision = actions.close_vote(vote_id=vote.pk)
    assert decision is not None
    return decision


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_public_page_opens_in_both_languages(
    chamber: Chamber, client: Client, language: str
) -> None:
    decision = decided(chamber)
    open_vote = chamber.call(chamber.seconded(seat=3), rule=PATIENT)
    chamber.cast(open_vote, 2)
    paths = [
        "", "groups/", f"bodies/{chamber.body.slug}/", f"proposals/{open_vote.proposal_id}/",
        f"votes/{open_vote.pk}/", f"votes/{decision.vote_id}/", "decisions/",
        f"decisions/{decision.number}/",
    ]  # fmt: skip
    for path in paths:
        page = public(client, f"/{language}/governance/{path}")
        assert f'<html lang="{language}"' in page
        assert "None" not in re.sub(r"<[^>]*>", " ", page), path


@pytest.mark.parametrize(
    "path", ["votes/99/", "proposals/99/", "decisions/X-2026-001/", "bodies/x/"]
)
def test_what_is_not_there_is_a_404(client: Client, db: None, path: str) -> None:
    assert client.get(f"/en/governance/{path}").status_code == 404


def test_the_register_by_words_body_and_outcome(chamber: Chamber, client: Client) -> None:
    carried, failed = decided(chamber), decided(make_chamber(3), "aa")
    for query, numbers in (
        ("", {carried.number, failed.number}),
        ("?outcome=carried", {carried.number}),
        (f"?body={failed.body.slug}", {failed.number}),
        (f"?q={carried.number}", {carried.number}),
        ("?q=unheard-of", set()),
        ("?outcome=bogus&page=99", {carried.number, failed.number}),
    ):
        page = public(client, f"/en/governance/decisions/{query}")
        found = {number for number in (carried.number, failed.number) if f"/{number}/" in page}
        assert found == numbers, query
    feed = client.get("/decisions.atom?lang=fr")
    assert feed.status_code == 200
    assert carried.number in feed.content.decode()


def test_the_ballot_page_casts_and_shows_the_receipt(chamber: Chamber, client: Client) -> None:
    vote = chamber.call(rule=PATIENT)
    path = f"/en/governance/votes/{vote.pk}/ballot/"
    assert client.get(path).status_code == 302
    client.force_login(chamber.person(3))
    form = client.get(path)
    assert "no-store" in form["Cache-Control"]
    key = re.search(r'name="key" value="(\w+)"', form.content.decode())
    assert key
    empty = client.post(path, {"key": key[1], "seat": 3})
    assert empty.status_code == 422
    assert "Choose a position." in empty.content.decode()
    paper = {"key": key[1], "seat": 3, "position": "against", "reason": "No."}
    done = client.post(path, paper, follow=True)
    page = done.content.decode()
    assert "Receipt" in page
    assert Ballot.objects.get().entry.get_absolute_url() in page
    recused = client.post(path, {"key": "another-key", "seat": 3, "position": "recused"})
    assert recused.status_code == 422
    assert "A recusal needs a reason." in recused.content.decode()
    overdue(vote)
    late = client.post(path, {"key": "a-third-key", "seat": 3, "position": "for"})
    assert "closed" in late.content.decode()
    assert Ballot.objects.count() == 1


def test_who_has_no_seat_is_told_so(chamber: Chamber, client: Client) -> None:
    vote = chamber.call()
    client.force_login(make_chamber(1).person(1))
    for path in (f"votes/{vote.pk}/ballot/", f"bodies/{chamber.body.slug}/propose/"):
        assert client.get(f"/en/governance/{path}").status_code == 403


def test_from_a_form_to_a_call(chamber: Chamber, client: Client) -> None:
    client.force_login(chamber.person(2))
    path = f"/en/governance/bodies/{chamber.body.slug}/propose/"
    assert client.post(path, {"title_en": "x"}).status_code == 422
    text = {"title_en": "A plan", "text_en": "Do it.", "effect_params": "no colon here"}
    assert "no colon here" in client.post(path, text).content.decode()
    answer = client.post(path, text | {"effect_params": ""})
    proposal = Proposal.objects.get()
    manage = f"/en/governance/proposals/{proposal.pk}/manage/"
    assert answer["Location"] == manage
    client.post(f"{manage}open/")
    revised = f"/en/governance/proposals/{proposal.pk}/revise/"
    client.post(revised, {"title_en": "A better plan", "text_en": "Do it well."})
    assert proposal.revisions.count() == 2
    client.force_login(chamber.person(3))
    client.post(f"{manage}second/", {"seat": 3})
    client.force_login(chamber.person(1))
    called = client.post(manage, {"rule": "two-thirds", "days": 3})
    vote = Vote.objects.get()
    assert called["Location"] == f"/en/governance/votes/{vote.pk}/"
    assert vote.rule["name"] == "two-thirds"
    cancelled = client.post(f"{manage}cancel/", {"reason": "A slip."}, follow=True)
    assert cancelled.status_code == 200
    assert Vote.objects.get().state == "cancelled"
    assert client.post(f"{manage}dance/").status_code == 404
    assert client.get(f"{manage}second/").status_code == 405


def test_what_one_may_not_do_is_refused_in_words(chamber: Chamber, client: Client) -> None:
    proposal = chamber.discussed()
    client.force_login(chamber.person(3))
    answer = client.post(f"/en/governance/proposals/{proposal.pk}/manage/withdraw/", follow=True)
    assert "not by you" in answer.content.decode()
    assert Proposal.objects.get().state == "discussion"


@pytest.mark.parametrize("path", ["", "decisions/", "body", "vote"])
def test_a_page_costs_the_same_for_one_row_and_for_twenty(client: Client, path: str) -> None:
    chamber = make_chamber(3)

    def ask() -> int:
        names = {"body": f"bodies/{chamber.body.slug}/", "vote": f"votes/{first.vote_id}/"}
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/en/governance/{names.get(path, path)}").status_code == 200
        return len(queries)

    first = decided(chamber)
    ask()
    few = ask()
    for _ in range(19):
        decided(chamber, "aa-")
    assert ask() == few
