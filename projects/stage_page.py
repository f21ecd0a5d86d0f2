"""What the page of an application shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from projects.hints import Hint, hint_of
from projects.models import Criterion, Evidence, StageApplication
from projects.rules.applications import State


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion with what was shown for it and what the portal counted."""

    criterion: Criterion
    evidence: list[Evidence]
    hint: Hint | None


def criteria_of(application: StageApplication) -> Any:
    """Return the criteria of the frozen version for the stage asked for."""
    return application.version.criteria.filter(stage=application.stage_id)


def first_bare(application: StageApplication) -> str:
    """Return the code of the first criterion that nothing has been shown for, or nothing."""
    shown = application.evidence.values("criterion")
    row = criteria_of(application).exclude(pk__in=shown).first()
    return row.code if row else ""


def context(application: StageApplication, now: datetime) -> dict[str, Any]:
    """Return everything the page shows."""
    evidence = list(application.evidence.select_related("criterion", "added_by"))
    lines = [
        Line(
            row,
            [item for item in evidence if item.criterion_id == row.pk],
            hint_of(row, application.project),
        )
        for row in criteria_of(application)
    ]
    return {
        "application": application,
        "project": application.project,
        "lines": lines,
        "comments": list(application.comments.select_related("author", "organisation")),
        "state_name": state_name(application),
        "comments_open": comments_open(application, now),
        "may_be_decided": application.state == State.COMMENT and not comments_open(application, now),
        "is_latest_version": not type(application.version).objects.filter(
            number__gt=application.version.number
        ).exists(),
    }  # fmt: skip


def comments_open(application: StageApplication, now: datetime) -> bool:
    """Say whether one may comment now."""
    until = application.comment_until
    return application.state == State.COMMENT and until is not None and now <= until


def state_name(application: StageApplication) -> str:
    """Say where an application is; one whose proposal has failed reads as refused before anybody touches it."""
    names = {
        State.DRAFT: _("Draft"),
        State.COMMENT: _("Open for comments"),
        State.PROPOSED: _("Before the body"),
        State.GRANTED: _("Granted"),
        State.REFUSED: _("Not granted"),
        State.WITHDRAWN: _("Withdrawn"),
    }
    state = State(application.state)
    proposal = application.proposal
    if state is State.PROPOSED and proposal is not None:
        if proposal.state == "decided":
            state = State.REFUSED
        elif proposal.state in {"withdrawn", "lapsed"}:
            state = State.WITHDRAWN
    return names[state]
