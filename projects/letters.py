"""Letters about stages and reviews: each said once, in the reader's language, sent with those of governance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from governance.models import Notice, Office
from governance.notices import Words, local, write_letters
from members.models import Affiliation, Person
from projects import policies
from projects.models import Project, ProjectLead, ReviewCall, StageApplication
from projects.portal_identity import absolute
from projects.rules.applications import State


def comments_opened(application: StageApplication, now: datetime) -> int:
    """Tell editors and the officers who decide that comments are open, or that a project is to be archived."""
    project, stage = application.project, application.stage

    def words(person: Person) -> tuple[str, str]:
        named = {"project": project, "stage": stage}
        subject = (
            _("%(project)s is to be archived") if stage.is_end
            else _("%(project)s applies for the stage “%(stage)s”")
        ) % named  # fmt: skip
        return subject, _until(application, person)

    people = _editors(project, now.date()) | _officers(project, now.date())
    return _write(people, f"application:{application.pk}:opened", words, now)


def comments_end_soon(application: StageApplication, now: datetime) -> int:
    """Tell the same people that the period is about to end."""

    def words(person: Person) -> tuple[str, str]:
        subject = _("Comments close soon: %(application)s") % {"application": application}
        return subject, _until(application, person)

    people = _editors(application.project, now.date()) | _officers(application.project, now.date())
    return _write(people, f"application:{application.pk}:closing", words, now)


def application_ended(application: StageApplication, now: datetime) -> int:
    """Tell editors what became of an application: granted, refused, or back from the body undecided."""

    def words(person: Person) -> tuple[str, str]:
        named = {"application": application}
        subject = {
            State.GRANTED: _("Granted: %(application)s"),
            State.REFUSED: _("Refused: %(application)s"),
            State.WITHDRAWN: _("Returned undecided: %(application)s"),
        }[State(application.state)] % named
        lines = [str(application), _address(application)]
        if application.state == State.WITHDRAWN:
            lines.insert(1, _("The body did not decide on it. You can apply again."))
        return subject, "\n\n".join(lines)

    people = _editors(application.project, now.date())
    return _write(people, f"application:{application.pk}:ended", words, now)


def review_asked_for(call: ReviewCall, now: datetime) -> int:
    """Ask a project's editors for the yearly account."""
    project = call.project

    def words(person: Person) -> tuple[str, str]:
        subject = _("The yearly review of %(project)s is due") % {"project": project}
        text = _("Please give the yearly account of %(project)s by %(day)s.") % {
            "project": project, "day": date_format(call.due_on, "DATE_FORMAT"),
        }  # fmt: skip
        return subject, f"{text}\n\n{absolute(reverse('projects:review', args=[project.slug]))}"

    return _write(_editors(project, now.date()), f"review:{call.pk}", words, now)


def _write(people: Q, about: str, words: Words, now: datetime) -> int:
    rows: Iterable[Person] = Person.objects.filter(people, is_active=True).distinct()
    return write_letters(rows, Notice.Kind.PROJECT, about, words, now, None)


def _until(application: StageApplication, person: Person) -> str:
    assert application.comment_until is not None  # a public application has a period
    text = _("Comments are open until %(moment)s.") % {
        "moment": local(application.comment_until, person)
    }
    return "\n\n".join([str(application), text, _address(application)])


def _address(application: StageApplication) -> str:
    return absolute(application.get_absolute_url())


def _editors(project: Project, on: date) -> Q:
    """Leads in force, and representatives of organisations that run the project."""
    in_force = Q(until=None) | Q(until__gte=on)
    leads = ProjectLead.objects.filter(in_force, project=project, since__lte=on)
    running = project.participations.filter(in_force, role__in=policies.RUNNING)
    speakers = Affiliation.objects.current(on).filter(
        role__in=policies.ROLES, organisation__in=running.values("organisation")
    )
    return Q(pk__in=leads.values("person")) | Q(pk__in=speakers.values("person"))


def _officers(project: Project, on: date) -> Q:
    """Officers of bodies that decide on stages, and of the project's working group."""
    bodies = Q(body__kind__in=policies.DECIDING) | Q(body=project.working_group_id)
    return Q(pk__in=Office.objects.current(on).filter(bodies).values("person"))
