"""Which acts of governance the systems of members are told of."""

from __future__ import annotations

from typing import Any

from governance.models import Decision, Election, Proposal, Vote
from members import webhooks

TOLD = {
    "discussion-opened": "proposal.opened",
    "vote-opened": "vote.opened",
    "vote-converted": "vote.opened",
}


def tell(act: str, proposal: Proposal, vote: Vote | None) -> None:
    """Tell of a proposal or a vote that opens; of other acts nothing."""
    kind = TOLD.get(act)
    if kind is None or (vote is None and proposal.audience != Proposal.Audience.PUBLIC):
        return  # what is discussed among members stays there until it is put to the vote
    said: dict[str, Any] = {"body": proposal.body.slug, "proposal": proposal.pk}
    if vote is None:
        webhooks.emit(kind, f"/api/v1/proposals/{proposal.pk}/", said)
    else:
        said |= {"vote": vote.pk, "closes_at": vote.closes_at.isoformat()}
        webhooks.emit(kind, f"/api/v1/votes/{vote.pk}/", said)


def tell_decided(vote: Vote, decision: Decision) -> None:
    """Tell of a vote that is closed, and of its decision."""
    said = {"body": vote.body.slug, "decision": decision.number, "outcome": decision.outcome}
    webhooks.emit("vote.closed", f"/api/v1/votes/{vote.pk}/", {**said, "vote": vote.pk})
    webhooks.emit("decision.recorded", f"/api/v1/decisions/{decision.number}/", said)


def tell_election(kind: str, election: Election) -> None:
    """Tell of an election that opens, and of its result."""
    said: dict[str, Any] = {"body": election.body.slug, "election": election.pk}
    if kind == "election.opened" and election.closes_at:
        said["closes_at"] = election.closes_at.isoformat()
    if election.result:
        said["number"] = election.number  # who was elected is read there: names stay out of events
    webhooks.emit(kind, f"/api/v1/elections/{election.pk}/", said)
