"""Rooms say here which of their rows must stand in the log; `fsck_log` compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Expected:
    """A row and the entry that must hold it; `body` where the row can say what the entry must contain."""

    what: str
    entry_id: UUID | None
    body: bytes | None = None


Source = Callable[[], Iterator[Expected]]
_SOURCES: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Add a room's rows; call it in `AppConfig.ready`."""
    _SOURCES[name] = source


def expectations() -> Iterator[tuple[str, Expected]]:
    """Yield every expectation with the name of its source."""
    for name, source in sorted(_SOURCES.items()):
        for expected in source():
            yield name, expected


def json_of(entry_body: bytes) -> Any:
    """Read an entry's body where it is JSON, else None."""
    import json

    try:
        return json.loads(entry_body)
    except ValueError:
        return None
