"""Refusals of this room."""

from alliance.problems import DomainError


class FactsError(DomainError):
    """A file of facts can't be used; the message names each line and column."""

    code = "facts-unusable"
    status = 422


class KeyRefused(DomainError):
    """An API key can't be made or revoked so."""

    code = "key-refused"
    status = 403


class RoleRefused(DomainError):
    """A role can't be given or ended so."""

    code = "role-refused"
