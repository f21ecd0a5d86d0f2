"""Reading values out of a tree: tolerant, with a remark for everything that had to be put right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from projects.manifests.findings import Finding, Level, Place
from projects.manifests.rules import RULES
from projects.manifests.sources.tree import Item
from projects.rules.licences import BadLicence, canonical

_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?")
_LANGUAGE: Final = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-([A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*(-x(-[A-Za-z0-9]{1,8})+)?"
)
_TAG: Final = re.compile(
    r"</?[A-Za-z][^<>]{0,500}>|<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL
)
_SCRIPT: Final = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_OWN_LICENCE: Final = re.compile(r"LicenseRef-[A-Za-z0-9.\-]+")
_YES_NO: Final = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}
_WEB: Final = frozenset({"http", "https"})
LONGEST_URL: Final = 500
LONGEST_LINE: Final = 300


def part(path: str, key: str | int) -> str:
    """Return the path of an inner key."""
    return f"{path}/{key}" if path else str(key)


def without_html(text: str) -> str:
    """Return the text without markup: what scripts and styles hold goes too."""
    return unescape(_TAG.sub("", _SCRIPT.sub("", text))).strip()


@dataclass(slots=True)
class Checker:
    """Collects findings; its readers return a usable value or nothing, never raise."""

    today: date
    findings: list[Finding] = field(default_factory=list)

    def note(self, rule: str, path: str, place: Place, **values: str) -> None:
        """Add a remark at the level that the rule has today."""
        found = RULES[rule]
        level = found.level_on(self.today)
        if level is not found.level and found.bites_from is not None:
            values["from"] = found.bites_from.isoformat()
        self.findings.append(Finding(level, rule, path, place, values))

    # parts of the tree

    def child(self, items: dict[str, Item], key: str) -> Item | None:
        """Return what stands under a key, nothing where it is empty."""
        item = items.get(key)
        return None if item is None or item.value is None else item

    def section(self, item: Item | None, path: str) -> dict[str, Item]:
        """Read a mapping."""
        if item is None:
            return {}
        if item.mapping is None:
            self.note("wrong-type", path, item.place, expected="mapping", found=item.kind)
            return {}
        return item.mapping

    def sequence(self, item: Item | None, path: str) -> list[Item]:
        """Read a list; a single value passes as a list of one."""
        if item is None:
            return []
        if item.sequence is not None:
            return item.sequence
        if item.is_empty:
            return []
        self.note("single-for-list", path, item.place)
        return [item]

    def need(self, items: dict[str, Item], key: str, path: str, place: Place) -> None:
        """Remark that a mandatory key is missing or empty."""
        item = items.get(key)
        if item is None or item.is_empty:
            self.note("missing", part(path, key), item.place if item else place, key=key)

    def only_known(self, items: dict[str, Item], known: Collection[str], path: str) -> None:
        """Remark on keys that the standard doesn't have; `x-…` are anybody's own."""
        for key, item in items.items():
            if key not in known and not key.lower().startswith(("x-", "x_")):
                self.note("unknown-key", part(path, key), item.place, key=key[:100])

    # values

    def text(
        self, item: Item | None, path: str, *, most: int = LONGEST_LINE, least: int = 0
    ) -> str:
        """Read a text; numbers pass as they are written, markup goes, what is too long is cut."""
        if item is None or item.value is None:
            return ""
        if isinstance(item.value, (dict, list)):
            if item.sequence and len(item.sequence) == 1 and not item.sequence[0].mapping:
                self.note("list-for-single", path, item.place)
                return self.text(item.sequence[0], path, most=most, least=least)
            self.note("wrong-type", path, item.place, expected="text", found=item.kind)
            return ""
        if not isinstance(item.value, str):
            self.note("number-for-text", path, item.place, value=item.text[:80])
        text = item.text.strip()[: 4 * most + 1000]  # enough to see that it is too long
        plain = without_html(text) if "<" in text else text
        if plain != text and _TAG.search(text):
            self.note("html-removed", path, item.place)
            text = plain
        if len(text) > most:
            self.note("too-long", path, item.place, most=str(most), length=str(len(text)))
            text = text[: most - 1].rstrip() + "…"
        if text and len(text) < least:
            self.note("too-short", path, item.place, least=str(least), length=str(len(text)))
        return text

    def texts(self, item: Item | None, path: str, *, most: int = LONGEST_LINE) -> tuple[str, ...]:
        """Read a list of texts."""
        read = (
            self.text(one, part(path, at), most=most)
            for at, one in enumerate(self.sequence(item, path), 1)
        )
        return tuple(dict.fromkeys(text for text in read if text))

    def word(self, item: Item | None, path: str, allowed: Collection[str]) -> str:
        """Read a word of a list; another spelling of it passes, another word doesn't."""
        text = self.text(item, path)
        if not text or item is None or text in allowed:
            return text
        near = {word.lower(): word for word in allowed}.get(text.lower())
        self.note(
            "not-in-list", path, item.place, value=text[:80], allowed=", ".join(list(allowed)[:30])
        )
        return near or ""

    def words(self, item: Item | None, path: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Read a list of such words."""
        read = (
            self.word(one, part(path, at), allowed)
            for at, one in enumerate(self.sequence(item, path), 1)
        )
        return tuple(dict.fromkeys(word for word in read if word))

    def boolean(self, item: Item | None, path: str) -> bool | None:
        """Read true or false; YAML 1.1's yes and no pass with a remark."""
        if item is None or item.value is None:
            return None
        if isinstance(item.value, bool):
            return item.value
        meant = _YES_NO.get(item.text.strip().lower())
        if meant is None:
            self.note("wrong-type", path, item.place, expected="boolean", found=item.kind)
        else:
            self.note("text-for-boolean", path, item.place, value=item.text[:20])
        return meant

    def url(self, item: Item | None, path: str, *, schemes: Collection[str] = _WEB) -> str:
        """Read a whole address."""
        text = self.text(item, path, most=LONGEST_URL)
        if not text or item is None:
            return ""
        if not is_address(text, schemes):
            self.note("bad-url", path, item.place, value=text[:200])
            return ""
        if text.startswith("http://"):
            self.note("insecure-url", path, item.place)
        return text

    def uri(self, item: Item | None, path: str) -> str:
        """Read any URI (`https:`, `urn:` …)."""
        text = self.text(item, path, most=LONGEST_URL)
        if not text or item is None:
            return ""
        if not re.fullmatch(
            r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"]+", text
        ) or text.lower().startswith(("javascript:", "data:", "vbscript:")):
            self.note("bad-url", path, item.place, value=text[:200])
            return ""
        return text

    def date(self, item: Item | None, path: str) -> date | None:
        """Read a day; a time behind it is let pass."""
        text = self.text(item, path)
        if not text or item is None:
            return None
        match = _DATE.fullmatch(text)
        try:
            day = date.fromisoformat(match[1]) if match else None
        except ValueError:
            day = None
        if day is None or match is None:
            self.note("bad-date", path, item.place, value=text[:60])
        elif match[2]:
            self.note("time-in-date", path, item.place, value=text[:60])
        return day

    def licence(self, item: Item | None, path: str) -> str:
        """Read an SPDX expression and return its one spelling."""
        text = self.text(item, path)
        if not text or item is None:
            return ""
        try:
            spelled = canonical(text)
        except BadLicence as bad:
            if bad.unknown and all(_OWN_LICENCE.fullmatch(name) for name in bad.unknown):
                return text  # SPDX lets a licence outside its list be named like this
            unknown = ", ".join(bad.unknown) or text
            self.note("bad-licence", path, item.place, value=unknown[:200])
            return ""
        if spelled != text:
            self.note("licence-spelling", path, item.place, value=text[:100], proper=spelled)
        return spelled

    def language(self, text: str, path: str, place: Place) -> str:
        """Read a language tag; `en_US` passes as `en-US`."""
        tag = text.strip()
        if "_" in tag:
            tag = tag.replace("_", "-")
            self.note("language-spelling", path, place, value=text[:40], proper=tag)
        if not _LANGUAGE.fullmatch(tag):
            self.note("bad-language", path, place, value=text[:40])
            return ""
        return tag

    def languages(self, item: Item | None, path: str) -> tuple[str, ...]:
        """Read a list of language tags."""
        found = [
            self.language(self.text(one, inner), inner, one.place)
            for inner, one in self.numbered(item, path)
            if not one.is_empty
        ]
        return tuple(dict.fromkeys(tag for tag in found if tag))

    def numbered(self, item: Item | None, path: str) -> Iterator[tuple[str, Item]]:
        """Go through a list with the path of each entry."""
        for at, one in enumerate(self.sequence(item, path), 1):
            yield part(path, at), one


def is_address(text: str, schemes: Collection[str] = _WEB) -> bool:
    """Say whether a text is a whole address without blanks, quotes or sign-in."""
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    if parts.scheme.lower() not in schemes or not parts.hostname or "@" in parts.netloc:
        return False
    return not re.search(r"[\s<>\"\\^`{}|]", text) and "." in parts.hostname


def has_errors(findings: Collection[Finding]) -> bool:
    """Say whether any of the findings breaks the format."""
    return any(one.level is Level.ERROR for one in findings)
