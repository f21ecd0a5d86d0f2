"""The parts of an entry: who writes them, what is refused, and what the history keeps."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from members.viewers import viewer_of_person
from projects import actions
from projects.errors import EntryRefused
from projects.models import Participation, Project, ProjectLead
from projects.parts_forms import FORMS
from tests.cast import SINCE, Cast
from tests.factories.projects import ParticipationFactory, ProjectFactory

pytestmark = pytest.mark.django_db
URL = "https://github.com/harbour/tide-tables"


@pytest.fixture
def project(cast: Cast) -> Project:
    made: Project = ProjectFactory(slug="suite", name="Suite")
    ParticipationFactory(
        project=made, organisation=cast.org_a, name=cast.org_a.name, role="maintainer"
    )
    made.repositories.create(url=URL, key=URL.removeprefix("https://"))
    return made


@pytest.fixture
def rep(client: Client, cast: Cast) -> Client:
    client.force_login(cast.rep_a)
    return client


def _filled(kind: str, project: Project, cast: Cast) -> dict[str, object]:
    return {
        "deliverables": {"title_en": "Tables", "kind": "dataset", "delivered_on": "2026-10-01"},
        "adopters": {"name": "Harbour of Brest", "source": "their annual report"},
        "audits": {"kind": "security", "auditor": "Auditors", "on": "2026-05-01"},
        "participants": {"name": "University of Tides", "role": "contributor"},
        "leads": {"person": cast.engineer_a.pk, "since": "2026-02-01"},
        "aliases": {"repository": project.repositories.get().pk, "url": "git@github.com:old/tides.git"},
        "exemptions": {"name": "scorecard", "exemption": "It is data."},
    }[kind]  # fmt: skip


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_part_is_added_shown_and_kept_in_the_history(
    rep: Client, cast: Cast, project: Project, kind: str, language: str
) -> None:
    path = f"/{language}/projects/suite/parts/{kind}/"
    assert rep.get(path).status_code == 200
    answer = rep.post(path, _filled(kind, project, cast))
    assert answer.status_code == 302, answer.content.decode()
    change = project.changes.get()
    assert list(change.fields) == [kind]
    assert (change.actor, change.organisation) == (cast.rep_a, cast.org_a)
    page = rep.get(f"/{language}/projects/suite/edit/").content.decode()
    assert f"/projects/suite/parts/{kind}/" in page
    assert rep.get(f"/{language}/projects/suite/history/").status_code == 200


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize("who", ["rep_b", "engineer_a", "outsider", "staff"])
def test_others_write_no_part(
    client: Client, cast: Cast, project: Project, kind: str, who: str
) -> None:
    client.force_login(getattr(cast, who))
    path = f"/en/projects/suite/parts/{kind}/"
    assert client.get(path).status_code == 403
    assert client.post(path, _filled(kind, project, cast)).status_code == 403
    assert not project.changes.exists()


def test_strangers_are_asked_to_sign_in_and_unknown_kinds_are_not_found(
    client: Client, cast: Cast, project: Project
) -> None:
    assert client.get("/en/projects/suite/parts/adopters/").status_code == 302
    client.force_login(cast.rep_a)
    assert client.get("/en/projects/suite/parts/secrets/").status_code == 404
    assert client.get("/en/projects/suite/parts/adopters/999/").status_code == 404


def test_a_part_of_another_project_is_not_found(rep: Client, cast: Cast, project: Project) -> None:
    other = ProjectFactory().adopters.create(name="Somebody", source="x")
    assert rep.get(f"/en/projects/suite/parts/adopters/{other.pk}/").status_code == 404


def test_a_part_is_changed_and_removed(rep: Client, project: Project) -> None:
    row = project.adopters.create(name="Brest", source="x")
    path = f"/en/projects/suite/parts/adopters/{row.pk}/"
    assert 'value="Brest"' in rep.get(path).content.decode()
    rep.post(path, {"name": "Harbour of Brest", "source": "x"})
    assert project.adopters.get().name == "Harbour of Brest"
    rep.post(path, {"verb": "remove"})
    assert not project.adopters.exists()
    gone = project.changes.first()
    assert gone is not None
    assert gone.fields == {"adopters": [["Harbour of Brest (x)"], []]}


def test_who_took_part_is_ended_and_not_removed(rep: Client, cast: Cast, project: Project) -> None:
    row = ParticipationFactory(project=project, name="University of Tides", role="contributor")
    with pytest.raises(EntryRefused):
        actions.remove_part(
            viewer=viewer_of_person(cast.rep_a), project=project, kind="participants", pk=row.pk
        )
    rep.post(
        f"/en/projects/suite/parts/participants/{row.pk}/",
        {"name": row.name, "role": "contributor", "until": "2026-10-01"},
    )
    assert Participation.objects.get(pk=row.pk).until == date(2026, 10, 1)


def test_only_its_own_people_enter_an_organisation_of_the_directory(
    rep: Client, cast: Cast, project: Project
) -> None:
    path = "/en/projects/suite/parts/participants/"
    answer = rep.post(path, {"organisation": cast.org_b.pk, "role": "sponsor"})
    assert answer.status_code == 200
    assert not project.participations.filter(organisation=cast.org_b).exists()
    assert rep.post(path, {"organisation": cast.org_a.pk, "role": "sponsor"}).status_code == 302


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_contradicts_is_refused_in_words(
    rep: Client, cast: Cast, project: Project, language: str
) -> None:
    ProjectLead.objects.create(project=project, person=cast.engineer_a, since=SINCE)
    wrong = {
        "leads": {"person": cast.engineer_a.pk, "since": "2026-02-01"},
        "aliases": {"repository": project.repositories.get().pk, "url": URL},
        "participants": {"name": "", "role": "lead"},
    }
    for kind, facts in wrong.items():
        answer = rep.post(f"/{language}/projects/suite/parts/{kind}/", facts)
        assert answer.status_code == 200, kind
        html = answer.content.decode()
        assert 'role="alert"' in html or 'class="error"' in html
        assert "lead_open_once" not in html
    assert not project.changes.exists()


def test_a_lead_entered_here_may_edit(rep: Client, cast: Cast, project: Project) -> None:
    rep.post(
        "/en/projects/suite/parts/leads/", {"person": cast.engineer_a.pk, "since": "2026-02-01"}
    )
    client = Client()
    client.force_login(cast.engineer_a)
    assert client.get("/en/projects/suite/edit/").status_code == 200
