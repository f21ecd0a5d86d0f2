"""Bytes of a manifest to an entry and findings, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from projects.manifests import citation, codemeta, formats, landscape, publiccode
from projects.manifests.checking import Checker, has_errors
from projects.manifests.entry import Entry
from projects.manifests.findings import Finding, Level, in_order
from projects.manifests.sources import json, text, yaml
from projects.manifests.sources.tree import Item, Unreadable

LANDSCAPE_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file came to. `entry` is None where nothing can be used; a landscape has `entries` instead."""

    form: str
    version: str
    entry: Entry | None
    findings: tuple[Finding, ...]
    entries: tuple[Entry, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Tell whether the file keeps to its standard."""
        return not has_errors(self.findings)

    @property
    def is_usable(self) -> bool:
        return self.entry is not None or bool(self.entries)

    def as_json(self) -> dict[str, Any]:
        """Return what `check_manifest --json` prints, without words."""
        found: dict[str, Any] = {
            "format": self.form,
            "version": self.version,
            "valid": self.is_valid,
            "usable": self.is_usable,
            "counts": {
                str(level): sum(one.level is level for one in self.findings) for level in Level
            },
            "findings": [one.as_json() for one in self.findings],
        }
        if self.entry is not None:
            found["entry"] = self.entry.as_json()
        if self.entries:
            found["entries"] = [one.as_json() for one in self.entries]
        return found


def read_manifest(
    raw: bytes, *, name: str = "", form: str = "", repository: str = "", today: date
) -> Reading:
    """Read a manifest. `name` is its file name or address; `form` overrules what name and content tell.

    `repository` is where the file was found, when that is known.
    """
    checker = Checker(today)
    form = form or formats.by_name(name)
    try:
        root = _tree(raw, form, checker)
        form = form or formats.by_content(root)
        if root.mapping is None:
            checker.note("not-a-mapping", "", root.place, found=root.kind)
            return Reading(form, "", None, in_order(checker.findings))
        version, entry, entries = _read(root, form, checker, repository)
    except Unreadable as refusal:
        return Reading(form, "", None, in_order([*checker.findings, refusal.finding]))
    return Reading(form, version, entry, in_order(checker.findings), entries)


def _tree(raw: bytes, form: str, checker: Checker) -> Item:
    limit = LANDSCAPE_BYTES if form == "landscape" else text.MAX_BYTES
    words = text.decode(raw, checker.findings, limit=limit)
    is_json = form == "codemeta" or (not form and words.lstrip().startswith("{"))
    return (json if is_json else yaml).read(words, checker.findings)


def _read(
    root: Item, form: str, checker: Checker, repository: str
) -> tuple[str, Entry | None, tuple[Entry, ...]]:
    if form == "landscape":
        return "", None, landscape.read(root, checker)
    readers = {"publiccode": publiccode.read, "codemeta": codemeta.read, "cff": citation.read}
    if form not in readers:
        checker.note("unknown-format", "", root.place)
        return "", None, ()
    version, entry = readers[form](root, checker, repository=repository)
    return version, entry, ()
