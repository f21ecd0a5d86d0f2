"""Refusals of this room."""

from alliance.problems import DomainError


class SearchNotSaved(DomainError):
    """A search can't be kept so."""

    code = "search-not-saved"
