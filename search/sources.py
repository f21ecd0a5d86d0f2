"""Rooms say here which of their things can be found, and how they read; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alliance.i18n import LANGUAGE_CODES

LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Described:
    """A thing in the language that is active: what it is called, says and belongs to.

    `note` is the line below the title in a list. `facets` are `name:value`. `updated` is the thing's own day of change,
    where it keeps one; else the day the index saw it change.
    """

    title: str
    text: str = ""
    note: str = ""
    languages: tuple[str, ...] = LANGUAGE_CODES
    facets: tuple[str, ...] = ()
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A table whose changes make an entry old: `column` holds the thing's key. No `fields` means any field.

    In the table of an owner that things name, `column` is theirs that names it. A migration of the room adds the
    trigger: see `search.watching`.
    """

    table: str
    column: str = "id"
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing. `rows` gives those that everybody may see, by the room's own `visible_to`."""

    kind: str
    name: Any
    order: int
    rows: Callable[[], Any]
    describe: Callable[[Any], Described]
    watches: tuple[Watch, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class FacetName:
    """A way to narrow a search, and the words for its values in the active language."""

    name: str
    label: Any
    order: int
    labels: Callable[[], Mapping[str, str]]


_SOURCES: dict[str, Source] = {}
_FACETS: dict[str, FacetName] = {}


def register(*sources: Source) -> None:
    """Add kinds of things; call it in `AppConfig.ready`."""
    _SOURCES.update({source.kind: source for source in sources})


def register_facet(facet: FacetName) -> None:
    """Add a way to narrow; call it in `AppConfig.ready`."""
    _FACETS[facet.name] = facet


def all_sources() -> list[Source]:
    """Return every kind in the order of the page."""
    return sorted(_SOURCES.values(), key=lambda source: (source.order, source.kind))


def source_of(kind: str) -> Source | None:
    """Return a kind, or None where no room has it (any more)."""
    return _SOURCES.get(kind)


def all_facets() -> list[FacetName]:
    """Return every facet in the order of the page."""
    return sorted(_FACETS.values(), key=lambda facet: (facet.order, facet.name))


def languages_of(row: Any, *fields: str) -> tuple[str, ...]:
    """Return the languages in which a row has any of these localised fields."""
    return tuple(
        code
        for code in LANGUAGE_CODES
        if any(getattr(row, f"{field}_{code}", "") for field in fields)
    )


def joined(*parts: Iterable[str] | str | None) -> str:
    """Join what a thing says into one text; what is empty is left out."""
    texts = [part if isinstance(part, str) else " ".join(part) for part in parts if part]
    return "\n".join(text.strip() for text in texts if text.strip())[:LONGEST_TEXT]
