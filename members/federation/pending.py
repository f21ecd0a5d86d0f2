"""What was asked of an identity provider, kept in the session until the answer comes, for one answer only."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Final

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import get_random_string

_KEY: Final = "federation"
_SECONDS: Final = 600
_MANY: Final = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: to whom, with what, and where the reader wanted to go."""

    provider: str
    proof: str
    """OIDC: the nonce. SAML: the identifier of the request."""
    verifier: str
    wanted: str
    language: str
    is_test: bool = False


def keep(session: SessionBase, asked: Asked, state: str | None = None) -> str:
    """Keep a question and return the state that has to come back with its answer."""
    state = state or get_random_string(32)
    kept = _fresh(session)
    kept[state] = [time.time(), asdict(asked)]
    session[_KEY] = dict(sorted(kept.items(), key=lambda item: item[1][0])[-_MANY:])
    return state


def take(session: SessionBase, state: str, provider: str) -> Asked | None:
    """Return the question an answer belongs to, once; None for anything else."""
    kept = _fresh(session)
    found = kept.pop(state, None)
    session[_KEY] = kept
    if found is None or found[1]["provider"] != provider:
        return None
    return Asked(**found[1])


def _fresh(session: SessionBase) -> dict[str, list]:
    return {
        state: entry
        for state, entry in session.get(_KEY, {}).items()
        if time.time() - entry[0] < _SECONDS
    }
