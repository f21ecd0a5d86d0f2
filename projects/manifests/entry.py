"""What a manifest says about a project, whatever its format: the crosswalk's middle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

Localised = Mapping[str, str]  # language tag → text


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation or person by name, with an address that identifies it where there is one."""

    name: str
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that must be there to run the software."""

    name: str
    version: str = ""
    version_min: str = ""
    version_max: str = ""
    is_optional: bool = False
    kind: str = "open"  # open, proprietary or hardware


@dataclass(frozen=True, slots=True)
class Entry:
    """A project as a manifest describes it. Empty means: not said.

    `status` is one of publiccode.yml's words, `status_word` what the manifest says. People appear by name only:
    their addresses are never kept.
    """

    name: str
    names: Localised = field(default_factory=dict)
    repository: str = ""
    homepage: str = ""
    summaries: Localised = field(default_factory=dict)
    texts: Localised = field(default_factory=dict)
    features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documentation: Localised = field(default_factory=dict)
    licence: str = ""
    copyright_owner: str = ""
    version: str = ""
    released: date | None = None
    started: date | None = None
    status: str = ""
    status_word: str = ""
    kind: str = "software"
    software_type: str = ""
    platforms: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    programming_languages: tuple[str, ...] = ()
    organisation: Party | None = None
    funders: tuple[Party, ...] = ()
    authors: tuple[Party, ...] = ()
    maintenance: str = ""
    maintainers: tuple[Party, ...] = ()
    contractors: tuple[tuple[Party, date], ...] = ()
    used_by: tuple[str, ...] = ()
    part_of: str = ""
    based_on: tuple[str, ...] = ()
    is_localisable: bool | None = None
    languages: tuple[str, ...] = ()
    requires: tuple[Dependency, ...] = ()
    logo: str = ""
    roadmap: str = ""
    issue_tracker: str = ""
    continuous_integration: str = ""
    readme: str = ""
    paper: str = ""
    identifiers: tuple[str, ...] = ()

    def summary(self, language: str) -> str:
        """Return the summary in a language, or in the first one there is."""
        return chosen(self.summaries, language)

    def as_json(self) -> dict[str, Any]:
        """Return the entry as JSON can hold it; what isn't said is left out."""
        plain = {one.name: _plain(getattr(self, one.name)) for one in fields(self)}
        return {name: value for name, value in plain.items() if value not in ("", None, [], {})}


def chosen(texts: Localised, language: str) -> str:
    """Return the text in a language: exactly, then by its primary tag, then English, then any, in a fixed order."""
    for tag in (language, *sorted(texts)):
        if tag in texts and tag.split("-")[0].lower() == language.split("-")[0].lower():
            return texts[tag]
    return texts.get("en") or next((texts[tag] for tag in sorted(texts)), "")


def of_language(texts: Localised, language: str) -> str:
    """Return the text in just this language, or nothing."""
    for tag in (language, *sorted(texts)):
        if tag in texts and tag.split("-")[0].lower() == language:
            return texts[tag]
    return ""


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Party):
        return {"name": value.name, **({"uri": value.uri} if value.uri else {})}
    if isinstance(value, Dependency):
        found = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: one for name, one in found.items() if one not in ("", False)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in sorted(value.items())}
    if isinstance(value, (tuple, list)):
        return [_plain(inner) for inner in value]
    return value
