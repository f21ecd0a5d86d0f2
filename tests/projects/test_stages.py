"""From an application to the decision that moves the stage, and everything that must not happen on the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from alliance.clock import database_now
from governance import actions as governance
from governance import effects
from governance.effects import EffectRefused
from governance.models import Notice
from members.viewers import viewer_of_person
from projects import actions
from projects.errors import ApplicationRefused, NotAllowed
from projects.models import CriteriaVersion, Project, Stage, StageApplication
from projects.rules.applications import MOVES, State, may_apply_for, review_due_on
from tests.cast import Cast
from tests.factories.governance import Chamber, make_chamber, overdue
from tests.factories.projects import ParticipationFactory, ProjectFactory, StageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ring nobody."""
    from alliance import doorbell
    from transparency import tasks

    monkeypatch.setattr(doorbell, "ring", lambda task, *args: None)
    monkeypatch.setattr(tasks.sequence, "apply_async", lambda *args, **kwargs: None)


@pytest.fixture
def project(cast: Cast) -> Project:
    """A project of organisation A, with three stages and one version of the criteria."""
    for position, slug in enumerate(["sandbox", "incubating", "archived"], start=1):
        StageFactory(slug=slug, position=position, is_end=slug == "archived")
    criteria = [
        {
            "stage": stage,
            "code": code,
            "text_en": "Is good",
            "text_fr": "Est bon",
            "hint": hint,
            "hint_least": 1,
        }
        for stage, code, hint in [
            ("sandbox", "S1", "licence"),
            ("incubating", "I1", ""),
            ("archived", "A1", ""),
        ]
    ]
    actions.publish_criteria(
        number=1, note_en="First", note_fr="Première", criteria=criteria, comment_days=14
    )
    made = ProjectFactory(slug="suite", name="Suite")
    ParticipationFactory(project=made, organisation=cast.org_a, role="lead")
    return made


@pytest.fixture
def committee(db: None) -> Chamber:
    return make_chamber(3, kind="committee")


def _applied(cast: Cast, project: Project, stage: str = "sandbox") -> StageApplication:
    return actions.apply_for_stage(
        viewer=viewer_of_person(cast.rep_a),
        project=project,
        stage=Stage.objects.get(slug=stage),
        statement_en="We are ready.",
    )


def _commented(cast: Cast, project: Project, stage: str = "sandbox") -> StageApplication:
    """An application whose comment period is over."""
    made = actions.open_comments(
        viewer=viewer_of_person(cast.rep_a), application=_applied(cast, project, stage)
    )
    StageApplication.objects.filter(pk=made.pk).update(
        comment_until=database_now() - timedelta(seconds=1)
    )
    made.refresh_from_db()
    return made


def _voted(committee: Chamber, application: StageApplication, positions: str) -> None:
    put = actions.put_to_body(
        viewer=committee.viewer(2), application=application, seat=committee.seat(2)
    )
    proposal = put.proposal
    assert proposal is not None
    proposal = governance.second(
        viewer=committee.viewer(3), proposal=proposal, seat=committee.seat(3)
    )
    vote = committee.call(proposal)
    committee.cast_all(vote, positions)
    governance.close_vote(vote_id=overdue(vote).pk)


def test_a_carried_vote_moves_the_stage(cast: Cast, project: Project, committee: Chamber) -> None:
    application = _commented(cast, project)
    _voted(committee, application, "fff")
    application.refresh_from_db()
    project.refresh_from_db()
    assert application.state == "granted"
    assert project.stage is not None
    assert project.stage.slug == "sandbox"
    step = project.track.get(kind="stage")
    assert step.decision_number == application.decision_number != ""
    assert project.changes.get(kind="stage").fields == {"stage": ["", "sandbox"]}
    html = Client().get("/en/projects/suite/").content.decode()
    assert f"/en/governance/decisions/{step.decision_number}/" in html


def test_a_lost_vote_moves_nothing_and_the_project_may_ask_again(
    cast: Cast, project: Project, committee: Chamber
) -> None:
    first = _commented(cast, project)
    _voted(committee, first, "aaa")
    project.refresh_from_db()
    assert project.stage is None
    assert (
        "Not granted"
        in Client().get(f"/en/projects/applications/{first.reference}/").content.decode()
    )
    second = _applied(cast, project)
    first.refresh_from_db()
    assert (first.state, second.reference) == ("refused", "suite-sandbox-2")


def test_nothing_is_decided_while_comments_are_open(
    cast: Cast, project: Project, committee: Chamber
) -> None:
    application = actions.open_comments(
        viewer=viewer_of_person(cast.rep_a), application=_applied(cast, project)
    )
    with pytest.raises(ApplicationRefused) as refusal:
        actions.put_to_body(
            viewer=committee.viewer(2), application=application, seat=committee.seat(2)
        )
    assert refusal.value.code == "comments-open"
    effect = effects.get("projects.advance_stage")
    with pytest.raises(EffectRefused):
        effect.check({"application": application.reference})


@pytest.mark.parametrize("params", [{}, {"application": 5}, {"application": "nothing-1"}])
def test_an_effect_without_its_application_is_refused(
    project: Project, params: dict[str, Any]
) -> None:
    with pytest.raises(EffectRefused):
        effects.get("projects.advance_stage").check(params)


def test_an_application_keeps_the_criteria_it_began_with(cast: Cast, project: Project) -> None:
    application = _applied(cast, project)
    actions.publish_criteria(
        number=2, note_en="Second", note_fr="Deuxième",
        criteria=[{"stage": "sandbox", "code": "S9", "text_en": "Is better", "text_fr": "Est mieux"}],
    )  # fmt: skip
    actions.open_comments(viewer=viewer_of_person(cast.rep_a), application=application)
    html = Client().get(f"/en/projects/applications/{application.reference}/").content.decode()
    assert "Judged by version 1" in html
    assert "A newer version has been published since" in html
    assert "S9" not in html
    other = CriteriaVersion.objects.get(number=2).criteria.get()
    with pytest.raises(ApplicationRefused) as refusal:
        actions.add_evidence(
            viewer=viewer_of_person(cast.rep_a), application=application, criterion=other, note="x"
        )
    assert refusal.value.code == "wrong-criterion"


def test_a_hint_says_what_was_counted_and_decides_nothing(
    cast: Cast, project: Project, committee: Chamber
) -> None:
    application = _commented(cast, project)
    html = Client().get(f"/en/projects/applications/{application.reference}/").content.decode()
    assert "Licences known: 0 counted in this entry, 1 asked for." in html
    assert "It does not look met." in html
    _voted(committee, application, "fff")
    project.refresh_from_db()
    assert project.stage is not None  # people decided


def test_stages_are_taken_one_by_one(cast: Cast, project: Project) -> None:
    for slug in ("incubating", "archived"):
        with pytest.raises(ApplicationRefused) as refusal:
            _applied(cast, project, slug)
        assert refusal.value.code == "stage-out-of-order"


def test_archiving_is_announced_longer(cast: Cast, project: Project) -> None:
    project.stage = Stage.objects.get(slug="sandbox")
    project.save()
    application = actions.open_comments(
        viewer=viewer_of_person(cast.rep_a), application=_applied(cast, project, "archived")
    )
    assert application.comment_until is not None
    assert (application.comment_until - database_now()).days == 27
    assert "to be archived" in Client().get("/en/projects/suite/").content.decode()


def test_one_application_at_a_time(cast: Cast, project: Project) -> None:
    application = _applied(cast, project)
    with pytest.raises(ApplicationRefused) as refusal:
        _applied(cast, project)
    assert refusal.value.code == "application-open"
    with pytest.raises(IntegrityError), transaction.atomic():
        StageApplication.objects.create(
            reference="x", project=project, stage=application.stage, version=application.version, author=cast.rep_a,
            statement_en="x",
        )  # fmt: skip
    actions.withdraw_application(viewer=viewer_of_person(cast.rep_a), application=application)
    _applied(cast, project)


@pytest.mark.parametrize("who", ["rep_b", "engineer_a", "outsider", "staff"])
def test_only_those_who_run_a_project_apply(cast: Cast, project: Project, who: str) -> None:
    viewer = viewer_of_person(getattr(cast, who))
    with pytest.raises(NotAllowed):
        actions.apply_for_stage(
            viewer=viewer,
            project=project,
            stage=Stage.objects.get(slug="sandbox"),
            statement_en="x",
        )


def test_a_lead_may_apply_until_the_lead_ends(cast: Cast, project: Project) -> None:
    lead = project.leads.create(person=cast.outsider, since=date(2026, 1, 1))
    made = actions.apply_for_stage(
        viewer=viewer_of_person(cast.outsider),
        project=project,
        stage=Stage.objects.get(slug="sandbox"),
        statement_en="x",
    )
    lead.until = date(2026, 1, 2)
    lead.save()
    with pytest.raises(NotAllowed):
        actions.open_comments(viewer=viewer_of_person(cast.outsider), application=made)


def test_drafts_are_seen_by_their_own_people_only(cast: Cast, project: Project) -> None:
    application = _applied(cast, project)
    client = Client()
    assert client.get(f"/en/projects/applications/{application.reference}/").status_code == 404
    assert application.reference not in client.get("/en/projects/stages/").content.decode()
    for who, status in (("rep_b", 404), ("outsider", 404), ("rep_a", 200), ("engineer_a", 200)):
        client.force_login(getattr(cast, who))
        assert (
            client.get(f"/en/projects/applications/{application.reference}/desk/").status_code
            == status
        )


def test_comments_are_public_kept_and_in_time(cast: Cast, project: Project) -> None:
    application = actions.open_comments(
        viewer=viewer_of_person(cast.rep_a), application=_applied(cast, project)
    )
    comment = actions.comment_on(
        viewer=viewer_of_person(cast.outsider), application=application, text="<b>Good</b>"
    )
    html = Client().get(f"/en/projects/applications/{application.reference}/").content.decode()
    assert "&lt;b&gt;Good&lt;/b&gt;" in html
    with pytest.raises(DatabaseError), transaction.atomic():
        comment.delete()
    StageApplication.objects.filter(pk=application.pk).update(
        comment_until=database_now() - timedelta(seconds=1)
    )
    with pytest.raises(ApplicationRefused):
        actions.comment_on(
            viewer=viewer_of_person(cast.outsider), application=application, text="late"
        )


def test_the_database_refuses_moves_the_rules_do_not_know(cast: Cast, project: Project) -> None:
    application = _applied(cast, project)
    with pytest.raises(DatabaseError), transaction.atomic():
        StageApplication.objects.filter(pk=application.pk).update(
            state="granted",
            decision_number="X-1",
            opened_at=database_now(),
            comment_until=database_now(),
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        CriteriaVersion.objects.update(comment_days=0)


def test_a_decision_adopts_a_project(cast: Cast, project: Project) -> None:
    hidden = ProjectFactory(slug="newcomer", is_listed=False, tier="supported")
    effect = effects.get("projects.adopt_project")
    params = {"project": "newcomer", "tier": "managed"}
    effect.check(params)
    effect.apply(params=params, decision_number="TOC-2026-009", decided_at=database_now())
    hidden.refresh_from_db()
    assert (hidden.is_listed, hidden.tier) == (True, "managed")
    assert hidden.track.get().decision_number == "TOC-2026-009"
    with pytest.raises(EffectRefused):
        effect.check(params)
    for wrong in (
        {"project": "nobody", "tier": "managed"},
        {"project": "newcomer", "tier": "core"},
    ):
        with pytest.raises(EffectRefused):
            effect.check(wrong)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ((2026, 1, 31), (2027, 1, 31)),
        ((2024, 2, 29), (2025, 2, 28)),
        ((2026, 12, 15), (2027, 12, 15)),
    ],
)
def test_a_review_is_due_after_a_year(
    last: tuple[int, int, int], due: tuple[int, int, int]
) -> None:
    assert review_due_on(date(*last), 12) == date(*due)


@pytest.mark.parametrize(
    ("current", "wanted", "is_end", "at_end", "fits"),
    [(None, 1, False, False, True), (None, 2, False, False, False), (None, 3, True, False, False),
     (1, 2, False, False, True), (1, 1, False, False, False), (2, 1, False, False, False), (1, 3, True, False, True),
     (3, 1, False, True, True), (3, 2, False, True, False)],
)  # fmt: skip
def test_which_stage_may_be_asked_for(
    current: int | None, wanted: int, is_end: bool, at_end: bool, fits: bool
) -> None:
    assert (
        may_apply_for(current=current, wanted=wanted, wanted_is_end=is_end, current_is_end=at_end)
        is fits
    )


def test_every_end_is_an_end() -> None:
    assert {state for state, targets in MOVES.items() if not targets} == {
        State.GRANTED,
        State.REFUSED,
        State.WITHDRAWN,
    }


def test_who_sits_in_a_deciding_body_sees_what_waits(
    cast: Cast, project: Project, committee: Chamber
) -> None:
    application = _commented(cast, project)
    client = Client()
    client.force_login(committee.person(2))
    html = client.get("/en/members/me/").content.decode()
    assert "Ready for a body" in html
    assert f"/en/projects/applications/{application.reference}/desk/" in html
    client.force_login(cast.engineer_a)
    assert "Ready for a body" not in client.get("/en/members/me/").content.decode()


def test_beat_notes_a_refusal_and_tells_the_editors(
    cast: Cast, project: Project, committee: Chamber
) -> None:
    application = _commented(cast, project)
    _voted(committee, application, "aaa")
    assert (actions.settle_applications(), actions.settle_applications()) == (1, 0)
    letter = Notice.objects.get(kind="project", about=f"application:{application.pk}:ended")
    assert (letter.person, letter.subject) == (cast.rep_a, "Refused: Suite: Sandbox")


def test_a_carried_vote_whose_effect_failed_is_no_refusal(
    cast: Cast, project: Project, committee: Chamber, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = _commented(cast, project)
    effect = type(effects.get("projects.advance_stage"))

    def fails(*args: object, **kwargs: object) -> None:
        raise EffectRefused("Not now", code="not-now")

    monkeypatch.setattr(effect, "apply", fails)
    _voted(committee, application, "fff")
    assert actions.settle_applications() == 0
    application.refresh_from_db()
    assert application.state == "proposed"
