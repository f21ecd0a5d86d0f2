"""The discussion: who speaks, who reads, what has to be answered and what is hidden."""

from __future__ import annotations

import pytest
from django.test import Client

from alliance.viewer import ANONYMOUS, Viewer
from governance import actions
from governance.errors import CallRefused, CommentRefused, NotAllowed, WrongState
from governance.models import Comment, Proposal
from governance.threads import thread
from members.viewers import viewer_of_person
from tests.cast import Cast
from tests.factories.governance import Chamber

pytestmark = pytest.mark.django_db


def say(viewer: Viewer, proposal: Proposal, text: str = "Well said.", **more: object) -> Comment:
    return actions.comment(viewer=viewer, proposal=proposal, text=text, **more)  # type: ignore[arg-type]


def test_members_and_seat_holders_speak(chamber: Chamber, cast: Cast) -> None:
    proposal = chamber.discussed()
    say(chamber.viewer(3), proposal)
    assert say(viewer_of_person(cast.engineer_a), proposal).organisation == cast.org_a
    for viewer in (ANONYMOUS, viewer_of_person(cast.outsider)):
        with pytest.raises(NotAllowed):
            say(viewer, proposal)
    with pytest.raises(NotAllowed):
        say(chamber.viewer(2), chamber.propose())
    for text in (" ", "x" * 5001):
        with pytest.raises(CommentRefused):
            say(chamber.viewer(3), proposal, text)


def test_threads_are_in_order_and_end_at_a_depth(chamber: Chamber) -> None:
    proposal = chamber.discussed()
    first, second = say(chamber.viewer(3), proposal), say(chamber.viewer(4), proposal)
    reply = say(chamber.viewer(4), proposal, parent=first)
    deep = reply
    for _ in range(9):
        deep = say(chamber.viewer(3), proposal, parent=deep)
    shown = thread(proposal, ANONYMOUS)
    assert [item.comment for item in shown[:2]] == [first, reply]
    assert shown[-1].comment == second
    assert max(item.depth for item in shown) == 5


def test_an_objection_is_answered_before_the_call(chamber: Chamber) -> None:
    proposal = chamber.seconded()
    objection = say(chamber.viewer(4), proposal, "It costs too much.", kind="objection")
    with pytest.raises(CallRefused) as refusal:
        chamber.call(proposal)
    assert refusal.value.code == "objection-open"
    say(chamber.viewer(3), proposal, parent=objection)  # not the author: no answer
    with pytest.raises(CallRefused):
        chamber.call(proposal)
    answer = say(chamber.viewer(2), proposal, "It costs nothing.", parent=objection)
    assert answer.kind == "answer"
    objection.refresh_from_db()
    assert objection.answered_at is not None
    assert chamber.call(proposal).is_open
    with pytest.raises(CommentRefused) as own:
        say(chamber.viewer(2), proposal, kind="objection")
    assert own.value.code == "own-proposal"


def test_hiding_needs_an_office_and_a_reason(chamber: Chamber, client: Client) -> None:
    proposal = chamber.discussed()
    rude = say(chamber.viewer(4), proposal, "An unmistakable insult.", kind="objection")
    with pytest.raises(NotAllowed):
        actions.hide_comment(viewer=chamber.viewer(3), comment=rude, why="Rude.")
    with pytest.raises(CommentRefused):
        actions.hide_comment(viewer=chamber.chair, comment=rude, why=" ")
    actions.hide_comment(viewer=chamber.chair, comment=rude, why="Against the code of conduct.")
    with pytest.raises(WrongState):
        actions.hide_comment(viewer=chamber.chair, comment=rude, why="Again.")
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "unmistakable" not in page
    assert "Against the code of conduct." in page
    (row,) = client.get(f"/api/v1/proposals/{proposal.pk}/comments/").json()
    assert (row["text"], row["hidden_why"]) == (None, "Against the code of conduct.")
    with pytest.raises(CommentRefused):
        say(chamber.viewer(3), proposal, parent=rude)
    assert not proposal.comments.unanswered().exists()


def test_markdown_is_cleaned(chamber: Chamber, client: Client) -> None:
    proposal = chamber.discussed()
    say(chamber.viewer(3), proposal, "**Yes** <script>alert(1)</script> [x](javascript:alert(1))")
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "<strong>Yes</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_a_discussion_among_members_stays_there(
    chamber: Chamber, cast: Cast, client: Client
) -> None:
    draft = actions.propose(
        viewer=chamber.viewer(2), seat=chamber.seat(2), audience="members",
        draft=actions.Draft(title_en="Between us", text_en="Not yet public."),
    )  # fmt: skip
    proposal = actions.open_discussion(viewer=chamber.viewer(2), proposal=draft)
    say(chamber.viewer(3), proposal, "An unmistakable remark.")
    path, api = proposal.get_absolute_url(), f"/api/v1/proposals/{proposal.pk}/"
    for address in (path, f"{path}changes/", api, f"{api}comments/"):
        assert client.get(address).status_code == 404, address
    assert "Between us" not in client.get("/en/governance/").content.decode()
    client.force_login(cast.outsider)
    assert client.get(f"{path}manage/").status_code == 404
    for person in (chamber.person(4), cast.engineer_a):
        client.force_login(person)
        assert "An unmistakable remark." in client.get(f"{path}manage/").content.decode()
        assert client.get(f"{path}manage/changes/").status_code == 200
        assert client.get(f"{api}comments/").json()
    actions.second(viewer=chamber.viewer(3), proposal=proposal, seat=chamber.seat(3))
    chamber.call(Proposal.objects.get())
    client.logout()
    assert (
        client.get(path).status_code == 200
    )  # the text is public with the call, the discussion never
    assert "An unmistakable remark." not in client.get(path).content.decode()
    assert client.get(f"{api}comments/").json() == []


def test_the_forms_of_the_discussion(chamber: Chamber, client: Client) -> None:
    proposal = chamber.discussed()
    base = f"/en/governance/proposals/{proposal.pk}/"
    client.force_login(chamber.person(3))
    client.post(f"{base}comments/", {"text": "It costs too much.", "kind": "objection"})
    objection = Comment.objects.get()
    assert objection.kind == "objection"
    client.post(f"{base}comments/", {"text": ""})
    assert Comment.objects.count() == 1
    client.force_login(chamber.person(2))
    page = client.get(f"{base}manage/").content.decode()
    assert "Answer this objection" in page
    client.post(f"{base}comments/", {"text": "It does not.", "parent": objection.pk})
    assert Comment.objects.filter(kind="answer").count() == 1
    client.force_login(chamber.person(1))
    client.post(f"{base}comments/{objection.pk}/hide/", {"why": "Off topic."})
    objection.refresh_from_db()
    assert objection.is_hidden
    assert client.post(f"{base}comments/99/hide/", {"why": "x"}).status_code == 404
    client.logout()
    assert client.post(f"{base}comments/", {"text": "x"}).status_code == 302


def test_the_discussion_by_api(chamber: Chamber, client: Client) -> None:
    proposal = chamber.discussed()
    api = f"/api/v1/proposals/{proposal.pk}/"
    assert client.post(f"{api}comments/", {"text": "x"}).status_code == 401
    client.force_login(chamber.person(3))
    made = client.post(f"{api}comments/", {"text": "No.", "objection": True}, "application/json")
    assert (made.status_code, made.json()["kind"]) == (201, "objection")
    text = {"title_en": "Other", "text_en": "Other.", "why": "Better."}
    put = client.post(f"{api}amendments/", text, "application/json")
    assert (put.status_code, put.json()["number"]) == (201, 1)
    assert [row["number"] for row in client.get(f"{api}amendments/").json()] == [1]
    client.force_login(chamber.person(2))
    reply = client.post(
        f"{api}comments/", {"text": "Yes.", "reply_to": made.json()["id"]}, "application/json"
    )
    assert reply.json()["kind"] == "answer"
