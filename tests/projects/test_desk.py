"""Signed-in pages: editing, milestones, reviews, applications through forms."""

from __future__ import annotations

import pytest
from django.test import Client

from projects import actions
from projects.models import Milestone, Project
from tests.cast import Cast
from tests.factories.projects import ParticipationFactory, ProjectFactory, StageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast: Cast) -> Project:
    made = ProjectFactory(slug="suite", name="Suite")
    ParticipationFactory(project=made, organisation=cast.org_a, role="maintainer")
    return made


def _entry(**more: object) -> dict[str, object]:
    return {
        "name": "Suite", "summary_en": "Better now.", "summary_fr": "", "activity": "active", "licences": "code: mit",
        "repositories": "git@github.com:Owner/Name.git\n\nhttps://github.com/owner/name",
        "artefact_kinds": ["software"],
        "note": "New licence",
    } | more  # fmt: skip


PAGES = ["edit/", "milestones/new/", "review/", "apply/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", [None, "rep_b", "engineer_a", "outsider", "staff"])
def test_others_edit_nothing(
    client: Client, cast: Cast, project: Project, path: str, who: str | None
) -> None:
    if who:
        client.force_login(getattr(cast, who))
    for method in (client.get, client.post):
        answer = method(f"/en/projects/suite/{path}")
        assert answer.status_code == (403 if who else 302)
        assert "no-store" in answer["Cache-Control"] or answer.status_code == 302


def test_a_representative_edits_the_entry(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.rep_a)
    assert client.get("/fr/projects/suite/edit/").status_code == 200
    answer = client.post("/en/projects/suite/edit/", _entry(tier="managed", stage="graduated"))
    assert answer.status_code == 302
    project.refresh_from_db()
    assert (project.summary_en, project.activity, project.activity_source) == (
        "Better now.", "active", "declared by org-a",
    )  # fmt: skip
    assert project.tier == "supported"  # not theirs to change
    assert [row.expression for row in project.licences.all()] == ["MIT"]
    assert [row.url for row in project.repositories.all()] == ["https://github.com/Owner/Name"]
    change = project.changes.get()
    assert (change.actor, change.organisation, change.note) == (
        cast.rep_a,
        cast.org_a,
        "New licence",
    )
    html = client.get("/en/projects/suite/history/").content.decode()
    assert "<del>Does</del>" in html
    assert "<ins>Better</ins>" in html


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("licences", "code: MIT OR", "is no SPDX expression"),
        ("licences", "Apache-2.0", "begin with one of"),
        ("licences", "code: Apache-9.0", "SPDX list has no licence"),
        ("repositories", "https://github.com/only-owner", "names no repository"),
        ("repositories", "javascript:alert(1)", "is no address of a repository"),
        ("summary_en", "x" * 200, "150"),
        ("homepage", "javascript:alert(1)", "valid URL"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client: Client, cast: Cast, project: Project, field: str, value: str, says: str
) -> None:
    client.force_login(cast.rep_a)
    answer = client.post("/en/projects/suite/edit/", _entry(**{field: value}))
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not project.changes.exists()


def test_a_milestone_that_moves_says_why(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.rep_a)
    facts = {"title_en": "Forty languages", "state": "planned", "due_on": "2027-01-31"}
    assert client.post("/en/projects/suite/milestones/new/", facts).status_code == 302
    row = Milestone.objects.get()
    path = f"/en/projects/suite/milestones/{row.pk}/"
    assert (
        "Say why the date moved"
        in client.post(path, facts | {"due_on": "2027-03-31"}).content.decode()
    )
    assert (
        client.post(path, facts | {"due_on": "2027-03-31", "reason": "No storage."}).status_code
        == 302
    )
    html = client.get("/en/projects/suite/").content.decode()
    assert "Was due on" in html
    assert "No storage." in html
    assert "31 March 2027" in html
    assert (
        "reached has a day"
        in client.post(path, facts | {"state": "reached", "reason": "x"}).content.decode()
    )


def test_a_milestone_of_another_project_is_not_found(
    client: Client, cast: Cast, project: Project
) -> None:
    other = ProjectFactory()
    row = other.milestones.create(title_en="Theirs", due_on="2027-01-01")
    client.force_login(cast.rep_a)
    assert client.get(f"/en/projects/suite/milestones/{row.pk}/").status_code == 404


def test_a_review_is_published_and_kept(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.rep_a)
    answer = client.post(
        "/en/projects/suite/review/", {"standing": "help", "text": "We need people."}
    )
    assert answer.status_code == 302
    html = client.get("/en/projects/suite/").content.decode()
    assert "The project needs help" in html
    assert "We need people." in html


def test_an_application_goes_through_its_forms(
    client: Client, cast: Cast, project: Project
) -> None:
    StageFactory(slug="sandbox", position=1)
    criteria = [{"stage": "sandbox", "code": "S1", "text_en": "Is good", "text_fr": "Est bon"}]
    actions.publish_criteria(number=1, note_en="First", note_fr="Première", criteria=criteria)
    client.force_login(cast.rep_a)
    answer = client.post(
        "/en/projects/suite/apply/", {"stage": "sandbox", "statement_en": "Ready."}
    )
    desk = answer["Location"]
    assert desk == "/en/projects/applications/suite-sandbox-1/desk/"
    empty = client.post(desk, {"verb": "evidence", "criterion": "S1"}, follow=True).content.decode()
    assert "Give a link or a sentence" in empty
    client.post(desk, {"verb": "evidence", "criterion": "S1", "url": "https://example.org/proof"})
    client.post(desk, {"verb": "open"})
    client.force_login(cast.outsider)
    assert client.post(desk, {"verb": "withdraw"}, follow=True).status_code == 200
    client.post(desk, {"verb": "comment", "text": "Looks right."})
    client.logout()
    html = client.get("/fr/projects/applications/suite-sandbox-1/").content.decode()
    for words in (
        "https://example.org/proof",
        "Looks right.",
        "Ouverte aux commentaires",
        "Est bon",
    ):
        assert words in html
    client.force_login(cast.rep_a)
    panel = client.get("/en/members/me/").content.decode()
    assert "My projects" in panel
    assert "/en/projects/suite/edit/" in panel
