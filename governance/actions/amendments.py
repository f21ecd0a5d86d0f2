"""Competing texts: put by a seat, accepted by the author, withdrawn by the seat, or voted on beside the text."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance import policies
from governance.actions.proposals import Draft, check_draft, check_filled, lock, note, revise
from governance.errors import AmendmentRefused, NotAllowed, WrongState
from governance.models import Amendment, Proposal, Revision, Seat
from governance.rules import MAY_BE_AMENDED, AmendmentState

MOST_OPEN = 5
WHY_LIMIT = 500


@transaction.atomic
def put_amendment(
    *, viewer: Viewer, proposal: Proposal, seat: Seat, draft: Draft, why: str
) -> Amendment:
    """Put a competing text for a seat; it stands on the ballot unless it is accepted or withdrawn before."""
    proposal = lock(proposal.pk)
    now = database_now()
    if proposal.state not in MAY_BE_AMENDED:
        raise WrongState(_("Amendments are put during the discussion, until the vote is called."))
    if not policies.may_amend_for(viewer, proposal, seat, now.date()):
        raise NotAllowed(_("Only the holder of a seat of this body puts an amendment."))
    latest = proposal.revisions.latest("number")
    _check(proposal, latest, draft, why)
    check_filled(draft)
    number = proposal.amendments.count() + 1
    amendment = Amendment.objects.create(
        proposal=proposal, number=number, base=latest, seat=seat, author_id=viewer.person_id,
        why=why.strip(), **draft.content(),
    )  # fmt: skip
    note("amendment-put", proposal, viewer, now, seat=seat, details={"amendment": number})
    return amendment


@transaction.atomic
def accept_amendment(*, viewer: Viewer, amendment: Amendment) -> Revision:
    """Take a competing text over as the next revision, as the author and until the text is seconded."""
    proposal = lock(amendment.proposal_id)
    if not policies.may_revise(viewer, proposal):
        raise WrongState(
            _("Only the author accepts an amendment, and only until the text has been seconded.")
        )
    now = database_now()
    _move(amendment, AmendmentState.ACCEPTED)
    note(
        "amendment-accepted", proposal, viewer, now, seat=amendment.seat,
        details={"amendment": amendment.number},
    )  # fmt: skip
    return revise(viewer=viewer, proposal=proposal, draft=draft_of(amendment))


@transaction.atomic
def withdraw_amendment(*, viewer: Viewer, amendment: Amendment) -> Amendment:
    """Take a competing text back, as the seat that put it."""
    proposal = lock(amendment.proposal_id)
    now: datetime = database_now()
    amendment.proposal = proposal
    if not policies.may_withdraw_amendment(viewer, amendment, now.date()):
        raise WrongState(
            _("Only the seat that put an amendment withdraws it, until the vote is called.")
        )
    _move(amendment, AmendmentState.WITHDRAWN)
    note(
        "amendment-withdrawn", proposal, viewer, now, seat=amendment.seat,
        details={"amendment": amendment.number},
    )  # fmt: skip
    return amendment


def draft_of(text: Amendment | Revision) -> Draft:
    """Return a stored text as somebody would write it."""
    return Draft(
        title_en=text.title_en, title_fr=text.title_fr, text_en=text.text_en, text_fr=text.text_fr,
        effect_kind=text.effect_kind, effect_params=text.effect_params, supersedes=text.supersedes,
    )  # fmt: skip


def _check(proposal: Proposal, latest: Revision, draft: Draft, why: str) -> None:
    if not why.strip():
        raise AmendmentRefused(_("Say in a sentence what is better so."), code="reason-needed")
    if len(why.strip()) > WHY_LIMIT:
        raise AmendmentRefused(_("The reason has at most 500 characters."), code="reason-too-long")
    if draft.content() == draft_of(latest).content():
        raise AmendmentRefused(
            _("This is the proposal’s own text. Change something."), code="amendment-same"
        )
    if proposal.amendments.open().count() >= MOST_OPEN:
        raise AmendmentRefused(
            _("Five amendments are open already. One has to be accepted or withdrawn first."),
            code="amendments-many",
        )
    check_draft(draft, proposal.body_id)


def _move(amendment: Amendment, to: AmendmentState) -> None:
    rows = Amendment.objects.filter(pk=amendment.pk, state=AmendmentState.OPEN.value)
    if not rows.update(state=to.value):
        raise WrongState(_("This amendment is not open any more."))
    amendment.state = to.value
