"""The questions asked about bodies, proposals, votes and decisions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, OuterRef, Prefetch, Q, Subquery

from alliance.viewer import Viewer

if TYPE_CHECKING:
    from governance import models as rows  # noqa: F401 - named in strings


def _all(name: str) -> Any:
    """Return every row of another model of this room; its module imports this one."""
    return apps.get_model("governance", name)._default_manager.all()


TODAY: Func[Any] = Func(
    function="CURRENT_DATE", template="%(function)s", output_field=models.DateField()
)


def _members(viewer: Viewer, body: str) -> Q:
    """Match rows that members read: people of a member organisation, and whoever sits on the row's body today."""
    if viewer.organisation_ids:
        return Q(pk__isnull=False)
    if viewer.person_id is None:
        return Q(pk=None)
    terms = _all("Appointment").filter(_term_includes(TODAY), person=viewer.person_id)
    return Q(Exists(terms.filter(seat__body=OuterRef(body))))


def _term_includes(on: date | Func[Any]) -> Q:
    return Q(since__lte=on) & (Q(until=None) | Q(until__gte=on))


class BodyQuerySet(models.QuerySet["rows.Body"]):
    """Bodies are public."""

    def visible_to(self, viewer: Viewer) -> BodyQuerySet:
        return self.all()

    def matching(self, wanted: str) -> BodyQuerySet:
        """Those whose name or code contains the words, whatever their accents and capitals."""
        return self.filter(
            Q(name_en__unaccent__icontains=wanted)
            | Q(name_fr__unaccent__icontains=wanted)
            | Q(code__iexact=wanted)
        )

    def working_groups(self) -> BodyQuerySet:
        """Working groups that have seats here."""
        return self.filter(kind="working-group")

    def where_seated(self, viewer: Viewer, on: date) -> BodyQuerySet:
        """Bodies in which the viewer may act for a seat today."""
        seats = _all("Seat")
        return self.filter(pk__in=seats.held_by(viewer, on).values("body"))

    def for_list(self) -> BodyQuerySet:
        """With seats and children, as pages and the API show them."""
        return self.select_related("parent").prefetch_related("children")

    def with_people_of(self, organisation: int) -> BodyQuerySet:
        """Working groups that somebody of an organisation is a member of."""
        rows = {"group_members__organisation": organisation, "group_members__state": "member"}
        return self.filter(**rows).distinct()


class SeatQuerySet(models.QuerySet["rows.Seat"]):
    """Seats."""

    def held_by(self, viewer: Viewer, on: date) -> SeatQuerySet:
        """Seats the viewer may act for: a person's own, or a client's organisation's; none of a suspended one."""
        resting = apps.get_model("members", "Suspension")._default_manager.filter(
            organisation=OuterRef("organisation"), until=None
        )
        return self._held_by(viewer, on).exclude(Exists(resting))

    def _held_by(self, viewer: Viewer, on: date) -> SeatQuerySet:
        if viewer.person_id is not None:
            term = _term_includes(on)
            held = _all("Appointment").filter(term, person=viewer.person_id, seat=OuterRef("pk"))
            return self.filter(Exists(held))
        if viewer.scopes is not None:
            return self.filter(organisation__in=viewer.organisation_ids)
        return self.none()

    def votable_by(self, viewer: Viewer, on: date, vote: Any = None) -> SeatQuerySet:
        """Seats the viewer may cast for: held, stood in for, or by proxy for some days or for one vote."""
        held = self.held_by(viewer, on)
        if viewer.person_id is None:
            return held
        own = _all("Appointment").filter(_term_includes(on), person=viewer.person_id)
        alternates = _all("Alternate").current(on).filter(person=viewer.person_id)
        proxies = _all("Proxy").in_force(on, vote).filter(person=viewer.person_id)
        sits = own.filter(seat__body=OuterRef("body"))  # a proxy goes to another holder of the body
        return self.filter(
            Exists(own.filter(seat=OuterRef("pk")))
            | Exists(alternates.filter(seat=OuterRef("pk")))
            | Exists(proxies.filter(seat=OuterRef("pk"))) & Exists(sits)
        )

    def filled_on(self, on: date) -> SeatQuerySet:
        """Those that somebody holds on a day."""
        terms = _all("Appointment").filter(_term_includes(on), seat=OuterRef("pk"))
        return self.filter(Exists(terms))

    def with_holders(self, on: date) -> SeatQuerySet:
        """With organisation and, as `current`, the appointment in force on a day."""
        current = _all("Appointment").filter(_term_includes(on)).select_related("person")
        return self.select_related("organisation").prefetch_related(
            Prefetch("appointments", queryset=current, to_attr="current")
        )


class DocumentQuerySet(models.QuerySet["rows.Document"]):
    """Charters, standards and guidelines are public."""

    def visible_to(self, viewer: Viewer) -> DocumentQuerySet:
        return self.all()

    def standards(self) -> DocumentQuerySet:
        """Standards and guidelines, without the charters of bodies."""
        return self.exclude(kind="charter")

    def with_latest(self) -> DocumentQuerySet:
        """With body and, as `versions.all()`, the versions, the latest first."""
        return self.select_related("body").prefetch_related("versions__brief")


class GroupMemberQuerySet(models.QuerySet["rows.GroupMember"]):
    """Members of working groups; who only asked is seen by the leads."""

    def members(self) -> GroupMemberQuerySet:
        """Those who are in."""
        return self.filter(state="member").select_related("person", "organisation")

    def asked(self) -> GroupMemberQuerySet:
        """Those who wait for an answer."""
        return self.filter(state="asked").select_related("person", "organisation", "body")

    def present(self) -> GroupMemberQuerySet:
        """Those who are in or wait."""
        return self.filter(state__in=["asked", "member"])


class AlternateQuerySet(models.QuerySet["rows.Alternate"]):
    """Alternates."""

    def current(self, on: date) -> AlternateQuerySet:
        """Those in force on a day."""
        return self.filter(_term_includes(on))


class ProxyQuerySet(models.QuerySet["rows.Proxy"]):
    """Proxies."""

    def in_force(self, on: date, vote: Any = None) -> ProxyQuerySet:
        """Those nobody has revoked: for a day, and for one vote where it is named (a row or an expression)."""
        days = Q(vote=None, since__lte=on, until__gte=on)
        return self.filter(days | Q(vote=vote) if vote is not None else days, revoked_at=None)

    def standing(self, on: date) -> ProxyQuerySet:
        """Those that may still be used: for days to come, or for a vote that is open."""
        return self.filter(Q(until__gte=on) | Q(vote__state="open"), revoked_at=None)

    def seen_by(self, viewer: Viewer, on: date) -> ProxyQuerySet:
        """Those a person gave or holds, and those of the seats they hold."""
        if viewer.person_id is None:
            return self.none()
        seats = _all("Seat").held_by(viewer, on)
        own = Q(given_by=viewer.person_id) | Q(person=viewer.person_id)
        return self.filter(own | Q(seat__in=seats))

    def for_list(self) -> ProxyQuerySet:
        """With what a list shows."""
        return self.select_related("seat", "seat__body", "person", "vote", "vote__revision")


class NoticeQuerySet(models.QuerySet["rows.Notice"]):
    """Letters."""

    def waiting(self) -> NoticeQuerySet:
        """Those not sent yet, of people who are here and want any; after ten attempts nobody tries again."""
        return self.filter(sent_at=None, attempts__lt=10, person__is_active=True).exclude(
            person__notice_choice__delivery="never"
        )

    def daily(self) -> NoticeQuerySet:
        """Those that go into one letter a day."""
        return self.filter(person__notice_choice__delivery="daily")

    def at_once(self) -> NoticeQuerySet:
        """Those that go by themselves."""
        return self.exclude(person__notice_choice__delivery="daily")


class AppointmentQuerySet(models.QuerySet["rows.Appointment"]):
    """Appointments."""

    def current(self, on: date) -> AppointmentQuerySet:
        """Those in force on a day."""
        return self.filter(_term_includes(on))


class OfficeQuerySet(models.QuerySet["rows.Office"]):
    """Offices."""

    def current(self, on: date) -> OfficeQuerySet:
        """Those in force on a day."""
        return self.filter(_term_includes(on)).select_related("person")


class ProposalQuerySet(models.QuerySet["rows.Proposal"]):
    """Proposals: drafts belong to their authors alone."""

    def visible_to(self, viewer: Viewer) -> ProposalQuerySet:
        """What is discussed in public or was put to the vote; besides, what is discussed among members for members,
        and the author's own drafts, or the client's organisation's."""
        called = Q(state__in=["called", "decided"]) | Exists(
            _all("Vote").filter(proposal=OuterRef("pk"))
        )
        seen = Q(opened_at__isnull=False) & (
            Q(audience="public") | called | _members(viewer, "body")
        )
        if viewer.person_id is not None:
            seen |= Q(author=viewer.person_id)
        if viewer.organisation_ids:
            seen |= Q(author=None, organisation__in=viewer.organisation_ids)
        return self.filter(seen)

    def matching(self, wanted: str) -> ProposalQuerySet:
        """Those whose title contains the words, whatever their accents and capitals."""
        return self.filter(
            Q(title_en__unaccent__icontains=wanted) | Q(title_fr__unaccent__icontains=wanted)
        )

    def under_way(self) -> ProposalQuerySet:
        """Those that are public and not yet at their end."""
        return self.filter(state__in=["discussion", "seconded", "called"])

    def ready_to_call(self) -> ProposalQuerySet:
        """Those an officer can put to the vote."""
        return self.filter(state="seconded")

    def unfinished(self) -> ProposalQuerySet:
        """Those that are not at their end, drafts included."""
        return self.filter(state__in=["draft", "discussion", "seconded", "called"])

    def may_lapse(self, now: datetime) -> ProposalQuerySet:
        """Those that have stood still for as long as their body allows, but for a later revision."""
        days = ExpressionWrapper(
            F("state_since") + F("body__lapse_days") * timedelta(days=1), models.DateTimeField()
        )
        still = self.filter(state__in=["draft", "discussion", "seconded"], body__lapse_days__gt=0)
        return still.alias(lapses=days).filter(lapses__lte=now).order_by("pk")

    def of_author(self, viewer: Viewer) -> ProposalQuerySet:
        """A person's own."""
        return self.filter(author=viewer.person_id) if viewer.person_id else self.none()

    def for_list(self) -> ProposalQuerySet:
        """With what a list shows."""
        return self.select_related("body", "seat", "organisation")


class AmendmentQuerySet(models.QuerySet["rows.Amendment"]):
    """Competing texts; seen by whoever sees the proposal."""

    def open(self) -> AmendmentQuerySet:
        """Those that would stand on the ballot."""
        return self.filter(state="open")

    def for_list(self) -> AmendmentQuerySet:
        """With what a list shows."""
        return self.select_related("seat", "seat__organisation", "base").order_by("number")


class CommentQuerySet(models.QuerySet["rows.Comment"]):
    """Comments: of a discussion among members they stay among members, also after the vote."""

    def visible_to(self, viewer: Viewer) -> CommentQuerySet:
        """Those of public discussions; members see all."""
        return self.filter(Q(proposal__audience="public") | _members(viewer, "proposal__body"))

    def unanswered(self) -> CommentQuerySet:
        """Objections that the author still has to answer."""
        return self.filter(kind="objection", answered_at=None, hidden_at=None)

    def for_thread(self) -> CommentQuerySet:
        """In order, with who wrote them."""
        return self.select_related("author", "organisation").order_by("created_at", "pk")


class VoteQuerySet(models.QuerySet["rows.Vote"]):
    """Votes are public: what is put to a vote was opened for discussion before."""

    def visible_to(self, viewer: Viewer) -> VoteQuerySet:
        return self.all()

    def open(self) -> VoteQuerySet:
        """Those nobody has closed or cancelled, the next to close first."""
        return self.filter(state="open").order_by("closes_at", "pk")

    def due(self, now: datetime) -> VoteQuerySet:
        """Open ones whose deadline has passed."""
        return self.open().filter(closes_at__lte=now)

    def awaiting(self, viewer: Viewer, on: date) -> VoteQuerySet:
        """Open ones with a seat that the viewer may cast for and that has not been heard from."""
        heard = _all("Ballot").filter(vote=OuterRef(OuterRef("pk")), seat=OuterRef("pk"))
        seats = _all("Seat").votable_by(viewer, on, OuterRef(OuterRef("pk")))
        silent = seats.filter(~Exists(heard), body=OuterRef("body"))
        return self.open().filter(Exists(silent))

    def for_list(self) -> VoteQuerySet:
        """With what a list shows."""
        return self.select_related(
            "body",
            "revision",
            "proposal",
            "proposal__organisation",
            "decision",
            "follows",
            "followed_by",
        )


class BallotQuerySet(models.QuerySet["rows.Ballot"]):
    """Ballots."""

    def current(self) -> BallotQuerySet:
        """The ones that count: the highest sequence of each seat."""
        later = (
            self.model._default_manager.filter(vote=OuterRef("vote"), seat=OuterRef("seat"))
            .order_by("-sequence")
            .values("sequence")[:1]
        )
        return self.filter(sequence=Subquery(later))

    def in_order(self) -> BallotQuerySet:
        """With seat and log entry, as they were cast."""
        return self.select_related("seat", "seat__organisation", "entry", "entry__leaf").order_by(
            "cast_at", "pk"
        )


class DecisionQuerySet(models.QuerySet["rows.Decision"]):
    """Decisions are public."""

    def visible_to(self, viewer: Viewer) -> DecisionQuerySet:
        return self.all()

    def matching(self, wanted: str) -> DecisionQuerySet:
        """Those whose number, title or text contains the words, whatever their accents, capitals and endings."""
        stems = Q()
        for language, config in (("en", "english"), ("fr", "french")):
            query = SearchQuery(wanted, config=config, search_type="websearch")
            vector = SearchVector(f"title_{language}", f"text_{language}", config=config)
            rows = self.model._default_manager.annotate(vector=vector).filter(vector=query)
            stems |= Q(pk__in=rows.values("pk"))
        return self.filter(
            stems
            | Q(number__icontains=wanted)
            | Q(title_en__unaccent__icontains=wanted)
            | Q(title_fr__unaccent__icontains=wanted)
            | Q(text_en__unaccent__icontains=wanted)
            | Q(text_fr__unaccent__icontains=wanted)
        )

    def of_body(self, slug: str) -> DecisionQuerySet:
        """Those of one body; an empty slug means all."""
        return self.filter(body__slug=slug) if slug else self

    def with_seat_of(self, organisation: str) -> DecisionQuerySet:
        """Those whose frozen roll has a filled seat of this organisation, by its slug."""
        return self.filter(vote__roll__contains=[{"organisation": organisation, "filled": True}])

    def with_outcome(self, outcome: str) -> DecisionQuerySet:
        """Those with one outcome; an empty one means any."""
        return self.filter(outcome=outcome) if outcome else self

    def in_force(self) -> DecisionQuerySet:
        """Those that no later decision has replaced."""
        return self.filter(superseded=None)

    def for_list(self) -> DecisionQuerySet:
        """With what a list shows."""
        return self.select_related("body", "vote", "superseded__new").prefetch_related("effects")


class EventQuerySet(models.QuerySet["rows.GovernanceEvent"]):
    """Events."""

    def for_history(self) -> EventQuerySet:
        """In order, with what a history shows."""
        return self.select_related("seat", "seat__organisation").order_by(F("at").desc(), "-pk")
