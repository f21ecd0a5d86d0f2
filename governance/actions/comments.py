"""The discussion: comments in threads, objections that the author has to answer, and what officers hide."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance import policies
from governance.actions.proposals import lock, note
from governance.errors import CommentRefused, NotAllowed, WrongState
from governance.models import Comment, Proposal

LIMIT = 5000
DEPTH = 6
"""How deep a thread goes: a reply below that joins the last level, so that a phone can show it."""


@transaction.atomic
def comment(
    *, viewer: Viewer, proposal: Proposal, text: str, kind: str = Comment.Kind.COMMENT,
    parent: Comment | None = None,
) -> Comment:  # fmt: skip
    """Say something to a proposal; the author's reply to an objection is its answer."""
    proposal = lock(proposal.pk)
    now = database_now()
    if viewer.person_id is None or not policies.may_comment(viewer, proposal, now.date()):
        raise NotAllowed(
            _("Members comment on a proposal from its discussion to the end of its vote.")
        )
    text = text.strip()
    if not text or len(text) > LIMIT:
        raise CommentRefused(_("Write between 1 and 5,000 characters."), code="comment-length")
    if kind not in (Comment.Kind.COMMENT, Comment.Kind.OBJECTION):
        raise CommentRefused(_("Write a comment or an objection."), code="comment-kind")
    if parent is not None and (parent.proposal_id != proposal.pk or parent.is_hidden):
        raise CommentRefused(_("What you reply to is not there any more."), code="comment-gone")
    if parent is not None:
        kind = Comment.Kind.COMMENT
        if parent.kind == Comment.Kind.OBJECTION and policies.is_author(viewer, proposal):
            kind = Comment.Kind.ANSWER
            Comment.objects.filter(pk=parent.pk, answered_at=None).update(answered_at=now)
    elif kind == Comment.Kind.OBJECTION and policies.is_author(viewer, proposal):
        raise CommentRefused(
            _("An author withdraws or revises instead of objecting."), code="own-proposal"
        )
    made = Comment.objects.create(
        proposal=proposal, parent=_joined(parent), kind=kind, author_id=viewer.person_id,
        organisation_id=min(viewer.organisation_ids, default=None), text=text, created_at=now,
    )  # fmt: skip
    note(f"{kind}-made", proposal, viewer, now, details={"comment": made.pk})
    return made


@transaction.atomic
def hide_comment(*, viewer: Viewer, comment: Comment, why: str) -> Comment:
    """Take a comment out of sight, with a reason everybody reads; it stays in the record."""
    proposal = lock(comment.proposal_id)
    now = database_now()
    if not policies.may_moderate(viewer, proposal, now.date()):
        raise NotAllowed(_("Only officers of the body and the portal’s staff hide comments."))
    why = why.strip()[:300]
    if not why:
        raise CommentRefused(_("Say why it is hidden."), code="reason-needed")
    if not Comment.objects.filter(pk=comment.pk, hidden_at=None).update(
        hidden_at=now, hidden_why=why
    ):
        raise WrongState(_("This comment is hidden already."))
    comment.refresh_from_db()
    note("comment-hidden", proposal, viewer, now, details={"comment": comment.pk})
    return comment


def _joined(parent: Comment | None) -> Comment | None:
    """Return where a reply hangs, at most six levels deep."""
    depth, above = 1, parent
    while above is not None:
        depth, above = depth + 1, above.parent
    if parent is not None and depth > DEPTH:
        return parent.parent
    return parent
