"""Refusals of the log."""

from alliance.problems import DomainError


class LogError(DomainError):
    """The log can't be continued or does not add up; nothing was signed."""

    code = "log-fault"
    status = 500
