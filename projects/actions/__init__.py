"""Every change to projects and events: one function each, one transaction each."""

from projects.actions.adoption import adopt_project
from projects.actions.areas import record_area, record_stage, record_taxonomy
from projects.actions.criteria import publish_criteria
from projects.actions.entries import ProjectSheet, record_project
from projects.actions.events import EventSheet, record_event, record_series
from projects.actions.holding import (
    announce_event,
    announce_series,
    cancel_event,
    cancel_series,
    change_event,
    change_series,
    reinstate_event,
)
from projects.actions.learning import record_learning
from projects.actions.milestones import write_milestone
from projects.actions.parts import remove_part, write_part
from projects.actions.reviews import (
    open_reviews,
    settle_applications,
    warn_before_comments_close,
)
from projects.actions.sources import (
    check_now,
    curate_copy,
    pause_source,
    register_catalogue,
    register_manifest,
    resume_source,
    set_parts,
    withdraw_source,
)
from projects.actions.stages import (
    add_evidence,
    apply_for_stage,
    comment_on,
    give_review,
    grant_stage,
    open_comments,
    put_to_body,
    withdraw_application,
)

__all__ = [
    "EventSheet",
    "ProjectSheet",
    "add_evidence",
    "adopt_project",
    "announce_event",
    "announce_series",
    "apply_for_stage",
    "cancel_event",
    "cancel_series",
    "change_event",
    "change_series",
    "check_now",
    "comment_on",
    "curate_copy",
    "give_review",
    "grant_stage",
    "open_comments",
    "open_reviews",
    "pause_source",
    "publish_criteria",
    "put_to_body",
    "record_area",
    "record_event",
    "record_learning",
    "record_project",
    "record_series",
    "record_stage",
    "record_taxonomy",
    "register_catalogue",
    "register_manifest",
    "reinstate_event",
    "remove_part",
    "resume_source",
    "set_parts",
    "settle_applications",
    "warn_before_comments_close",
    "withdraw_application",
    "withdraw_source",
    "write_milestone",
    "write_part",
]
