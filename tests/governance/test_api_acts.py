"""What people and their systems do through the API: proposals, amendments, moderation, groups, documents."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from governance import actions
from governance.models import Comment, Document, GroupMember, Proposal
from members.models import Affiliation
from tests.factories.governance import SINCE, Chamber, make_chamber
from tests.governance.test_amendments import put
from tests.governance.test_api import key_of, post

pytestmark = pytest.mark.django_db
TEXT = {"title_en": "Publish figures", "text_en": "Every month."}


def by(chamber: Chamber, seat: int) -> Client:
    """Sign in as a seat's holder."""
    client = Client()
    client.force_login(chamber.person(seat))
    return client


def member_of(chamber: Chamber, seat: int) -> None:
    """Let a holder act for the seat's organisation."""
    organisation = chamber.seat(seat).organisation
    assert organisation is not None
    Affiliation.objects.create(
        person=chamber.person(seat), organisation=organisation, role="representative", since=SINCE
    )


def test_a_proposal_goes_its_way_through_the_api(chamber: Chamber, client: Client) -> None:
    path = f"/api/v1/proposals/{chamber.propose().pk}"
    author, other = by(chamber, 2), by(chamber, 3)
    assert (
        post(other, f"{path}/open/", {}).status_code == 404
    )  # a draft is seen by its author alone
    assert post(author, f"{path}/open/", {}).json()["state"] == "discussion"
    revised = post(author, f"{path}/revisions/", TEXT)
    assert (revised.status_code, revised.json()["number"]) == (201, 2)
    assert post(other, f"{path}/revisions/", TEXT).json()["code"] == "wrong-state"
    assert post(author, f"{path}/second/", {}).json()["code"] == "own-proposal"
    key = key_of(chamber, 4, "propose")
    assert post(client, f"{path}/second/", {}, headers=key).json()["state"] == "seconded"
    assert post(other, f"{path}/withdraw/", {}).status_code == 409
    assert post(by(chamber, 1), f"{path}/lapse/", {}).json()["state"] == "lapsed"


def test_seconding_needs_a_seat_of_the_body_and_the_scope(chamber: Chamber, client: Client) -> None:
    path = f"/api/v1/proposals/{chamber.discussed().pk}/second/"
    assert post(client, path, {}).status_code == 401
    assert post(by(make_chamber(2), 2), path, {}).json()["code"] == "not-allowed"
    refused = post(client, path, {}, headers=key_of(chamber, 4, "vote"))
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="propose"' in refused["WWW-Authenticate"]
    assert post(by(chamber, 3), path, {"seat": 4}).json()["code"] == "not-allowed"
    assert post(by(chamber, 3), path, {"seat": "four"}).status_code == 400
    answer = post(by(chamber, 3), path, {"seat": 3})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_the_author_withdraws(chamber: Chamber) -> None:
    path = f"/api/v1/proposals/{chamber.discussed().pk}/withdraw/"
    assert post(by(chamber, 2), path, {}).json()["state"] == "withdrawn"
    again = post(by(chamber, 2), path, {})
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")


def test_amendments_are_accepted_or_withdrawn(chamber: Chamber) -> None:
    proposal = chamber.discussed()
    put(chamber, proposal, seat=3)
    put(chamber, proposal, seat=4, text_en="Every week.")
    path = f"/api/v1/proposals/{proposal.pk}/amendments"
    assert post(by(chamber, 3), f"{path}/1/accept/", {}).json()["code"] == "wrong-state"
    assert post(by(chamber, 3), f"{path}/2/withdraw/", {}).json()["code"] == "wrong-state"
    accepted = post(by(chamber, 2), f"{path}/1/accept/", {})
    assert (accepted.status_code, accepted.json()["text_en"]) == (201, "Every month.")
    assert post(by(chamber, 4), f"{path}/2/withdraw/", {}).json()["state"] == "withdrawn"
    assert post(by(chamber, 4), f"{path}/3/withdraw/", {}).status_code == 404


def test_officers_hide_a_comment_with_a_reason(chamber: Chamber, client: Client) -> None:
    proposal = chamber.discussed()
    made = actions.comment(
        viewer=chamber.viewer(3), proposal=proposal, text="Buy now!", parent=None, kind="comment"
    )
    path = f"/api/v1/proposals/{proposal.pk}/comments/{made.pk}/hide/"
    assert post(client, path, {"why": "Advertising."}).status_code == 401
    assert post(by(chamber, 3), path, {"why": "Advertising."}).status_code == 403
    assert post(by(chamber, 1), path, {"why": ""}).status_code == 400
    hidden = post(by(chamber, 1), path, {"why": "Advertising."}).json()
    assert (hidden["text"], hidden["hidden_why"]) == (None, "Advertising.")
    assert Comment.objects.get().text == "Buy now!"
    other = chamber.discussed(seat=3)
    astray = f"/api/v1/proposals/{other.pk}/comments/{made.pk}/hide/"
    assert post(by(chamber, 1), astray, {"why": "Advertising."}).status_code == 404


def test_people_ask_to_join_a_group_and_its_leads_answer(client: Client) -> None:
    group = make_chamber(3, kind="working-group")
    path = f"/api/v1/bodies/{group.body.slug}"
    assert post(client, f"{path}/membership/", {}).status_code == 401
    assert post(by(group, 2), f"{path}/membership/", {}).status_code == 403  # no organisation yet
    member_of(group, 2)
    asked = post(by(group, 2), f"{path}/membership/", {"why": "I test models."})
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    assert post(by(group, 2), f"{path}/membership/", {}).status_code == 409
    assert client.get(f"{path}/members/").json() == []
    assert client.get(f"{path}/join-requests/").status_code == 401
    assert by(group, 2).get(f"{path}/join-requests/").status_code == 403
    assert by(group, 1).get(f"{path}/join-requests/").json()[0]["why"] == "I test models."
    answer = f"{path}/join-requests/{asked.json()['id']}/answer/"
    assert post(by(group, 2), answer, {"accept": True}).status_code == 403
    assert post(by(group, 1), answer, {"accept": True}).json()["state"] == "member"
    assert [row["person"] for row in client.get(f"{path}/members/").json()] == [
        group.person(2).full_name
    ]
    assert by(group, 2).delete(f"{path}/membership/").status_code == 204
    assert by(group, 2).delete(f"{path}/membership/").status_code == 409
    assert GroupMember.objects.get().state == "left"


def test_a_key_joins_nothing_and_a_board_takes_no_members(chamber: Chamber, client: Client) -> None:
    group = make_chamber(2, kind="working-group")
    path = f"/api/v1/bodies/{group.body.slug}/membership/"
    refused = post(client, path, {}, headers=key_of(group, 2, "propose"))
    assert (refused.status_code, refused.json()["code"]) == (403, "people-only")
    member_of(chamber, 2)
    board = post(by(chamber, 2), f"/api/v1/bodies/{chamber.body.slug}/membership/", {})
    assert board.json()["code"] == "wrong-state"


def adopted(chamber: Chamber, *texts: str) -> Document:
    """Adopt a standard by decisions, one version after the other."""
    for text in texts:
        proposal = chamber.seconded(
            title_en="Release notes", text_en=text, effect_kind="governance.adopt_standard",
            effect_params={"document": "release-notes", "kind": "standard"},
        )  # fmt: skip
        vote = chamber.call(Proposal.objects.get(pk=proposal.pk))
        chamber.cast_all(vote, "fffff")
        actions.close_vote(vote_id=vote.pk)
    return Document.objects.get(slug="release-notes")


def test_documents_with_versions_and_what_changed(chamber: Chamber, client: Client) -> None:
    adopted(chamber, "Say what changed.\nBe short.", "Say what changed and why.\nBe short.")
    row = client.get("/api/v1/documents/?kind=standard").json()["results"][0]
    assert (row["slug"], row["latest"]["number"]) == ("release-notes", 2)
    assert client.get("/api/v1/documents/?kind=charter").json()["results"] == []
    whole = client.get("/api/v1/documents/release-notes/").json()
    assert [version["number"] for version in whole["versions"]] == [2, 1]
    assert whole["latest"]["decision"].endswith("-002")
    path = "/api/v1/documents/release-notes/changes/"
    changes = client.get(path).json()
    lines = [line for line in changes["lines"] if line["column"] == "text_en"]
    assert (changes["before"], changes["after"]) == (1, 2)
    assert [line["changed"] for line in lines] == [True, False]
    said: list[dict[str, Any]] = lines[0]["pieces"]
    assert "".join(piece["text"] for piece in said if piece["change"] == "new").strip() == "and why"
    assert client.get(f"{path}?before=0&after=1").json()["lines"][0]["changed"]
    for odd in ("?after=9", "?before=9", "?after=x"):
        assert client.get(f"{path}{odd}").status_code == 404
    assert client.get("/api/v1/documents/nothing/").status_code == 404
