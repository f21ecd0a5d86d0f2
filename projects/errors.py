"""Refusals of this room, each with a stable code."""

from alliance.problems import DomainError


class EntryRefused(DomainError):
    """What was written can't stand in an entry; the message names the field and says what to do."""

    code = "entry-refused"
    status = 422


class NotAllowed(DomainError):
    """The actor is neither a lead nor acts for an organisation that takes part."""

    code = "not-allowed"
    status = 403


class ApplicationRefused(DomainError):
    """An application for a stage can't do that now."""

    code = "application-refused"
    status = 409


class SourceRefused(DomainError):
    """A source that can't be registered or moved; the message says what to do."""

    code = "source-refused"
    status = 422
