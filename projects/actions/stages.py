"""An application from its draft to the decision that moves the stage."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import actions as governance
from governance.actions import Draft
from governance.models import Seat
from governance.rules import ProposalState
from members.models import Person
from projects import announcing, letters, policies
from projects.errors import ApplicationRefused, NotAllowed
from projects.models import (
    ApplicationComment,
    CriteriaVersion,
    Criterion,
    Evidence,
    Project,
    ProjectChange,
    ReviewCall,
    Stage,
    StageApplication,
    TrackEntry,
    YearlyReview,
)
from projects.rules.applications import EVIDENCE_MAY_CHANGE, MOVES, OPEN, State, may_apply_for

EFFECT = "projects.advance_stage"
ENDED = {
    ProposalState.DECIDED.value: State.REFUSED,
    ProposalState.WITHDRAWN.value: State.WITHDRAWN,
    ProposalState.LAPSED.value: State.WITHDRAWN,
}


@transaction.atomic
def apply_for_stage(
    *, viewer: Viewer, project: Project, stage: Stage, statement_en: str, statement_fr: str = ""
) -> StageApplication:
    """Begin an application under today's criteria; they stay its criteria whatever is published later."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    now = database_now()
    person = _editor(viewer, project, now)
    for earlier in project.applications.filter(state=State.PROPOSED.value).select_related(
        "proposal"
    ):
        settle(earlier, now)
    if project.applications.filter(state__in=[state.value for state in OPEN]).exists():
        raise ApplicationRefused(
            _(
                "The project has an application that is not at its end. Finish or withdraw it first."
            ),
            code="application-open",
        )
    _check_step(project, stage)
    version = CriteriaVersion.objects.current()
    if version is None:
        raise ApplicationRefused(_("No criteria have been published yet."), code="no-criteria")
    number = project.applications.filter(stage=stage).count() + 1
    application = StageApplication.objects.create(
        reference=f"{project.slug}-{stage.slug}-{number}", project=project, stage=stage, version=version,
        statement_en=statement_en, statement_fr=statement_fr, author=person,
        organisation=policies.organisation_for(viewer, project, now.date()),
    )  # fmt: skip
    return application


def _check_step(project: Project, stage: Stage) -> None:
    current = project.stage
    fits = may_apply_for(
        current=current.position if current else None, wanted=stage.position, wanted_is_end=stage.is_end,
        current_is_end=bool(current and current.is_end),
    )  # fmt: skip
    if not fits:
        raise ApplicationRefused(
            _(
                "From where the project stands it cannot ask for “%(stage)s”: stages are taken one by one."
            )
            % {"stage": stage},
            code="stage-out-of-order",
        )


@transaction.atomic
def add_evidence(
    *,
    viewer: Viewer,
    application: StageApplication,
    criterion: Criterion,
    url: str = "",
    note: str = "",
) -> Evidence:
    """Show something for a criterion of the application's own version."""
    application = _locked(application)
    now = database_now()
    person = _editor(viewer, application.project, now)
    if State(application.state) not in EVIDENCE_MAY_CHANGE:
        raise ApplicationRefused(
            _("Evidence can be added until the application is put to a body."), code="too-late"
        )
    if criterion.version_id != application.version_id or criterion.stage_id != application.stage_id:
        raise ApplicationRefused(
            _("That criterion is not one of this application’s."), code="wrong-criterion"
        )
    if not url and not note:
        raise ApplicationRefused(_("Give a link or a sentence."), code="evidence-empty")
    row = Evidence.objects.create(
        application=application, criterion=criterion, url=url, note=note, added_by=person
    )
    _changed(application)
    return row


@transaction.atomic
def open_comments(*, viewer: Viewer, application: StageApplication) -> StageApplication:
    """Make the application public; the period follows from its version, longer where a project is to be archived."""
    application = _locked(application)
    now = database_now()
    _editor(viewer, application.project, now)
    version = application.version
    days = version.archive_notice_days if application.stage.is_end else version.comment_days
    _move(application, State.COMMENT, opened_at=now, comment_until=now + timedelta(days=days))
    letters.comments_opened(application, now)
    return application


@transaction.atomic
def comment_on(*, viewer: Viewer, application: StageApplication, text: str) -> ApplicationComment:
    """Say something of an application while comments are open; anybody signed in may."""
    application = _locked(application)
    now = database_now()
    if viewer.person_id is None:
        raise NotAllowed(_("Sign in to comment."))
    if (
        application.state != State.COMMENT
        or application.comment_until is None
        or now > application.comment_until
    ):
        raise ApplicationRefused(
            _("Comments on this application are not open."), code="comments-closed"
        )
    person = Person.objects.get(pk=viewer.person_id)
    organisation = person.affiliations.current(now.date()).select_related("organisation").first()
    comment = ApplicationComment.objects.create(
        application=application, author=person, text=text,
        organisation=organisation.organisation if organisation else None,
    )  # fmt: skip
    _changed(application)
    return comment


@transaction.atomic
def put_to_body(*, viewer: Viewer, application: StageApplication, seat: Seat) -> StageApplication:
    """Propose the step to a body as one of its seats, with the effect that carries it out."""
    application = _locked(application)
    check_may_decide(application, database_now())
    proposal = governance.propose(viewer=viewer, seat=seat, draft=draft_of(application))
    governance.open_discussion(viewer=viewer, proposal=proposal)
    _move(application, State.PROPOSED, proposal=proposal)
    return application


def check_may_decide(application: StageApplication, now: datetime) -> None:
    """Refuse an application that is not public, or whose comment period runs."""
    if application.state not in {State.COMMENT.value, State.PROPOSED.value}:
        raise ApplicationRefused(
            _("The application “%(reference)s” is not open for decision.")
            % {"reference": application.reference},
            code="application-state",
        )
    assert application.comment_until is not None  # a public application has a period
    if now < application.comment_until:
        raise ApplicationRefused(
            _("Comments on “%(reference)s” are open until %(day)s. Decide afterwards.")
            % {
                "reference": application.reference,
                "day": application.comment_until.date().isoformat(),
            },
            code="comments-open",
        )


def draft_of(application: StageApplication) -> Draft:
    """Return the proposal that puts an application to a body."""
    project, stage = application.project, application.stage
    path = f"/projects/applications/{application.reference}/"
    return Draft(
        title_en=f"Move “{project.name}” to the stage “{stage.name_en}”"[:160],
        title_fr=f"Faire passer « {project.name} » à la phase « {stage.name_fr} »"[:160],
        text_en=f"Application, evidence and comments: [{application.reference}](/en{path}).\n\n"
        f"It is judged by version {application.version.number} of the criteria.",
        text_fr=f"Demande, pièces et commentaires : [{application.reference}](/fr{path}).\n\n"
        f"Elle est jugée selon la version {application.version.number} des critères.",
        effect_kind=EFFECT, effect_params={"application": application.reference},
    )  # fmt: skip


@transaction.atomic
def grant_stage(*, reference: str, decision_number: str, decided_at: datetime) -> Project:
    """Move the stage; called by the decision's effect, inside its transaction."""
    application = (
        StageApplication.objects.select_for_update(of=("self",)).select_related("project", "stage", "version")
        .filter(reference=reference).first()
    )  # fmt: skip
    if application is None:
        raise ApplicationRefused(
            _("There is no application “%(reference)s”.") % {"reference": reference},
            code="application-unknown",
        )
    check_may_decide(application, decided_at)
    project = Project.objects.select_for_update().get(pk=application.project_id)
    _check_step(project, application.stage)
    before = project.stage.slug if project.stage else ""
    project.stage = application.stage
    project.save(update_fields=["stage", "updated_at"])
    TrackEntry.objects.create(
        project=project, on=decided_at.date().isoformat(), kind=TrackEntry.Kind.STAGE, stage=application.stage,
        decision_number=decision_number,
    )  # fmt: skip
    ProjectChange.objects.create(
        project=project, kind=ProjectChange.Kind.STAGE, note=decision_number,
        fields={"stage": [before, application.stage.slug]},
    )  # fmt: skip
    announcing.tell(project, ["stage"])
    _move(application, State.GRANTED, decision_number=decision_number, ended_at=decided_at)
    letters.application_ended(application, decided_at)
    purge("projects", f"project:{project.slug}")
    return project


@transaction.atomic
def withdraw_application(*, viewer: Viewer, application: StageApplication) -> StageApplication:
    """Take an application back, as long as no body has it."""
    application = _locked(application)
    now = database_now()
    _editor(viewer, application.project, now)
    if application.state == State.PROPOSED:
        raise ApplicationRefused(
            _("The application is before a body. Its proposal has to be withdrawn there."),
            code="application-state",
        )
    _move(application, State.WITHDRAWN, ended_at=now)
    return application


def settle(application: StageApplication, now: datetime) -> None:
    """Note that a body refused an application, or that its proposal was withdrawn or lapsed."""
    proposal = application.proposal
    end = ENDED.get(proposal.state) if proposal else None
    if end is not None and application.state == State.PROPOSED:
        _move(application, end, ended_at=now)
        letters.application_ended(application, now)


@transaction.atomic
def give_review(*, viewer: Viewer, project: Project, standing: str, text: str) -> YearlyReview:
    """Give the yearly account of a project."""
    now = database_now()
    person = _editor(viewer, project, now)
    review = YearlyReview.objects.create(
        project=project, standing=YearlyReview.Standing(standing), text=text, author=person
    )
    call = ReviewCall.objects.filter(project=project, review=None).first()
    if call is not None:
        ReviewCall.objects.filter(pk=call.pk, review=None).update(review=review)
    purge(f"project:{project.slug}")
    return review


def _editor(viewer: Viewer, project: Project, now: datetime) -> Person:
    if not policies.may_edit(viewer, project, now.date()):
        raise NotAllowed(
            _(
                "Only the project’s leads and representatives of organisations that run it may do this."
            )
        )
    return Person.objects.get(pk=viewer.person_id)


def _locked(application: StageApplication) -> StageApplication:
    rows = StageApplication.objects.select_for_update(of=("self",))
    return rows.select_related("project", "stage", "version", "proposal").get(pk=application.pk)


def _move(application: StageApplication, to: State, **columns: object) -> None:
    """Bring a locked application to a state, or refuse."""
    if to not in MOVES[State(application.state)]:
        raise ApplicationRefused(
            _("The application “%(reference)s” is not where this could happen.")
            % {"reference": application.reference},
            code="application-state",
        )
    application.state = to.value
    for name, value in columns.items():
        setattr(application, name, value)
    application.save(update_fields=["state", *columns])
    _changed(application)


def _changed(application: StageApplication) -> None:
    purge(
        "applications",
        f"application:{application.reference}",
        f"project:{application.project.slug}",
    )
