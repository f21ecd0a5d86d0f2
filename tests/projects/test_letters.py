"""Letters about stages and yearly reviews: who gets them, in which language, and each once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from alliance.clock import database_now
from governance.models import Body, Notice, Office
from members.models import Affiliation, Person
from members.viewers import viewer_of_person
from projects import actions
from projects.models import Project, ReviewCall, StageApplication, YearlyReview
from tests.cast import Cast
from tests.factories.projects import ParticipationFactory, ProjectFactory, StageFactory

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 1)


@pytest.fixture
def project(cast: Cast) -> Project:
    """A project of organisation A; a lead who reads French and a committee with an officer."""
    for position, slug in enumerate(["sandbox", "incubating", "archived"], start=1):
        StageFactory(slug=slug, position=position, is_end=slug == "archived")
    row = {
        "stage": "sandbox",
        "code": "S1",
        "text_en": "Good",
        "text_fr": "Bon",
        "hint": "",
        "hint_least": 1,
    }
    actions.publish_criteria(
        number=1, note_en="First", note_fr="Première", criteria=[row], comment_days=14
    )
    made = ProjectFactory(slug="suite", name="Suite")
    ParticipationFactory(project=made, organisation=cast.org_a, role="maintainer")
    Person.objects.filter(pk=cast.engineer_a.pk).update(preferred_language="fr")
    made.leads.create(person=cast.engineer_a, since=SINCE)
    body = Body.objects.create(
        slug="toc", code="TOC", name_en="C", name_fr="C", kind="committee",
        default_rule="simple-majority-one-third",
    )  # fmt: skip
    Office.objects.create(body=body, person=cast.outsider, role="chair", since=SINCE)
    return made


def _opened(cast: Cast, project: Project, stage: str = "sandbox") -> StageApplication:
    viewer = viewer_of_person(cast.rep_a)
    wanted = StageFactory(slug=stage)
    draft = actions.apply_for_stage(
        viewer=viewer, project=project, stage=wanted, statement_en="Why"
    )
    assert not Notice.objects.exists()  # a draft is nobody's news
    return actions.open_comments(viewer=viewer, application=draft)


def _told(about: str) -> dict[str, str]:
    rows = Notice.objects.filter(kind="project", about__endswith=about).select_related("person")
    return {row.person.full_name: row.subject for row in rows}


def test_editors_and_deciding_officers_hear_that_comments_are_open(
    cast: Cast, project: Project
) -> None:
    application = _opened(cast, project)
    told = _told(":opened")
    assert set(told) == {"rep-a", "engineer-a", "outsider"}
    assert told["rep-a"] == "Suite applies for the stage “Sandbox”"
    assert told["engineer-a"].startswith("Suite demande la phase")
    text = Notice.objects.get(person=cast.rep_a).text
    assert f"/projects/applications/{application.reference}/" in text
    assert "(UTC)" in text


def test_archiving_is_announced_as_such(cast: Cast, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(stage=StageFactory(slug="sandbox"))
    project.refresh_from_db()
    _opened(cast, project, "archived")
    assert _told(":opened")["outsider"] == "Suite is to be archived"


def test_the_end_of_comments_is_said_once(cast: Cast, project: Project) -> None:
    application = _opened(cast, project)
    assert actions.warn_before_comments_close() == 0
    StageApplication.objects.filter(pk=application.pk).update(
        comment_until=database_now() + timedelta(hours=30)
    )
    actions.warn_before_comments_close()
    actions.warn_before_comments_close()
    assert set(_told(":closing")) == {"rep-a", "engineer-a", "outsider"}
    assert Notice.objects.filter(about__endswith=":closing").count() == 3
    StageApplication.objects.filter(pk=application.pk).update(
        comment_until=database_now() - timedelta(hours=1)
    )
    Notice.objects.all().delete()
    assert actions.warn_before_comments_close() == 0


def test_a_granted_stage_is_told(cast: Cast, project: Project) -> None:
    application = _opened(cast, project)
    now = database_now()
    StageApplication.objects.filter(pk=application.pk).update(
        comment_until=now - timedelta(seconds=1)
    )
    actions.grant_stage(
        reference=application.reference, decision_number="TOC 2026/1", decided_at=now
    )
    assert set(_told(":ended")) == {"rep-a", "engineer-a"}
    assert _told(":ended")["rep-a"] == "Granted: Suite: Sandbox"


@pytest.fixture
def due(project: Project) -> Project:
    Project.objects.filter(pk=project.pk).update(stage=StageFactory(slug="sandbox"))
    reached = database_now().date() - timedelta(days=350)
    project.track.create(
        on=reached.isoformat(), kind="stage", stage=StageFactory(slug="sandbox"), source="x"
    )
    project.refresh_from_db()
    return project


def test_a_review_is_opened_once_and_asked_for(cast: Cast, due: Project, client: Client) -> None:
    assert actions.open_reviews() == 1
    assert actions.open_reviews() == 0
    call = ReviewCall.objects.get()
    assert set(_told(f"review:{call.pk}")) == {"rep-a", "engineer-a"}
    assert "revue annuelle" in _told(f"review:{call.pk}")["engineer-a"]
    client.force_login(cast.rep_a)
    assert "Yearly reviews asked for" in client.get("/en/members/me/").content.decode()
    viewer = viewer_of_person(cast.rep_a)
    actions.give_review(viewer=viewer, project=due, standing="well", text="All is well.")
    call.refresh_from_db()
    assert call.review == YearlyReview.objects.get()
    assert "Yearly reviews asked for" not in client.get("/en/members/me/").content.decode()
    assert actions.open_reviews() == 0  # the next one is due in a year


@pytest.mark.parametrize("change", [{"is_listed": False}, {"stage": None}])
def test_no_review_is_asked_of_others(due: Project, change: dict[str, object]) -> None:
    Project.objects.filter(pk=due.pk).update(**change)
    assert actions.open_reviews() == 0


def test_a_review_far_off_is_not_asked_for(due: Project) -> None:
    due.track.update(on=(database_now().date() - timedelta(days=300)).isoformat())
    assert actions.open_reviews() == 0


def test_who_left_gets_no_letter(cast: Cast, project: Project) -> None:
    Affiliation.objects.filter(person=cast.rep_a).exclude(role="representative").delete()
    Person.objects.filter(pk=cast.engineer_a.pk).update(is_active=False)
    _opened(cast, project)
    assert set(_told(":opened")) == {"rep-a", "outsider"}
