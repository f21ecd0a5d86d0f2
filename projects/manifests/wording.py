"""Findings in words: what is wrong, and what to do about it, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from projects.manifests.findings import Finding, Level
from projects.manifests.rules import RULES, reference

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_Words = tuple["_StrPromise", "_StrPromise"]

_KINDS: dict[str, _StrPromise] = {
    "mapping": lazy("a section with keys"),
    "list": lazy("a list"),
    "text": lazy("a text"),
    "number": lazy("a number"),
    "boolean": lazy("true or false"),
    "nothing": lazy("nothing"),
}
LEVELS: dict[Level, _StrPromise] = {
    Level.ERROR: lazy("Error"),
    Level.WARNING: lazy("Warning"),
    Level.INFO: lazy("Note"),
}
FORMATS: dict[str, str] = {
    "publiccode": "publiccode.yml",
    "codemeta": "codemeta.json",
    "cff": "CITATION.cff",
    "landscape": "landscape.yml",
}
_REMOVE = lazy("Take the key out, or put “x-” before its name if it is your own.")
_SAVE_UTF8 = lazy("Save the file as UTF-8.")

WORDS: dict[str, _Words] = {
    "encoding": (lazy("The file isn't UTF-8."), _SAVE_UTF8),
    "byte-order-mark": (
        lazy("The file begins with a byte-order mark."),
        lazy("Save it as UTF-8 without one; it was read all the same."),
    ),
    "control-characters": (
        lazy("The file holds invisible control characters; they were left out."),
        lazy("Delete them; they often come from copying out of another program."),
    ),
    "too-large": (
        lazy("The file is larger than %(limit)s KiB."),
        lazy("Keep texts and lists short; pictures and documents are linked, not included."),
    ),
    "empty": (lazy("The file is empty."), lazy("Fill it, or let the portal's form make one.")),
    "syntax": (
        lazy("The file can't be read from here on: %(problem)s."),
        lazy("Look at this line and the one before: indentation, quotes, colons, brackets."),
    ),
    "tabs": (
        lazy("A tab stands in the indentation."),
        lazy("YAML takes spaces only: replace each tab by two spaces."),
    ),
    "too-deep": (lazy("The file is nested too deeply."), lazy("Take levels out.")),
    "too-many-values": (
        lazy("The file holds too many values, perhaps by aliases that repeat each other."),
        lazy("Write the values out and shorten the lists."),
    ),
    "several-documents": (
        lazy("The file holds several YAML documents; only the first was read."),
        lazy("Keep one document and take the line “---” out."),
    ),
    "yaml-1-1": (
        lazy("The file says it is YAML 1.1, which the standard no longer advises."),
        lazy("Take the line “%%YAML 1.1” out."),
    ),
    "tag-ignored": (
        lazy("The tag “%(tag)s” was ignored."),
        lazy("Take it out; values need no tags here."),
    ),
    "key-not-text": (lazy("A key isn't a text."), lazy("Keys are single words.")),
    "duplicate-key": (
        lazy("The key stands here for the second time; the last one counts."),
        lazy("Keep one of the two."),
    ),
    "trailing-comma": (
        lazy("A comma stands before the closing bracket."),
        lazy("JSON doesn't allow it: take it out."),
    ),
    "not-a-mapping": (
        lazy("The file should hold keys with values, but holds %(found)s."),
        lazy("Begin with lines such as “name: …”."),
    ),
    "unknown-format": (
        lazy("This isn't a manifest that the portal knows."),
        lazy("Give it one of these names: publiccode.yml, codemeta.json, CITATION.cff."),
    ),
    "missing": (
        lazy("“%(key)s” is missing or empty."),
        lazy("The standard demands it: add it with a value."),
    ),
    "advised": (
        lazy("“%(key)s” is missing."),
        lazy("The format doesn't demand it, but the catalogue is poorer without it."),
    ),
    "wrong-type": (
        lazy("%(expected)s is expected here, not %(found)s."),
        lazy("Look at the standard's example of this key."),
    ),
    "too-long": (
        lazy("The text has %(length)s characters; %(most)s are allowed. It was cut."),
        lazy("Shorten it."),
    ),
    "too-short": (
        lazy("The text has %(length)s characters; at least %(least)s are wanted."),
        lazy("Say a little more: what it does, for whom, and how one begins."),
    ),
    "number-for-text": (
        lazy("%(value)s reads as a number; it was taken as it is written."),
        lazy("Put it in quotes, otherwise 1.10 becomes 1.1 in other programs."),
    ),
    "text-for-boolean": (
        lazy("“%(value)s” was taken for true or false."),
        lazy("Write true or false, without quotes."),
    ),
    "single-for-list": (
        lazy("A list is expected here; the one value was taken as its only entry."),
        lazy("Begin the line with “- ”."),
    ),
    "list-for-single": (
        lazy("One value is expected here; the list's only entry was taken."),
        lazy("Write the value without “- ”."),
    ),
    "not-in-list": (
        lazy("“%(value)s” isn't one of the standard's words."),
        lazy("These are: %(allowed)s."),
    ),
    "bad-url": (
        lazy("“%(value)s” isn't a whole web address."),
        lazy("Write it with https:// and without blanks."),
    ),
    "insecure-url": (
        lazy("The address begins with http://."),
        lazy("Use https:// if the site has it."),
    ),
    "bad-date": (
        lazy("“%(value)s” isn't a day of the calendar."),
        lazy("Write days as YYYY-MM-DD, such as 2026-03-14."),
    ),
    "time-in-date": (
        lazy("“%(value)s” has a time; only the day was taken."),
        lazy("Write the day alone: YYYY-MM-DD."),
    ),
    "bad-licence": (
        lazy("“%(value)s” isn't a licence of the SPDX list."),
        lazy("Use SPDX's identifiers, such as Apache-2.0, MIT or CC-BY-4.0, joined by AND or OR."),
    ),
    "licence-spelling": (
        lazy("“%(value)s” was read as %(proper)s."),
        lazy("Write it as SPDX does: %(proper)s."),
    ),
    "bad-language": (
        lazy("“%(value)s” isn't a language tag."),
        lazy("Use tags such as en, fr or pt-BR."),
    ),
    "language-spelling": (
        lazy("“%(value)s” was read as %(proper)s."),
        lazy("Language tags are written with a hyphen: %(proper)s."),
    ),
    "html-removed": (
        lazy("HTML was taken out of the text."),
        lazy("Write plain text, with *stars* for emphasis at most."),
    ),
    "unknown-key": (lazy("The standard has no key “%(key)s”; it was not read."), _REMOVE),
    "misplaced-key": (
        lazy("“%(key)s” doesn't belong here."),
        lazy("Move it to %(proper)s."),
    ),
    "renamed-key": (
        lazy("“%(key)s” was read as “%(proper)s”."),
        lazy("Rename it to “%(proper)s”."),
    ),
    "key-of-later-version": (
        lazy("“%(key)s” came with version %(since)s of the standard; it was read all the same."),
        lazy("Raise publiccodeYmlVersion to %(since)s or later."),
    ),
    "deprecated-key": (
        lazy("The standard has given “%(key)s” up."),
        lazy("Take it out when you next touch the file."),
    ),
    "contact-details": (
        lazy("The file holds a person's e-mail address or telephone number."),
        lazy("The portal keeps and shows names only. Nothing is to be done."),
    ),
    "not-the-repository": (
        lazy("The file names the repository %(value)s, but lies in %(found)s."),
        lazy("For a contributor's fork this is right. If the project moved, correct the address."),
    ),
    "version-unknown": (
        lazy("There is no version “%(value)s” of the standard."),
        lazy("The newest is %(newest)s."),
    ),
    "version-newer": (
        lazy("Version %(value)s is newer than the portal knows; it was read as %(newest)s."),
        lazy("Nothing is to be done."),
    ),
    "categories-missing": (
        lazy("Before version 0.5 the standard demanded categories."),
        lazy("Add some, or raise publiccodeYmlVersion to 0.5 or later."),
    ),
    "country-lower-case": (
        lazy("“%(value)s” was read as %(proper)s."),
        lazy("Country codes are written in capitals."),
    ),
    "bad-country": (
        lazy("“%(value)s” isn't a country code."),
        lazy("Use the two letters of ISO 3166-1, such as FR."),
    ),
    "country-section": (
        lazy("Country sections such as “%(key)s” are given up by the standard; it was not read."),
        lazy("Say the same with “supports” (version 0.7)."),
    ),
    "logo-format": (
        lazy("“%(value)s” is no SVG or PNG; the logo was left out."),
        lazy("Name an SVG, SVGZ or PNG file."),
    ),
    "contractors-missing": (
        lazy("maintenance/type is “contract”, but no contractor is named."),
        lazy("Add maintenance/contractors with name and until."),
    ),
    "contractors-unwanted": (
        lazy("Contractors are named, but maintenance/type is “%(type)s”."),
        lazy("Take the contractors out, or set the type to “contract”."),
    ),
    "contacts-missing": (
        lazy("maintenance/type is “%(type)s”, but nobody is named as contact."),
        lazy("Add maintenance/contacts with the name of a person."),
    ),
    "contract-over": (
        lazy("The contract for maintenance ended on %(value)s."),
        lazy("Set the new day, or another maintenance/type."),
    ),
    "no-complete-language": (
        lazy("No language has both a longDescription and features."),
        lazy("Add both to at least one language."),
    ),
    "organisation-uri-missing": (
        lazy("The organisation has no uri."),
        lazy("Add organisation/uri: a stable web address or urn: that stands for it."),
    ),
    "context-missing": (
        lazy("“@context” is missing."),
        lazy("Add: \"@context\": \"https://w3id.org/codemeta/3.0\"."),
    ),
    "context-unknown": (
        lazy("The context isn't CodeMeta's: %(value)s. The terms were read as CodeMeta's."),
        lazy("Use https://w3id.org/codemeta/3.0."),
    ),
    "context-old": (
        lazy("The file is written for CodeMeta %(value)s."),
        lazy("Move to https://w3id.org/codemeta/3.0 when you next touch it."),
    ),
    "type-missing": (
        lazy("“@type” is missing; the file was read as SoftwareSourceCode."),
        lazy("Add: \"@type\": \"SoftwareSourceCode\"."),
    ),
    "graph": (
        lazy("The file is a graph; the first software in it was taken."),
        lazy("A codemeta.json describes one thing: take @graph out."),
    ),
    "status-unknown": (
        lazy("“%(value)s” isn't a word of repostatus.org."),
        lazy("Use concept, wip, suspended, abandoned, active, inactive, unsupported or moved."),
    ),
    "fallback-format": (
        lazy("CITATION.cff says little about a project; the portal took what there is."),
        lazy("Add a publiccode.yml or codemeta.json: the portal's form makes one for you."),
    ),
    "item-skipped": (
        lazy("The entry was left out: “%(key)s” is missing or can't be used."),
        lazy("Correct it, and the next harvest takes the entry."),
    ),
    "logo-elsewhere": (
        lazy("Logos are files of the landscape; they aren't taken over."),
        lazy("Nothing is to be done."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding in the active language."""

    level: Level
    level_name: str
    rule: str
    path: str
    line: int
    column: int
    title: str
    advice: str
    reference: str
    bites_from: date | None

    def as_json(self) -> dict[str, Any]:
        """Return the remark for programs."""
        return {
            "level": str(self.level), "rule": self.rule, "path": self.path, "line": self.line, "column": self.column,
            "message": self.title, "advice": self.advice, "reference": self.reference,
            "error_from": self.bites_from.isoformat() if self.bites_from else None,
        }  # fmt: skip


def remark(finding: Finding, form: str) -> Remark:
    """Put a finding into words."""
    title, advice = WORDS.get(finding.rule, (finding.rule, ""))
    values = {
        key: str(_KINDS.get(text, text)) if key in ("expected", "found") else text
        for key, text in finding.values.items()
    }
    from_day = date.fromisoformat(values.pop("from")) if "from" in values else None
    told = str(advice) % values if "%" in str(advice) else str(advice)
    if from_day is not None:
        until = _("Until %(day)s this only warns; from then on it is an error.") % {
            "day": date_format(from_day, "DATE_FORMAT")
        }
        told = f"{told} {until}"
    text = str(title) % values if "%" in str(title) else str(title)
    return Remark(
        level=finding.level,
        level_name=str(LEVELS[finding.level]),
        rule=finding.rule,
        path=finding.path,
        line=finding.place.line,
        column=finding.place.column,
        title=text[:1].upper() + text[1:],
        advice=told,
        reference=reference(finding.rule, finding.path, form) if finding.rule in RULES else "",
        bites_from=from_day,
    )
