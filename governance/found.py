"""What of this room can be found: bodies, proposals, decisions, documents, elections, meetings."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from alliance.viewer import ANONYMOUS
from governance.models import Body, Decision, Document, Election, Meeting, Proposal
from search.excerpts import plain
from search.sources import Described, Source, Watch, joined, languages_of


def _line(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _body(row: Body) -> Described:
    return Described(
        title=row.name, text=joined(plain(row.purpose), row.code), note=row.search_note,
        languages=languages_of(row, "name"),
    )  # fmt: skip


def _proposal(row: Proposal) -> Described:
    latest = max(row.revisions.all(), key=lambda revision: revision.number, default=None)
    return Described(
        title=row.title, text=plain(latest.text) if latest else "",
        note=_line(row.search_note, row.body, date_format(row.state_since, "DATE_FORMAT")),
        languages=languages_of(row, "title"), facets=(f"year:{row.state_since.year}",),
        updated=row.state_since,
    )  # fmt: skip


def _decision(row: Decision) -> Described:
    return Described(
        title=str(row), text=plain(row.text),
        note=_line(row.search_note, row.body, date_format(row.decided_at, "DATE_FORMAT")),
        languages=languages_of(row, "title"), facets=(f"year:{row.year}",), updated=row.decided_at,
    )  # fmt: skip


def _document(row: Document) -> Described:
    latest = max(row.versions.all(), key=lambda version: version.number, default=None)
    if latest is None:
        return Described(title=row.slug, note=_line(row.get_kind_display(), row.body))
    return Described(
        title=latest.title, text=joined(plain(latest.text), latest.decision_number, row.slug),
        note=_line(row.get_kind_display(), row.body, latest.decision_number),
        languages=languages_of(latest, "title"), facets=(f"year:{latest.adopted_at.year}",),
        updated=latest.adopted_at,
    )  # fmt: skip


def _election(row: Election) -> Described:
    at = row.ended_at or row.opens_at or row.announced_at
    return Described(
        title=row.title, text=joined(plain(row.text), row.number),
        note=_line(row.get_state_display(), row.fills, date_format(at, "DATE_FORMAT")),
        languages=languages_of(row, "title"), facets=(f"year:{at.year}",), updated=at,
    )  # fmt: skip


def _meeting(row: Meeting) -> Described:
    return Described(
        title=row.title, text=row.place,
        note=_line(row.get_state_display(), row.body, date_format(row.starts_at, "DATE_FORMAT")),
        languages=languages_of(row, "title"), facets=(f"year:{row.starts_at.year}",), updated=row.changed_at,
    )  # fmt: skip


def _proposals() -> Any:
    rows = Proposal.objects.visible_to(ANONYMOUS).select_related("body")
    return rows.prefetch_related("revisions")


SOURCES = (
    Source(
        "bodies", _("Bodies and working groups"), 60, lambda: Body.objects.visible_to(ANONYMOUS), _body,
        (Watch("governance_body"),),
    ),
    Source(
        "proposals", _("Proposals"), 55, _proposals, _proposal,
        (Watch("governance_proposal"), Watch("governance_revision", "proposal_id")),
    ),
    Source(
        "decisions", _("Decisions"), 50,
        lambda: Decision.objects.visible_to(ANONYMOUS).select_related("body"), _decision,
        (Watch("governance_decision"),),
    ),
    Source(
        "documents", _("Standards and documents"), 52,
        lambda: Document.objects.visible_to(ANONYMOUS).with_latest(), _document,
        (Watch("governance_document"), Watch("governance_documentversion", "document_id")),
    ),
    Source(
        "elections", _("Elections"), 58,
        lambda: Election.objects.visible_to(ANONYMOUS).select_related("fills"), _election,
        (Watch("governance_election"),),
    ),
    Source(
        "meetings", _("Meetings"), 65,
        lambda: Meeting.objects.visible_to(ANONYMOUS).select_related("body"), _meeting,
        (Watch("governance_meeting"),),
    ),
)  # fmt: skip
