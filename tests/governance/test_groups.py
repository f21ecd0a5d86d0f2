"""Working groups: asked by members, answered by leads, left at any time."""

from __future__ import annotations

import pytest
from django.test import Client

from alliance.navigation import main_links
from governance import actions, sections
from governance.bodies import appoint_officer
from governance.errors import NotAllowed, WrongState
from governance.models import Body, GroupMember
from members.viewers import viewer_of_person
from tests.cast import Cast
from tests.factories.governance import SINCE, Chamber, make_chamber

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(cast: Cast) -> Chamber:
    made = make_chamber(1, kind=Body.Kind.WORKING_GROUP)
    appoint_officer(body=made.body, person=cast.rep_b, role="lead", since=SINCE)
    return made


def test_asking_and_being_let_in(group: Chamber, cast: Cast, client: Client) -> None:
    path = f"/en/governance/bodies/{group.body.slug}/join/"
    client.force_login(cast.engineer_a)
    client.post(path, {"why": "I know tides."})
    asked = GroupMember.objects.get()
    assert (asked.state, asked.organisation) == ("asked", cast.org_a)
    assert "Take the request back" in client.get(path).content.decode()
    assert client.post(f"{path}{asked.pk}/", {"verb": "accept"}).status_code == 404
    assert "engineer-a" not in client.get(group.body.get_absolute_url()).content.decode()
    client.force_login(cast.rep_b)
    assert "I know tides." in client.get(path).content.decode()
    client.post(f"{path}{asked.pk}/", {"verb": "accept"})
    asked.refresh_from_db()
    assert asked.state == "member"
    assert "engineer-a" in client.get(group.body.get_absolute_url()).content.decode()
    client.force_login(cast.engineer_a)
    client.post(path, {"verb": "leave"})
    asked.refresh_from_db()
    assert asked.state == "left"
    assert client.get("/fr" + path[3:]).status_code == 200


def test_the_page_of_an_organisation_names_the_groups_of_its_people(
    group: Chamber, cast: Cast, client: Client
) -> None:
    page = f"/en/members/{cast.org_a.slug}/"
    asked = actions.ask_to_join(viewer=viewer_of_person(cast.engineer_a), body=group.body)
    assert "its-groups" not in client.get(page).content.decode()
    actions.answer_request(viewer=viewer_of_person(cast.rep_b), asked=asked, accept=True)
    section = client.get(page).content.decode().split('id="its-groups"')[1].split("</section>")[0]
    assert group.body.get_absolute_url() in section


def test_who_may_not(group: Chamber, chamber: Chamber, cast: Cast, client: Client) -> None:
    viewer = viewer_of_person(cast.engineer_a)
    with pytest.raises(NotAllowed):
        actions.ask_to_join(viewer=viewer_of_person(cast.outsider), body=group.body)
    with pytest.raises(WrongState):
        actions.ask_to_join(viewer=viewer, body=chamber.body)
    asked = actions.ask_to_join(viewer=viewer, body=group.body)
    with pytest.raises(WrongState):
        actions.ask_to_join(viewer=viewer, body=group.body)
    with pytest.raises(NotAllowed):
        actions.answer_request(viewer=viewer, asked=asked, accept=True)
    actions.answer_request(viewer=viewer_of_person(cast.rep_b), asked=asked, accept=False)
    with pytest.raises(WrongState):
        actions.answer_request(viewer=viewer_of_person(cast.rep_b), asked=asked, accept=True)
    with pytest.raises(WrongState):
        actions.leave_group(viewer=viewer, body=group.body)
    assert actions.ask_to_join(viewer=viewer, body=group.body).state == "asked"
    path = f"/en/governance/bodies/{chamber.body.slug}/join/"
    client.force_login(cast.engineer_a)
    assert client.get(path).status_code == 404


def test_other_rooms_add_what_a_group_owns(
    group: Chamber, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "_SECTIONS", [])
    sections.register_section("governance/_text.html", lambda request, body: None)
    sections.register_section("governance/_text.html", lambda request, body: {"of": body})
    monkeypatch.setattr(Body, "text", "A project of the group", raising=False)
    assert "A project of the group" in client.get(group.body.get_absolute_url()).content.decode()


@pytest.mark.parametrize("page", ["governance/groups/", "governance/decisions/", "projects/"])
def test_the_masthead_marks_one_place(page: str) -> None:
    marked = [link.url for link in main_links(f"/en/{page}") if link.is_here]
    assert marked == [f"/en/{page}" if "decisions" not in page else "/en/governance/"]


def test_the_page_of_groups_links_its_sources_without_their_paths(client: Client) -> None:
    page = client.get("/en/governance/groups/").content.decode()
    assert "github:" not in page
    assert (
        '/blob/HEAD/src/page-content/news/blogPost2.tsx" rel="noopener">The-AI-Alliance/website</a>'
        in page
    )
