"""What beat does for stages: asks for yearly reviews, warns before comments close, notes what bodies decided."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from alliance.clock import database_now
from governance.models import Decision
from governance.rules import Outcome
from projects import letters, reviewing
from projects.actions.stages import settle
from projects.models import Project, ReviewCall, StageApplication
from projects.rules.applications import State

ASKED_BEFORE = timedelta(days=30)
WARNED_BEFORE = timedelta(days=2)


def open_reviews() -> int:
    """Open the yearly review of each project whose account is due within a month; each is opened once."""
    now, opened = database_now(), 0
    rows = Project.objects.filter(is_listed=True, stage__is_end=False).select_related("stage")
    for project in rows.prefetch_related("track"):
        due = reviewing.review_due(project, list(project.track.all()))
        if due is None or due - ASKED_BEFORE > now.date():
            continue
        with transaction.atomic():
            call, is_new = ReviewCall.objects.get_or_create(project=project, due_on=due)
            if is_new:
                letters.review_asked_for(call, now)
                opened += 1
    return opened


def warn_before_comments_close() -> int:
    """Write to those concerned two days before a comment period ends; nobody is told twice."""
    now, written = database_now(), 0
    closing = StageApplication.objects.filter(
        state=State.COMMENT.value, comment_until__gt=now, comment_until__lte=now + WARNED_BEFORE
    )
    for application in closing.for_list():
        written += letters.comments_end_soon(application, now)
    return written


def settle_applications() -> int:
    """Note for each application before a body whether the body refused it or let it go.

    A carried one whose effect failed stays as it is: the body did not refuse it, and its officers have been told.
    """
    settled = 0
    carried = Decision.objects.filter(outcome=Outcome.CARRIED.value)
    waiting = StageApplication.objects.filter(state=State.PROPOSED.value).exclude(
        proposal__in=carried.values("vote__proposal")
    )
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            rows = StageApplication.objects.select_for_update(of=("self",))
            application = rows.select_related("project", "stage", "version", "proposal").get(pk=pk)
            settle(application, database_now())
            settled += application.state != State.PROPOSED
    return settled
