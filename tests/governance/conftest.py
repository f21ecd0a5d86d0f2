"""What tests of this room share: a chamber of five seats, bells that are heard, an effect that can be watched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from alliance import doorbell
from governance import effects
from tests.factories.governance import Chamber, make_chamber


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Ring nobody; return what would have been rung."""
    rung: list[tuple[Any, ...]] = []
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: rung.append((task.name, *args)))
    return rung


@pytest.fixture(autouse=True)
def quiet_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the sequencer's bell alone; tests that need places call it themselves."""
    from transparency import tasks

    monkeypatch.setattr(tasks.sequence, "apply_async", lambda *args, **kwargs: None)


@pytest.fixture
def chamber(db: None) -> Chamber:
    """Five seats, simple majority."""
    return make_chamber(5)


class Watched(effects.EffectType):
    """An effect that notes what it did, refuses or breaks as its parameters say."""

    kind = "test.watched"
    label = "Watched"
    example = {"do": "work"}

    def __init__(self) -> None:
        self.done: list[str] = []

    def check(self, params: effects.Params) -> None:
        if params.get("do") == "never":
            raise effects.EffectRefused("This can never be done.", code="never")

    def describe(self, params: effects.Params) -> str:
        return f"It is watched: {params['do']}"

    def apply(self, *, params: effects.Params, decision_number: str, decided_at: datetime) -> None:
        if params["do"] == "refuse":
            raise effects.EffectRefused(
                f"Its object is gone, says {translation.get_language()}.", code="gone"
            )
        if params["do"] == "break":
            raise RuntimeError("out of order")
        self.done.append(decision_number)


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Register the watched effect for one test."""
    effect = Watched()
    effects._TYPES[effect.kind] = effect
    yield effect
    del effects._TYPES[effect.kind]
