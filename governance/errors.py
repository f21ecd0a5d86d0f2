"""Refusals of this room, each with a stable code."""

from alliance.problems import DomainError


class NotAllowed(DomainError):
    """The actor lacks the seat, office or scope."""

    code = "not-allowed"
    status = 403


class WrongState(DomainError):
    """The proposal or vote is not where it would have to be."""

    code = "wrong-state"


class DraftUnfinished(DomainError):
    """The text still holds what a template left to be filled in."""

    code = "placeholder-left"
    status = 422


class VoteClosed(DomainError):
    """The ballot came when the vote was not open any more; it is not counted."""

    code = "vote-closed"


class NotOnRoll(DomainError):
    """The seat was not on the roll, or vacant, when the vote opened."""

    code = "not-on-roll"
    status = 403


class BallotRefused(DomainError):
    """The ballot itself can't be used."""

    code = "ballot-refused"
    status = 422


class SubmissionReused(DomainError):
    """The same idempotency key came with another position."""

    code = "idempotency-conflict"


class CallRefused(DomainError):
    """A vote can't be called so."""

    code = "call-refused"
    status = 422


class AlreadySeconded(DomainError):
    """A seat seconds once, and never its own proposal."""

    code = "already-seconded"


class ProxyRefused(DomainError):
    """A proxy can't be given or taken back so."""

    code = "proxy-refused"
    status = 422


class AmendmentRefused(DomainError):
    """A competing text can't be put, accepted or withdrawn so."""

    code = "amendment-refused"
    status = 422


class CommentRefused(DomainError):
    """A comment, an answer or its moderation can't be taken."""

    code = "comment-refused"
    status = 422


class CandidacyRefused(DomainError):
    """Somebody can't stand so, or a question or an answer can't be taken so."""

    code = "candidacy-refused"
    status = 422


class MeetingRefused(DomainError):
    """A meeting, its attendance, its minutes or a roll call in it can't be so."""

    code = "meeting-refused"
    status = 422
