"""What the pages of a meeting show: its agenda, who attended, whether the quorum was there, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance.viewer import ANONYMOUS, Viewer
from governance import charts
from governance.home import Decided, decided
from governance.models import AgendaItem, Attendance, Decision, Meeting, Minutes, Proposal
from governance.rules.meetings import ATTENDING, Presence, Quorum, quorum


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One point of an agenda as a reader may see it, with what was decided on it."""

    item: AgendaItem
    title: str
    proposal: Proposal | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class ShownQuorum:
    """Whether the quorum was there, in a sentence and as a bar."""

    quorum: Quorum
    sentence: str
    picture: SafeString


def agenda_of(meeting: Meeting, viewer: Viewer) -> list[ShownItem]:
    """Return the points in order; the title of what the viewer may not read is not shown."""
    items = list(meeting.agenda.in_order())
    wanted = [item.proposal_id for item in items if item.proposal_id]
    seen = {row.pk: row for row in Proposal.objects.visible_to(viewer).filter(pk__in=wanted)}
    rows = Decision.objects.filter(vote__meeting=meeting).select_related("vote")
    decisions = {row.vote.proposal_id: row for row in rows}
    shown = []
    for item in items:
        proposal = seen.get(item.proposal_id or 0)
        title = (
            str(proposal) if proposal else (item.title or _("A proposal that only members read"))
        )
        shown.append(ShownItem(item, title, proposal, decisions.get(item.proposal_id or 0)))
    return shown


def attendance_rows(meeting: Meeting) -> list[Attendance]:
    """Return how each seat attended, by its number."""
    rows = meeting.attendance.select_related("seat__organisation", "through__organisation")
    return list(rows.order_by("seat__number"))


def shown_quorum(meeting: Meeting, rows: list[Attendance]) -> ShownQuorum | None:
    """Weigh who attends against the body's rule; None before attendance is entered."""
    if not rows:
        return None
    there = [row.seat.number for row in rows if Presence(row.presence) in ATTENDING]
    found = quorum(meeting.body.rule, meeting.frozen_roll, there)
    numbers = {"there": found.attending, "base": found.base, "needed": found.whole}
    sentence = _("%(there)d of %(base)d attend.") % numbers + " "
    if not found.needed:
        sentence += _("The body’s rule asks for no quorum.")
    elif found.is_met:
        sentence += _("The quorum of %(needed)d is there.") % numbers
    else:
        sentence += _("The quorum of %(needed)d is missed.") % numbers
    picture = charts.meter(
        found.attending, found.base, label=sentence, line=found.whole if found.needed else None
    )
    return ShownQuorum(found, sentence, picture)


def decisions_of(meeting: Meeting) -> list[Decided]:
    """Return what was decided in the meeting."""
    rows = Decision.objects.visible_to(ANONYMOUS).for_list().filter(vote__meeting=meeting)
    return [decided(row) for row in rows.order_by("serial")]


def minutes_of(meeting: Meeting, viewer: Viewer) -> list[Minutes]:
    """Return the versions that the viewer may read, the latest first."""
    return list(Minutes.objects.visible_to(viewer).filter(meeting=meeting).order_by("-number"))


def draft_of(meeting: Meeting) -> dict[str, str]:
    """Return minutes to begin with, in both languages: what the portal knows already, and gaps to fill."""
    found = {}
    for language in ("en", "fr"):
        with translation.override(language):
            found[f"text_{language}"] = _draft(meeting)
    return found


def when(moment: datetime, zone: str) -> str:
    """Say a local time with the name of its zone."""
    return f"{date_format(moment, 'DATETIME_FORMAT')} ({zone})"


def _draft(meeting: Meeting) -> str:
    rows = attendance_rows(meeting)
    found = shown_quorum(meeting, rows)
    lines = [when(meeting.begins, meeting.time_zone), "", f"## {_('Attendance')}", ""]
    lines += [
        f"- {_('Seat %(number)d') % {'number': row.seat.number}}"
        + (f", {row.seat.organisation}" if row.seat.organisation else "")
        + f"{_(': ')}{str(row.get_presence_display()).lower()}"
        for row in rows
    ]
    lines += ["", found.sentence if found else ""]
    for shown in agenda_of(meeting, ANONYMOUS):
        lines += ["", f"## {shown.item.position}. {shown.title}", ""]
        if shown.decision:
            line = decided(shown.decision).line
            lines += [f"{shown.decision.number}{_(': ')}{line}."]
    return "\n".join(lines).strip()
