"""Which format a file has: by its name first, by what it holds where the name says nothing."""

from __future__ import annotations

import re
from typing import Final

from projects.manifests.sources.tree import Item

FORMATS: Final = ("publiccode", "codemeta", "cff", "landscape")
NAMES: Final = {
    "publiccode": "publiccode.yml",
    "codemeta": "codemeta.json",
    "cff": "CITATION.cff",
    "landscape": "landscape.yml",
}
_BY_NAME: Final = (
    (re.compile(r"(?i)publiccode\.ya?ml$"), "publiccode"),
    (re.compile(r"(?i)codemeta\.json(ld)?$"), "codemeta"),
    (re.compile(r"(?i)citation\.cff$"), "cff"),
    (re.compile(r"(?i)landscape\.ya?ml$"), "landscape"),
)


def by_name(name: str) -> str:
    """Return the format that a file name or address tells, or nothing."""
    path = name.split("?")[0].split("#")[0]
    return next((form for pattern, form in _BY_NAME if pattern.search(path)), "")


def by_content(root: Item) -> str:
    """Return the format that the keys tell, or nothing."""
    keys = set(root.mapping or {})
    if (
        keys & {"publiccodeYmlVersion", "publiccode-yaml-version", "developmentStatus"}
        and "@context" not in keys
    ):
        return "publiccode"
    if keys & {"@context", "@type", "codeRepository"}:
        return "codemeta"
    if keys & {"cff-version"}:
        return "cff"
    if "landscape" in keys:
        return "landscape"
    return "publiccode" if keys & {"legal", "maintenance", "softwareType", "localisation"} else ""
