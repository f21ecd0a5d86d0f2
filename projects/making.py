"""Making a manifest from a form: the same validator as for harvesting has the last word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.actions.entries import checked_licence, checked_repository
from projects.describing import entry_of
from projects.errors import EntryRefused
from projects.forms_sources import MakerForm
from projects.manifests import Entry, Party, codemeta, read_manifest
from projects.manifests.checking import is_address
from projects.manifests.formats import NAMES
from projects.manifests.publiccode.writing import complete, write
from projects.manifests.wording import Remark, remark
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Made:
    """A file, ready to be put into a repository, and what a validator says to it."""

    name: str
    text: str
    guessed: tuple[str, ...]
    remarks: tuple[Remark, ...]


def initial_of(project: Project, today: date) -> dict[str, Any]:
    """Return what the catalogue knows of a project, as the form's first values."""
    entry = entry_of(project, today=today)
    return {
        "name": entry.name, "repository": entry.repository, "homepage": entry.homepage, "licence": entry.licence,
        "status": entry.status, "software_type": entry.software_type, "platforms": list(entry.platforms),
        "maintenance": entry.maintenance or "community", "languages": ", ".join(entry.languages),
        "contact": entry.maintainers[0].name if entry.maintainers else "",
        "is_localisable": bool(entry.is_localisable),
        **{f"summary_{tag}": entry.summaries.get(tag, "")[:150] for tag in ("en", "fr")},
        **{f"text_{tag}": entry.texts.get(tag, "") for tag in ("en", "fr")},
        **{f"features_{tag}": "\n".join(entry.features.get(tag, ())) for tag in ("en", "fr")},
    }  # fmt: skip


def make(form: MakerForm, today: date) -> Made | None:
    """Make the file of a valid form; None where the form got errors, which it then shows."""
    try:
        entry = _entry(form)
    except EntryRefused as refusal:
        field = "licence" if refusal.code == "licence-invalid" else "repository"
        form.add_error(field, refusal.message)
        return None
    if entry.homepage and not is_address(entry.homepage):
        form.add_error("homepage", ValidationError(_("Write the whole address, with https://.")))
        return None
    kind = form.cleaned_data["form"]
    draft = complete(entry)
    text = write(draft) if kind == "publiccode" else codemeta.write(entry)
    reading = read_manifest(text.encode(), form=kind, today=today)
    guessed = draft.guessed if kind == "publiccode" else ()
    return Made(NAMES[kind], text, guessed, tuple(remark(one, kind) for one in reading.findings))


def _entry(form: MakerForm) -> Entry:
    said: Mapping[str, Any] = form.cleaned_data
    localised = {
        part: {
            tag: _plain(said[f"{part}_{tag}"])
            for tag in ("en", "fr")
            if _plain(said[f"{part}_{tag}"])
        }
        for part in ("summary", "text")
    }
    features = {tag: tuple(_lines(said[f"features_{tag}"])) for tag in ("en", "fr")}
    contact = _plain(said["contact"])
    return Entry(
        name=_plain(said["name"]),
        repository=checked_repository(said["repository"]),
        homepage=said["homepage"].strip(),
        summaries=localised["summary"],
        texts=localised["text"],
        features={tag: found for tag, found in features.items() if found},
        licence=checked_licence(said["licence"]) if said["licence"] else "",
        status=said["status"],
        software_type=said["software_type"],
        platforms=tuple(said["platforms"]),
        maintenance=said["maintenance"],
        maintainers=(Party(contact),) if contact and said["maintenance"] != "none" else (),
        languages=tuple(tag.strip() for tag in said["languages"].split(",") if tag.strip()),
        is_localisable=said["is_localisable"],
    )  # fmt: skip


def _plain(text: str) -> str:
    """Take line ends of browsers and blanks at the ends away."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def _lines(text: str) -> list[str]:
    return [line.strip("-* \t") for line in _plain(text).split("\n") if line.strip("-* \t")]
