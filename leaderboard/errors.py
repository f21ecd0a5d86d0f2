"""Refusals of this room."""

from __future__ import annotations

from alliance.problems import DomainError


class NodeRefused(DomainError):
    """A node can't be registered, confirmed or changed like this; the message says how to go on."""

    code = "node-refused"
    status = 422


class NotAllowed(DomainError):
    """The person has no role that lets them manage this organisation's nodes."""

    code = "not-allowed"
    status = 403


class BenchmarkRefused(DomainError):
    """A benchmark version can't be adopted."""

    code = "benchmark-refused"
    status = 422


class ResultRefused(DomainError):
    """A result can't be retracted or disputed like this."""

    code = "result-refused"
    status = 422


class RelayRefused(DomainError):
    """A relay cannot be registered, confirmed or used like this."""

    code = "relay-refused"
    status = 422
