"""The stages of a proposal and what happened to it, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.utils.translation import pgettext as _c

from governance.models import Ballot, GovernanceEvent, Proposal, Vote
from governance.rules import Position, ProposalState
from transparency.models import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the track."""

    name: str
    day: datetime | None
    note: str
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a history."""

    at: datetime
    sentence: str
    quote: str = ""
    entry: Entry | None = None


OPENINGS = ("vote-opened", "vote-converted", "roll-call-entered")
_DISCUSSED = {
    "roll-call-entered": gettext_lazy("Roll call held in a meeting, entered by an officer"),
    "late-position": gettext_lazy("Seat %(seat)s is recorded after the early close"),
    "vote-converted": gettext_lazy("Objections turn the lazy consensus into a vote; it is open"),
    "proxy-given": gettext_lazy("Seat %(seat)s gives a proxy"),
    "proxy-revoked": gettext_lazy("Seat %(seat)s takes its proxy back"),
    "amendment-put": gettext_lazy("Seat %(seat)s puts amendment %(amendment)d"),
    "amendment-accepted": gettext_lazy("The author accepts amendment %(amendment)d"),
    "amendment-withdrawn": gettext_lazy("Seat %(seat)s withdraws amendment %(amendment)d"),
    "comment-made": gettext_lazy("A comment"),
    "objection-made": gettext_lazy("An objection"),
    "answer-made": gettext_lazy("The author answers an objection"),
    "comment-hidden": gettext_lazy("A comment is hidden"),
}


def track(proposal: Proposal, vote: Vote | None) -> list[Step]:
    """Return the five stages with their days; a withdrawn or lapsed proposal ends where it stood."""
    events = {
        event.kind: event for event in proposal.events.order_by("-at")
    }  # the first of each kind
    day = {kind: event.at for kind, event in events.items()}
    order = [
        ProposalState.DRAFT,
        ProposalState.DISCUSSION,
        ProposalState.SECONDED,
        ProposalState.CALLED,
    ]
    reached = order.index(ProposalState(proposal.state)) if proposal.state in order else -1
    ended = proposal.state in (ProposalState.WITHDRAWN, ProposalState.LAPSED)
    seconds = proposal.seconds.count()
    seconded_at = day.get("seconded") if seconds else None
    rows = [
        (_c("proposal", "Draft"), day.get("proposed"), ""),
        (_c("proposal", "Discussion"), proposal.opened_at, ""),
        (
            _c("proposal", "Seconded"),
            seconded_at,
            ngettext("by %(n)d seat", "by %(n)d seats", seconds) % {"n": seconds}
            if seconds
            else "",
        ),
        (_c("proposal", "Called"), vote.opens_at if vote else None, ""),
    ]
    steps = [
        Step(name, at, note, at is not None, index == reached)
        for index, (name, at, note) in enumerate(rows)
    ]
    if ended:
        name = (
            _c("proposal", "Withdrawn")
            if proposal.state == ProposalState.WITHDRAWN
            else _c("proposal", "Lapsed")
        )
        return [
            *(step for step in steps if step.done),
            Step(name, proposal.state_since, "", True, True),
        ]
    decided = proposal.state == ProposalState.DECIDED
    note = "" if decided or vote is None or not vote.is_open else _("at the latest")
    at = proposal.state_since if decided else (vote.closes_at if vote and vote.is_open else None)
    return [*steps, Step(_c("proposal", "Decided"), at, note, decided, decided)]


def history(proposal: Proposal) -> list[Act]:
    """Return what happened, the latest first; positions only where they are public."""
    ballots = _ballots(proposal)
    return [
        _act(event, ballots)
        for event in proposal.events.for_history().select_related("vote__entry__leaf")
    ]


def _ballots(proposal: Proposal) -> dict[tuple[int, int, int], tuple[Ballot, bool]]:
    """Ballots by vote, seat number and sequence, each with whether it replaced another."""
    rows = Ballot.objects.filter(vote__proposal=proposal).in_order().select_related("vote")
    return {(row.vote_id, row.seat.number, row.sequence): (row, row.sequence > 1) for row in rows}


def _act(event: GovernanceEvent, ballots: dict[tuple[int, int, int], tuple[Ballot, bool]]) -> Act:
    if event.kind == "ballot-cast" and event.seat and event.vote_id:
        ballot, again = ballots[event.vote_id, event.seat.number, event.details["sequence"]]
        return _ballot_act(event, ballot, again)
    entry = event.vote.entry if event.kind in OPENINGS and event.vote else None
    quote = event.vote.cancel_reason if event.kind == "vote-cancelled" and event.vote else ""
    return Act(event.at, _sentence(event), quote, entry)


def _sentence(event: GovernanceEvent) -> str:
    if event.kind == "seconded":
        return _("Seconded by seat %(seat)s") % {"seat": _seat(event)}
    if event.kind in _DISCUSSED:
        return str(_DISCUSSED[event.kind]) % {"seat": _seat(event), **event.details}
    if event.kind == "revised":
        return _("Revision %(number)d") % {"number": event.details["revision"]}
    if event.kind == "decided":
        number = event.details["number"]
        if event.details["early"]:
            return _(
                "Decided early, as %(number)s: no missing position could change the outcome"
            ) % {"number": number}
        return _("Decided, as %(number)s") % {"number": number}
    fixed = {
        "proposed": _("Drafted for seat %(seat)s") % {"seat": _seat(event)},
        "discussion-opened": _("Opened for discussion"),
        "vote-opened": _("Vote opened; roll, rule and text frozen"),
        "vote-cancelled": _("Vote cancelled"),
        "withdrawn": _("Withdrawn by its author"),
        "lapsed": _("Lapsed"),
    }
    return fixed.get(event.kind, event.kind)


def _ballot_act(event: GovernanceEvent, ballot: Ballot, again: bool) -> Act:
    seat = {"seat": _seat(event)}
    if not ballot.vote.shows_positions:
        return Act(event.at, _("Seat %(seat)s has been heard from") % seat, entry=ballot.entry)
    first = {
        Position.FOR: _("Seat %(seat)s votes for"),
        Position.AGAINST: _("Seat %(seat)s votes against"),
        Position.ABSTAIN: _("Seat %(seat)s abstains"),
        Position.RECUSED: _("Seat %(seat)s recuses itself"),
    }
    changed = {
        Position.FOR: _("Seat %(seat)s changes its position to for"),
        Position.AGAINST: _("Seat %(seat)s changes its position to against"),
        Position.ABSTAIN: _("Seat %(seat)s changes its position to abstention"),
        Position.RECUSED: _("Seat %(seat)s changes its position to recusal"),
    }
    words = (changed if again else first)[Position(ballot.position)]
    return Act(event.at, words % seat, ballot.reason, ballot.entry)


def _seat(event: GovernanceEvent) -> str:
    if event.seat is None:
        return "–"
    name = event.seat.organisation
    return f"{event.seat.number} ({name})" if name else str(event.seat.number)
