"""Every way a harvest can end, in words: what happened, and how the source's owner mends it.

The codes are stable: they stand in the harvest log and in the API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from alliance.outbound import CODES, message

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_Words = dict[str, tuple["_StrPromise", "_StrPromise"]]
_NOTHING = lazy("Nothing is to be done.")
_LATER = lazy("The portal tries again by itself; the last good copy stays.")
_OPERATOR = lazy("Tell the operator of that catalogue.")

OUTCOMES: _Words = {
    "imported": (lazy("Read, and the entry was renewed."), _NOTHING),
    "unchanged": (lazy("Read; nothing new."), _NOTHING),
    "imported-with-errors": (
        lazy("Read with errors: what could be used was taken."),
        lazy("Correct the lines below; the next harvest sees it."),
    ),
    "unchanged-with-errors": (
        lazy("Read with errors; nothing new could be taken."),
        lazy("Correct the lines below; the next harvest sees it."),
    ),
    "partly": (
        lazy("Read, but some entries could not be taken."),
        lazy("They are listed below and are tried again each time."),
    ),
    "not-usable": (
        lazy("Nothing in the file could be used."),
        lazy("Correct the lines below. Until then the last good copy stays."),
    ),
    "another-project": (
        lazy("The manifest describes another repository than the project's."),
        lazy("Correct “url” (or “codeRepository”), or add the repository to the project's entry."),
    ),
    "repository-taken": (
        lazy("The manifest names a repository that belongs to another project."),
        lazy("Correct the address in the manifest."),
    ),
    "licence-invalid": (
        lazy("The licence can't be taken over."),
        lazy("Use identifiers of the SPDX list."),
    ),
    "repository-invalid": (
        lazy("The address of the repository can't be taken over."),
        lazy("Write it as https://…"),
    ),
    "bad-status": (
        lazy("The server answered with an error instead of the file."),
        lazy("Open the address in a browser: it must show the bare file, without signing in."),
    ),
    "out-of-time": (lazy("The time for one harvest ran out."), _LATER),
    "not-json": (
        lazy("The answer isn't the JSON document that was expected."),
        lazy("Look whether the address is right."),
    ),
    "index-malformed": (lazy("The catalogue's index breaks its own format."), _OPERATOR),
    "index-version": (lazy("The catalogue's index has a version that the portal doesn't know."), _OPERATOR),
    "own-portal": (
        lazy("The address leads to this portal itself."),
        lazy("Give the address of another portal."),
    ),
    "origin-changed": (
        lazy("The portal at this address calls itself otherwise than before."),
        lazy("If it moved, withdraw this source and register the new address."),
    ),
    "leaves-origin": (lazy("The catalogue's pages lead to another server."), _OPERATOR),
    "too-many-pages": (lazy("The catalogue has too many pages, or they lead in a circle."), _OPERATOR),
    "too-many-objects": (lazy("The catalogue names more entries than the portal takes."), _OPERATOR),
    "not-ckan": (
        lazy("No CKAN catalogue answers at this address."),
        lazy("Give the address before /api/3/."),
    ),
    "not-dcat": (
        lazy("No DCAT catalogue in JSON-LD is at this address."),
        lazy("Give the address of a JSON-LD document with dcat:dataset."),
    ),
    "not-own": (
        lazy("The entry belongs to somebody else than the portal that offers it."),
        lazy("Copies aren't taken from copies: harvest its origin instead."),
    ),
    "held-elsewhere": (
        lazy("The entry comes through another source already."),
        lazy("Nothing is to be done: each entry has one origin."),
    ),
    "digest-differs": (lazy("The entry's content doesn't have the hash that the index names."), _OPERATOR),
    "worker-lost": (lazy("The portal's worker was stopped in the middle of the harvest."), _LATER),
    "internal-error": (
        lazy("The portal made a mistake of its own."),
        lazy("Its operators see it; the harvest is tried again by itself."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One code in the active language."""

    code: str
    title: str
    advice: str


def reason(code: str) -> Reason:
    """Return the words for an outcome; those of the outbound door have their own sentences."""
    if code in OUTCOMES:
        title, advice = OUTCOMES[code]
        return Reason(code, str(title), str(advice))
    if code in CODES:
        return Reason(code, message(code), _("Look whether the address opens from outside."))
    return Reason(code, code, "")
