"""Minutes: written in versions after the meeting, approved by a decision of the body, and then as they are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance.actions.meetings import check_officer, lock_meeting, note_meeting
from governance.actions.proposals import Draft, open_discussion, propose
from governance.errors import MeetingRefused, NotAllowed, WrongState
from governance.models import Meeting, Minutes, Proposal, Seat
from governance.rules.meetings import MeetingState

APPROVE = "governance.approve_minutes"
LONGEST = 18_000
"""Less than the text of a proposal may have, which the minutes become a part of."""


@transaction.atomic
def write_minutes(*, viewer: Viewer, meeting: Meeting, text_en: str, text_fr: str = "") -> Minutes:
    """Keep another version of a meeting's minutes, as an officer; an unchanged text adds none."""
    meeting = lock_meeting(meeting.pk)
    now = database_now()
    check_officer(viewer, meeting.body, now)
    _check_meeting(meeting)
    text_en, text_fr = text_en.strip(), text_fr.strip()
    if not (text_en or text_fr):
        raise MeetingRefused(_("Write the minutes in one language at least."), code="minutes-empty")
    if max(len(text_en), len(text_fr)) > LONGEST:
        raise MeetingRefused(
            _("Minutes have at most 18,000 characters in each language."), code="minutes-too-long"
        )
    latest = meeting.minutes.order_by("-number").first()
    if latest is not None:
        if (latest.text_en, latest.text_fr) == (text_en, text_fr):
            return latest
        if approval_of(latest) is not None:
            raise WrongState(
                _("Version %(number)d is put to approval. Withdraw that proposal, or wait for its decision.")
                % {"number": latest.number},
                code="minutes-put",
            )  # fmt: skip
    written = Minutes.objects.create(
        meeting=meeting, number=latest.number + 1 if latest else 1, text_en=text_en, text_fr=text_fr,
        author_id=viewer.person_id, written_at=now,
    )  # fmt: skip
    note_meeting("minutes-written", meeting, viewer, now, version=written.number)
    return written


@transaction.atomic
def put_minutes(*, viewer: Viewer, meeting: Meeting, seat: Seat) -> Proposal:
    """Propose to approve the latest version, for a seat of the body, and open that for discussion."""
    meeting = lock_meeting(meeting.pk)
    _check_meeting(meeting)
    latest = meeting.minutes.order_by("-number").first()
    if latest is None:
        raise MeetingRefused(_("Nobody has written minutes yet."), code="minutes-missing")
    if latest.is_approved or approval_of(latest) is not None:
        raise WrongState(
            _("Version %(number)d is approved or put to approval already.")
            % {"number": latest.number},
            code="minutes-put",
        )
    if seat.body_id != meeting.body_id:
        raise NotAllowed(_("Only the holder of a seat of this body puts its minutes to approval."))
    proposal = propose(
        viewer=viewer, seat=seat, draft=_draft(meeting, latest), audience=Proposal.Audience.MEMBERS
    )
    proposal = open_discussion(viewer=viewer, proposal=proposal)
    note_meeting("minutes-put", meeting, viewer, database_now(), version=latest.number)
    return proposal


def approve_minutes(minutes: Minutes, *, decision_number: str, decided_at: datetime) -> None:
    """Mark a version as approved, in the closing transaction of its decision."""
    Minutes.objects.filter(pk=minutes.pk, state=Minutes.State.DRAFT).update(
        state=Minutes.State.APPROVED, decision_number=decision_number, approved_at=decided_at
    )
    meeting = minutes.meeting
    purge(f"meeting:{meeting.pk}", f"body:{meeting.body.slug}", "governance")


def approval_of(minutes: Minutes) -> Proposal | None:
    """Return the proposal under way that would approve a version."""
    wanted = {"meeting": str(minutes.meeting_id), "version": str(minutes.number)}
    rows = Proposal.objects.unfinished().filter(effect_kind=APPROVE, effect_params=wanted)
    return rows.exclude(state="draft").first()


def _check_meeting(meeting: Meeting) -> None:
    if meeting.state not in (MeetingState.OPEN, MeetingState.CLOSED):
        raise WrongState(_("Minutes are written of a meeting that has begun."))
    if not meeting.attendance.exists():
        raise MeetingRefused(
            _("Enter first who attended: minutes without attendance are not kept."),
            code="attendance-missing",
        )


def _draft(meeting: Meeting, minutes: Minutes) -> Draft:
    """Return the proposal: the minutes themselves are its text, so that its digest binds them."""
    said = {}
    for language, text in (("en", minutes.text_en), ("fr", minutes.text_fr)):
        with translation.override(language):
            words = {"title": meeting.title, "number": minutes.number}
            said[f"title_{language}"] = _("Approve the minutes of “%(title)s”, version %(number)d") % words  # fmt: skip
            said[f"text_{language}"] = (
                _("The body approves these minutes of “%(title)s”, version %(number)d:") % words
                + f"\n\n{text or minutes.text}"
            )
    return Draft(
        title_en=said["title_en"][:160], title_fr=said["title_fr"][:160], text_en=said["text_en"],
        text_fr=said["text_fr"], effect_kind=APPROVE,
        effect_params={"meeting": str(meeting.pk), "version": str(minutes.number)},
    )  # fmt: skip
