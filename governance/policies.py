"""Who may do what. Rights come from seats, offices and authorship; API clients also need the scope."""

from __future__ import annotations

from datetime import date

from alliance.viewer import Viewer
from governance.models import Acting, Amendment, Body, Office, Proposal, Proxy, Seat, Vote
from governance.rules import MAY_BE_AMENDED, TEXT_MAY_CHANGE, ProposalState, Right, may_move

OPEN_TO_COMMENT = frozenset(
    {ProposalState.DISCUSSION, ProposalState.SECONDED, ProposalState.CALLED}
)


def may_vote_for(viewer: Viewer, seat: Seat, on: date) -> bool:
    """The seat's holder of the day, or its organisation's client with the scope `vote`."""
    return viewer.has_scope("vote") and _acts_for(viewer, seat, on)


def acting_for(viewer: Viewer, seat: Seat, vote: Vote, on: date) -> Acting | None:
    """Say in what quality the viewer may cast for a seat in a vote; None if in none."""
    if may_vote_for(viewer, seat, on):
        return Acting.CLIENT if viewer.person_id is None else Acting.HOLDER
    if viewer.person_id is None or not viewer.has_scope("vote"):
        return None
    if not Seat.objects.votable_by(viewer, on, vote.pk).filter(pk=seat.pk).exists():
        return None
    proxies = Proxy.objects.in_force(on, vote.pk).filter(seat=seat, person=viewer.person_id)
    return Acting.PROXY if proxies.exists() else Acting.ALTERNATE


def may_propose_for(viewer: Viewer, seat: Seat, on: date) -> bool:
    """The seat's holder of the day, or its organisation's client with the scope `propose`."""
    return viewer.has_scope("propose") and _acts_for(viewer, seat, on)


def may_second_for(viewer: Viewer, proposal: Proposal, seat: Seat, on: date) -> bool:
    """A seat of the body, other than the proposer's."""
    return (
        proposal.body_id == seat.body_id
        and proposal.seat_id != seat.pk
        and may_propose_for(viewer, seat, on)
    )


def is_officer(viewer: Viewer, body: Body, on: date) -> bool:
    """Chair or secretary of the body, as a person."""
    if viewer.person_id is None:
        return False
    return Office.objects.current(on).filter(body=body, person=viewer.person_id).exists()


def belongs_to(viewer: Viewer, body: Body, on: date) -> bool:
    """Who holds a seat of the body, stands in for one, or has an office there."""
    if is_officer(viewer, body, on):
        return True
    return viewer.person_id is not None and body.seats.votable_by(viewer, on).exists()


def holds_office(person_id: int, on: date) -> bool:
    """Officer of any body."""
    return Office.objects.current(on).filter(person=person_id).exists()


def may_nominate(viewer: Viewer, body: Body, on: date) -> bool:
    """Who holds a seat or an office of the electing body, as a person."""
    if viewer.person_id is None:
        return False
    return is_officer(viewer, body, on) or body.seats.held_by(viewer, on).exists()


def is_author(viewer: Viewer, proposal: Proposal) -> bool:
    """The person who proposed; or the client's organisation where a client did."""
    if proposal.author_id is not None:
        return proposal.author_id == viewer.person_id
    return viewer.has_scope("propose") and proposal.organisation_id in viewer.organisation_ids


def rights(viewer: Viewer, proposal: Proposal, on: date) -> frozenset[Right]:
    """Return what the viewer may appeal to on this proposal."""
    held = {
        Right.AUTHOR: is_author(viewer, proposal),
        Right.OFFICER: is_officer(viewer, proposal.body, on),
    }
    return frozenset(right for right, has in held.items() if has)


def may_bring(viewer: Viewer, proposal: Proposal, to: ProposalState, on: date) -> bool:
    """Say whether the viewer may move a proposal to a state."""
    return may_move(ProposalState(proposal.state), to, rights(viewer, proposal, on))


def may_revise(viewer: Viewer, proposal: Proposal) -> bool:
    """The author, until the text has been seconded."""
    return proposal.state in TEXT_MAY_CHANGE and is_author(viewer, proposal)


def may_amend_for(viewer: Viewer, proposal: Proposal, seat: Seat, on: date) -> bool:
    """Any seat of the body, until the vote is called."""
    return (
        proposal.state in MAY_BE_AMENDED
        and proposal.body_id == seat.body_id
        and may_propose_for(viewer, seat, on)
    )


def may_withdraw_amendment(viewer: Viewer, amendment: Amendment, on: date) -> bool:
    """The seat that put it, until the vote is called."""
    return amendment.proposal.state in MAY_BE_AMENDED and may_propose_for(
        viewer, amendment.seat, on
    )


def may_comment(viewer: Viewer, proposal: Proposal, on: date) -> bool:
    """People of a member organisation and seat holders, while the proposal is under way in the open."""
    if viewer.person_id is None or proposal.opened_at is None:
        return False
    if proposal.state not in OPEN_TO_COMMENT:
        return False
    return bool(viewer.organisation_ids) or (
        Seat.objects.held_by(viewer, on).filter(body=proposal.body_id).exists()
    )


def may_moderate(viewer: Viewer, proposal: Proposal, on: date) -> bool:
    """Officers of the body, and the portal's staff."""
    return viewer.is_staff or is_officer(viewer, proposal.body, on)


def _acts_for(viewer: Viewer, seat: Seat, on: date) -> bool:
    return Seat.objects.held_by(viewer, on).filter(pk=seat.pk).exists()
