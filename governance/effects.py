"""What a decision does: typed effects that each room registers and that act in the closing transaction.

Governance knows no other room. A room that wants decisions to act on its rows subclasses `EffectType` and calls
`register` from its `AppConfig.ready`; a proposal then names the kind and its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _

from alliance.problems import DomainError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from governance.models.texts import Text

Params = Mapping[str, Any]


class EffectRefused(DomainError):
    """An effect can't be carried out; the message says why, to the reader."""

    code = "effect-refused"
    status = 422


class EffectType:
    """One kind of thing a decision can do. Subclass, fill in the names, register one instance."""

    kind: ClassVar[str]
    """Dotted name, for ever: `leaderboard.adopt_benchmark`."""
    label: ClassVar[_StrPromise | str]
    """What a proposer chooses: “Adopt a benchmark”."""
    example: ClassVar[dict[str, Any]] = {}
    """Parameters as a proposer would write them; their names and types are the form."""

    def check(self, params: Params) -> None:
        """Raise `EffectRefused` when the effect could not be carried out today; asked when it is proposed."""
        raise NotImplementedError

    def describe(self, params: Params) -> str:
        """Say in the active language what will be so: “X” 1.0.0 is adopted and gets a public board."""
        raise NotImplementedError

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        """Do it, inside the closing transaction and a savepoint; raise `EffectRefused` to record a refusal."""
        raise NotImplementedError

    def url(self, params: Params) -> str | None:
        """Return where the effect can be seen, in the active language."""
        return None


class TextEffect(EffectType):
    """An effect that keeps the decided text itself: a standard, a charter."""

    def apply_text(
        self, *, text: Text, params: Params, decision_number: str, decided_at: datetime
    ) -> None:
        """Do it with the adopted text; otherwise as `apply`."""
        raise NotImplementedError


_TYPES: dict[str, EffectType] = {}


def register(effect: EffectType) -> None:
    """Make a kind known; a second registration of the same kind is a mistake in the program."""
    known = _TYPES.get(effect.kind)
    if known is not None and type(known) is not type(effect):
        raise ValueError(f"Two effects want to be called {effect.kind}.")
    _TYPES[effect.kind] = effect


def get(kind: str) -> EffectType:
    """Return the type of a kind, or refuse."""
    try:
        return _TYPES[kind]
    except KeyError:
        known = ", ".join(sorted(_TYPES)) or "–"
        raise EffectRefused(
            _("There is no effect called “%(kind)s”. Known: %(known)s.")
            % {"kind": kind, "known": known},
            code="effect-unknown",
        ) from None


def all_types() -> list[EffectType]:
    """Return every known type, by kind."""
    return [_TYPES[kind] for kind in sorted(_TYPES)]
