"""Write codemeta.json 3.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from projects.manifests.codemeta import vocabulary as v
from projects.manifests.entry import Dependency, Entry, Party, chosen

TYPES = {"dataset": "Dataset", "course": "Course", "paper": "CreativeWork"}


def write(entry: Entry) -> str:
    """Return the file."""
    return json.dumps(document(entry), ensure_ascii=False, indent=2) + "\n"


def document(entry: Entry) -> dict[str, Any]:
    """Return the file's content."""
    return {"@context": v.CONTEXT, **terms(entry)}


def terms(entry: Entry) -> dict[str, Any]:
    """Return schema.org's and CodeMeta's terms without a context."""
    texts = {**entry.summaries, **entry.texts}
    found: dict[str, Any] = {
        "@type": TYPES.get(entry.kind, "SoftwareSourceCode"),
        "name": entry.name,
        "description": _description(texts),
        "codeRepository": entry.repository,
        "url": entry.homepage,
        "license": licence(entry.licence),
        "softwareVersion": entry.version,
        "datePublished": entry.released.isoformat() if entry.released else "",
        "dateCreated": entry.started.isoformat() if entry.started else "",
        "developmentStatus": _status(entry),
        "keywords": list(dict.fromkeys((*entry.keywords, *entry.categories))),
        "programmingLanguage": list(entry.programming_languages),
        "operatingSystem": list(entry.platforms),
        "author": [party(one) for one in entry.authors] or _owner(entry),
        "maintainer": [person(one) for one in entry.maintainers],
        "funder": [party(one) for one in entry.funders],
        "producer": party(entry.organisation) if entry.organisation else None,
        "copyrightHolder": party(Party(entry.copyright_owner)) if entry.copyright_owner else None,
        "isPartOf": {"@type": "CreativeWork", "name": entry.part_of} if entry.part_of else None,
        "softwareRequirements": [_requirement(one) for one in entry.requires],
        "softwareHelp": chosen(entry.documentation, "en"),
        "issueTracker": entry.issue_tracker,
        "continuousIntegration": entry.continuous_integration,
        "readme": entry.readme,
        "referencePublication": entry.paper,
        "identifier": list(entry.identifiers),
    }
    return {key: value for key, value in found.items() if value not in ("", None, [], {})}


def party(one: Party) -> dict[str, str]:
    """Return an organisation; a name alone doesn't say whether it is a person."""
    found = {"@type": "Organization", "name": one.name}
    return {**({"@id": one.uri} if one.uri else {}), **found}


def person(one: Party) -> dict[str, str]:
    """Return a person."""
    return {"@type": "Person", "name": one.name}


def licence(expression: str) -> str:
    """Return SPDX's address of a licence, or the expression where it is more than one."""
    is_single = expression and " " not in expression and not expression.startswith("LicenseRef")
    return f"https://spdx.org/licenses/{expression}" if is_single else expression


def _description(texts: Mapping[str, str]) -> Any:
    if set(texts) <= {"en"}:
        return texts.get("en", "")
    return [{"@language": tag, "@value": texts[tag]} for tag in sorted(texts)]


def _status(entry: Entry) -> str:
    word = entry.status_word if entry.status_word in v.STATUS else v.STATUS_OUT.get(entry.status)
    return f"https://www.repostatus.org/#{word}" if word else ""


def _owner(entry: Entry) -> list[dict[str, str]]:
    return [party(entry.organisation)] if entry.organisation and entry.organisation.name else []


def _requirement(one: Dependency) -> str:
    return " ".join(filter(None, (one.name, one.version or one.version_min)))
