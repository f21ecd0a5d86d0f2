"""What an identity provider says about somebody, after everything was verified."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assertion:
    """A subject of one provider; `vouched` says that the provider stands for the address."""

    subject: str
    email: str
    vouched: bool
    name: str = ""
