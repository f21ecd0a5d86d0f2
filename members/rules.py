"""What may follow what: pure tables, without Django and without a clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ApplicationState(StrEnum):
    """Where an application for membership stands."""

    RECEIVED = "received"
    REVIEWED = "reviewed"
    ADMITTED = "admitted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


APPLICATION_MOVES: Final[Mapping[ApplicationState, frozenset[ApplicationState]]] = {
    ApplicationState.RECEIVED: frozenset(
        {ApplicationState.REVIEWED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.REVIEWED: frozenset(
        {ApplicationState.ADMITTED, ApplicationState.DECLINED, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.ADMITTED: frozenset(),
    ApplicationState.DECLINED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
}


def may_move(before: ApplicationState, after: ApplicationState) -> bool:
    """Say whether an application may go from one state to another."""
    return after in APPLICATION_MOVES[before]


_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def domain_name(text: str) -> str | None:
    """Return a domain in its plain form (lower case, ASCII), or None when it is none."""
    try:
        name = text.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = name.split(".")
    good = len(labels) >= 2 and len(name) <= 253 and all(_LABEL.fullmatch(part) for part in labels)
    return name if good and not labels[-1].isdigit() else None


def is_within(domain: str, email: str) -> bool:
    """Say whether an address belongs to a domain, to the letter: a subdomain is another one."""
    return email.count("@") == 1 and email.rpartition("@")[2].lower() == domain
