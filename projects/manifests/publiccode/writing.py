"""Write publiccode.yml, strictly: what the standard demands and nobody said is filled in and marked as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from projects.manifests.entry import Dependency, Entry, Party
from projects.manifests.publiccode import vocabulary as v
from projects.manifests.publiccode.emitting import Value, emit

VERSION: Final = "0.7"
SHORT, LONG_LEAST, LONG_MOST = 150, 150, 10_000

UNKNOWN_LICENCE: Final = "LicenseRef-not-stated"

_LONG: Final = {
    "en": "{name}: {summary} The source code, the issues and the history of the project are kept at {url}."
    " This description was put together from the project's entry in a catalogue; its maintainers are invited to write"
    " a longer one.",
    "fr": "{name} : {summary} Le code source, les tickets et l'historique du projet se trouvent à {url}."
    " Cette description est tirée de la fiche du projet dans un catalogue ; ses responsables sont invités à en écrire"
    " une plus longue.",
}
_FEATURE: Final = {"en": "See the description", "fr": "Voir la description"}
_NOBODY: Final = "The maintainers of {name}"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry with everything that the standard demands; `guessed` names the keys that nobody gave."""

    entry: Entry
    guessed: tuple[str, ...] = ()


def complete(entry: Entry) -> Draft:
    """Fill in what the standard demands: the same entry gives the same draft."""
    guessed: list[str] = []

    def or_else(value: str, key: str, default: str) -> str:
        if not value:
            guessed.append(key)
        return value or default

    filled = _described(entry, guessed)
    filled = replace(
        filled,
        repository=entry.repository or entry.homepage,
        platforms=entry.platforms or (or_else("", "platforms", "any"),),
        status=or_else(entry.status, "developmentStatus", "development"),
        software_type=or_else(entry.software_type, "softwareType", "standalone/other"),
        licence=or_else(entry.licence, "legal/license", UNKNOWN_LICENCE),
        maintenance=_maintenance(entry, guessed),
        maintainers=_maintainers(entry, guessed),
        languages=entry.languages
        or (or_else("", "localisation/availableLanguages", min(filled.summaries)),),
    )
    if entry.is_localisable is None:
        guessed.append("localisation/localisationReady")
        filled = replace(filled, is_localisable=False)
    return Draft(filled, tuple(guessed))


def write(draft: Draft) -> str:
    """Return the file, with a remark on top about what was filled in."""
    return _remark(draft.guessed) + emit(document(draft.entry))


def _remark(guessed: tuple[str, ...]) -> str:
    if not guessed:
        return ""
    listed = "".join(f"#   {key}\n" for key in guessed)
    return f"# The catalogue did not know these; please check them:\n{listed}\n"


def _described(entry: Entry, guessed: list[str]) -> Entry:
    """Give every language a short description and at least one a long one with features."""
    summaries = {
        tag: _short(text, SHORT)
        for tag, text in (entry.summaries or _first_sentences(entry)).items()
    }
    if not summaries:
        guessed.append("description/en/shortDescription")
        summaries = {"en": _short(entry.name, SHORT)}
    texts = dict(entry.texts)
    features = dict(entry.features)
    for tag, summary in summaries.items():
        language = "fr" if tag.startswith("fr") else "en"
        if len(texts.get(tag, "")) < LONG_LEAST:
            guessed.append(f"description/{tag}/longDescription")
            told = texts.get(tag, "") or summary.rstrip(".") + "."
            url = entry.repository or entry.homepage
            texts[tag] = _LONG[language].format(name=entry.name, summary=told, url=url)
        if not features.get(tag):
            guessed.append(f"description/{tag}/features")
            features[tag] = (_FEATURE[language],)
    texts = {tag: _short(texts[tag], LONG_MOST) for tag in summaries}
    return replace(entry, summaries=summaries, texts=texts, features=features)


def _first_sentences(entry: Entry) -> Mapping[str, str]:
    return {tag: text.split("\n")[0].split(". ")[0] for tag, text in entry.texts.items()}


def _maintenance(entry: Entry, guessed: list[str]) -> str:
    if entry.maintenance == "contract" and not entry.contractors:
        guessed.append("maintenance/type")
        return "community"
    if not entry.maintenance:
        guessed.append("maintenance/type")
        return "community"
    return entry.maintenance


def _maintainers(entry: Entry, guessed: list[str]) -> tuple[Party, ...]:
    if entry.maintainers or entry.maintenance == "none" or entry.contractors:
        return entry.maintainers
    guessed.append("maintenance/contacts")
    return (Party(_NOBODY.format(name=entry.name)),)


def _short(text: str, most: int) -> str:
    """Cut at a word, with an ellipsis."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def document(entry: Entry) -> dict[str, Value]:
    """Return the file's content in the order of the standard; the entry must be complete."""
    found: dict[str, Value | None] = {
        "publiccodeYmlVersion": VERSION,
        "name": entry.name,
        "applicationSuite": entry.part_of,
        "url": entry.repository,
        "landingURL": entry.homepage,
        "isBasedOn": list(entry.based_on),
        "softwareVersion": entry.version,
        "releaseDate": entry.released.isoformat() if entry.released else "",
        "logo": entry.logo,
        "platforms": list(entry.platforms),
        "categories": list(entry.categories),
        "usedBy": list(entry.used_by),
        "fundedBy": [_party(one) for one in entry.funders],
        "roadmap": entry.roadmap,
        "developmentStatus": entry.status,
        "softwareType": entry.software_type,
        "organisation": _party(entry.organisation)
        if entry.organisation and entry.organisation.uri
        else None,
        "intendedAudience": {"scope": list(entry.scopes)} if entry.scopes else None,
        "description": {tag: _description(entry, tag) for tag in sorted(entry.summaries)},
        "legal": _without_empty(
            {"license": entry.licence, "mainCopyrightOwner": entry.copyright_owner}
        ),
        "maintenance": _upkeep(entry),
        "localisation": {
            "localisationReady": bool(entry.is_localisable),
            "availableLanguages": list(entry.languages),
        },
        "dependsOn": {
            kind: [_dependency(one) for one in entry.requires if one.kind == kind]
            for kind in v.DEPENDENCIES
            if any(one.kind == kind for one in entry.requires)
        },
    }
    return _without_empty(found)


def _description(entry: Entry, tag: str) -> Value:
    return _without_empty(
        {
            "localisedName": entry.names.get(tag, ""),
            "shortDescription": entry.summaries[tag],
            "longDescription": entry.texts.get(tag, ""),
            "documentation": entry.documentation.get(tag, ""),
            "features": list(entry.features.get(tag, ())),
        }
    )


def _upkeep(entry: Entry) -> Value:
    contractors: list[Value] = [
        _without_empty({"name": who.name, "until": until.isoformat(), "website": who.uri})
        for who, until in entry.contractors
    ]
    return _without_empty(
        {
            "type": entry.maintenance,
            "contractors": contractors if entry.maintenance == "contract" else [],
            "contacts": [{"name": one.name} for one in entry.maintainers]
            if entry.maintenance != "none"
            else [],
        }
    )


def _party(party: Party) -> dict[str, Value]:
    return _without_empty({"name": party.name, "uri": party.uri})


def _dependency(one: Dependency) -> Value:
    found: dict[str, Value | None] = {
        "name": one.name,
        "version": one.version,
        "versionMin": one.version_min,
        "versionMax": one.version_max,
        "optional": True if one.is_optional else None,
    }
    return _without_empty(found)


def _without_empty(found: Mapping[str, Value | None]) -> dict[str, Value]:
    return {
        key: value
        for key, value in found.items()
        if value is not None and value not in ("", [], {})
    }
