"""The questions asked about elections."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

from alliance.viewer import Viewer
from governance.querysets import _all

if TYPE_CHECKING:
    from governance.models import elections as rows  # noqa: F401 - named in strings


class ElectionQuerySet(models.QuerySet["rows.Election"]):
    """Elections are public from their announcement."""

    def visible_to(self, viewer: Viewer) -> ElectionQuerySet:
        return self.all()

    def open(self) -> ElectionQuerySet:
        """Those that take ballots, the next to close first."""
        return self.filter(state="open").order_by("closes_at", "pk")

    def unfinished(self) -> ElectionQuerySet:
        """Those a worker has to look at: open ones and those waiting for a draw."""
        return self.filter(state__in=["open", "drawing"]).order_by("closes_at", "pk")

    def under_way(self) -> ElectionQuerySet:
        """Those that are neither counted nor cancelled."""
        return self.filter(state__in=["nominations", "open", "drawing"])

    def counted(self) -> ElectionQuerySet:
        """Those with a result."""
        return self.filter(state="counted")

    def awaiting(self, viewer: Viewer, on: date) -> ElectionQuerySet:
        """Open ones with a seat of the viewer that has not voted."""
        heard = _all("ElectionBallot").filter(
            election=OuterRef(OuterRef("pk")), seat=OuterRef("pk")
        )
        silent = _all("Seat").held_by(viewer, on).filter(~Exists(heard), body=OuterRef("body"))
        return self.open().filter(Exists(silent))

    def matching(self, wanted: str) -> ElectionQuerySet:
        """Those whose number, title, text or elected contain the words, whatever their accents and capitals."""
        return self.filter(
            Q(number__icontains=wanted)
            | Q(title_en__unaccent__icontains=wanted)
            | Q(title_fr__unaccent__icontains=wanted)
            | Q(text_en__unaccent__icontains=wanted)
            | Q(text_fr__unaccent__icontains=wanted)
            | Q(result__winners__icontains=wanted)
        )

    def of_body(self, slug: str) -> ElectionQuerySet:
        """Those by one body; an empty slug means all."""
        return self.filter(body__slug=slug) if slug else self

    def for_list(self) -> ElectionQuerySet:
        """With what a list shows."""
        return self.select_related("body", "fills")


class CandidateQuerySet(models.QuerySet["rows.Candidate"]):
    """Candidates: whoever has not accepted is seen by nobody but the nominee, the nominator and the officers."""

    def visible_to(self, viewer: Viewer) -> CandidateQuerySet:
        seen = Q(state="accepted")
        if viewer.person_id is not None:
            seen |= Q(person=viewer.person_id) | Q(nominated_by=viewer.person_id)
        return self.filter(seen)

    def accepted(self) -> CandidateQuerySet:
        """Those who stand."""
        return self.filter(state="accepted")

    def for_page(self) -> CandidateQuerySet:
        """With organisation, in the order of names."""
        return self.select_related("organisation", "person").order_by("name", "pk")


class QuestionQuerySet(models.QuerySet["rows.Question"]):
    """Questions to candidates are public; an officer may hide one, which shows."""

    def for_page(self) -> QuestionQuerySet:
        """With answers, as a page shows them."""
        answers = _all("Answer").select_related("candidate", "candidate__organisation")
        return self.select_related("seat", "seat__organisation").prefetch_related(
            Prefetch("answers", queryset=answers.order_by("answered_at"))
        )


class ElectionBallotQuerySet(models.QuerySet["rows.ElectionBallot"]):
    """Ballots of elections."""

    def current(self) -> ElectionBallotQuerySet:
        """The ones that count: the highest sequence of each seat."""
        later = (
            self.model._default_manager.filter(election=OuterRef("election"), seat=OuterRef("seat"))
            .order_by("-sequence")
            .values("sequence")[:1]
        )
        return self.filter(sequence=Subquery(later))

    def in_order(self) -> ElectionBallotQuerySet:
        """With seat and log entry, by seat."""
        return self.select_related("seat", "seat__organisation", "entry", "entry__leaf").order_by(
            "seat__number"
        )
