"""Read codemeta.json: names are normalised by hand, no context is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from projects.manifests.checking import LONGEST_URL, Checker, is_address, part
from projects.manifests.citation import first_sentence
from projects.manifests.codemeta import vocabulary as v
from projects.manifests.entry import Dependency, Entry, Party
from projects.manifests.findings import Place
from projects.manifests.sources.tree import Item
from projects.rules.repositories import BadAddress, key_of, normalised

TOP: Final = Place(1, 1)


def read(root: Item, check: Checker, *, repository: str = "") -> tuple[str, Entry | None]:
    """Return CodeMeta's version and the entry; no entry where it has neither name nor address."""
    outer = check.section(root, "")
    version = _version(check, outer)
    items = _proper(check, _subject(check, outer))
    kind = _kind(check, items)
    check.only_known(items, v.TERMS, "")
    check.need(items, "name", "", root.place)
    for key in ("description", "codeRepository", "license", "author"):
        if key not in items:
            check.note("advised", key, root.place, key=key)
    reading = _Reading(check, items)
    entry = reading.entry(kind, repository)
    return version, entry if entry.name and (entry.repository or entry.homepage) else None


def _version(check: Checker, items: dict[str, Item]) -> str:
    item = items.get("@context")
    if item is None or item.is_empty:
        check.note("context-missing", "@context", TOP)
        return ""
    said = [one.text for one in (item.sequence or [item]) if isinstance(one.value, str)]
    found = sorted({match[1] for text in said if (match := v.CONTEXT_VERSION.search(text))})
    if not found:
        if not any(v.MASTER.search(text) for text in said):
            check.note("context-unknown", "@context", item.place, value=", ".join(said)[:200])
        return ""
    if found[-1] < "2":
        check.note("context-old", "@context", item.place, value=found[-1])
    return found[-1] if "." in found[-1] else f"{found[-1]}.0"


def _subject(check: Checker, items: dict[str, Item]) -> dict[str, Item]:
    """Return the node that is the software, where the file is a graph."""
    graph = items.get("@graph")
    if graph is None:
        return items
    check.note("graph", "@graph", graph.place)
    nodes = [one.mapping for one in graph.sequence or [] if one.mapping]
    typed = [node for node in nodes if _types(node) & v.SOFTWARE_TYPES]
    return (typed or nodes or [{}])[0]


def _types(items: dict[str, Item]) -> set[str]:
    item = items.get("@type") or items.get("type")
    said = (item.sequence or [item]) if item is not None else []
    return {v.PREFIX.sub("", one.text) for one in said if isinstance(one.value, str)}


def _kind(check: Checker, items: dict[str, Item]) -> str:
    types = _types(items)
    if not types:
        check.note("type-missing", "@type", TOP)
        return "software"
    if types & v.SOFTWARE_TYPES:
        return "software"
    return next((v.KINDS[name] for name in sorted(types) if name in v.KINDS), "software")


def _proper(check: Checker, items: dict[str, Item]) -> dict[str, Item]:
    """Take prefixes off and give old terms their present name."""
    found: dict[str, Item] = {}
    for key, item in items.items():
        bare = v.PREFIX.sub("", key)
        proper = v.RENAMED.get(bare, bare)
        if proper != bare:
            check.note("renamed-key", key, item.place, key=key, proper=proper)
        if proper not in found:
            found[proper] = item
    return found


@dataclass(slots=True)
class _Reading:
    check: Checker
    items: dict[str, Item]

    def entry(self, kind: str, repository: str) -> Entry:
        """Read the terms that the portal has a place for."""
        texts = self._localised("description")
        maintainers = self._parties("maintainer")
        status, word = self._status()
        return Entry(
            name=self._text("name", most=200),
            kind=kind,
            repository=self._repository(repository),
            homepage=self._address("url"),
            summaries={tag: first_sentence(text) for tag, text in texts.items()},
            texts={tag: text for tag, text in texts.items() if len(text) > 150},
            documentation={"en": self._address("softwareHelp")} if self.items.get("softwareHelp") else {},
            licence=self._licence(),
            version=self._text("softwareVersion", most=80) or self._text("version", most=80),
            released=self._day("datePublished") or self._day("dateModified"),
            started=self._day("dateCreated"),
            status=status,
            status_word=word,
            platforms=self._words("operatingSystem"),
            keywords=self._keywords(),
            programming_languages=self._words("programmingLanguage"),
            organisation=next(iter(self._organisations()), None),
            funders=self._parties("funder") or self._parties("sponsor"),
            authors=self._parties("author"),
            maintainers=maintainers,
            maintenance="community" if maintainers else "",
            copyright_owner=", ".join(one.name for one in self._parties("copyrightHolder")),
            part_of=self._name_of("isPartOf"),
            requires=tuple(Dependency(name) for name in self._words("softwareRequirements")),
            issue_tracker=self._address("issueTracker"),
            continuous_integration=self._address("continuousIntegration"),
            readme=self._address("readme"),
            paper=self._name_of("referencePublication"),
            identifiers=self._words("identifier"),
        )  # fmt: skip

    def _each(self, key: str) -> Iterator[tuple[str, Item]]:
        """Go through one or several values alike."""
        item = self.items.get(key)
        if item is None or item.value is None:
            return
        if item.sequence is None:
            yield key, item
            return
        for at, one in enumerate(item.sequence, 1):
            if one.value is not None:
                yield part(key, at), one

    def _plain(self, path: str, item: Item, *, most: int = 300) -> str:
        """Read a text, or the name, value or address of an object."""
        told = item.mapping
        if told is None:
            return self.check.text(item, path, most=most)
        for key in ("@value", "name", "value", "identifier", "url", "@id", "id"):
            if key in told and told[key].mapping is None and told[key].sequence is None:
                return self.check.text(told[key], part(path, key), most=most)
        return ""

    def _words(self, key: str) -> tuple[str, ...]:
        found = (self._plain(path, one) for path, one in self._each(key))
        return tuple(dict.fromkeys(filter(None, found)))

    def _text(self, key: str, *, most: int) -> str:
        return next(
            (text for path, one in self._each(key) if (text := self._plain(path, one, most=most))),
            "",
        )

    def _name_of(self, key: str) -> str:
        return next(iter(self._words(key)), "")

    def _localised(self, key: str) -> dict[str, str]:
        """Read a text in one or several languages; what names no language is English."""
        found: dict[str, str] = {}
        for path, one in self._each(key):
            told = one.mapping or {}
            said = told.get("@language")
            tag = self.check.language(said.text, path, one.place) if said else "en"
            text = self._plain(path, one, most=10_000)
            if text and tag:
                found.setdefault(tag, text)
        return found

    def _address(self, key: str) -> str:
        for path, one in self._each(key):
            told = one.mapping or {}
            inner = told.get("@id") or told.get("id") or told.get("url") or one
            if inner.mapping is None:
                return self.check.url(inner, path)
        return ""

    def _day(self, key: str) -> date | None:
        """Read a day; schema.org lets a time follow, and a bare year stand."""
        item = self.items.get(key)
        if item is None or item.is_empty:
            return None
        text = self._plain(key, item).split("T")[0].strip()
        if len(text) == 4 and text.isdigit():
            return None
        return self.check.date(Item(text, item.place, text), key)

    def _repository(self, found_in: str) -> str:
        item = self.items.get("codeRepository")
        text = next(
            (
                self._plain(path, one, most=LONGEST_URL)
                for path, one in self._each("codeRepository")
            ),
            "",
        )
        if not text or item is None:
            return ""
        try:
            spelled = normalised(text)
        except BadAddress:
            if is_address(text):
                return text
            self.check.note("bad-url", "codeRepository", item.place, value=text[:200])
            return ""
        try:
            if found_in and key_of(spelled) != key_of(normalised(found_in)):
                self.check.note(
                    "not-the-repository",
                    "codeRepository",
                    item.place,
                    value=spelled,
                    found=found_in,
                )
        except BadAddress:
            pass
        return spelled

    def _licence(self) -> str:
        """Read identifiers, SPDX addresses and the best known pages of licences; several count together."""
        found: list[str] = []
        for path, one in self._each("license"):
            text = self._plain_licence(path, one)
            for pattern, name in v.LICENCE_PAGES:
                if match := pattern.match(text):
                    text = name or match["id"]
                    break
            licence = self.check.licence(Item(text, one.place, text), path) if text else ""
            if licence:
                found.append(f"({licence})" if " OR " in licence else licence)
        unique = list(dict.fromkeys(found))
        return unique[0].strip("()") if len(unique) == 1 else " AND ".join(unique)

    def _plain_licence(self, path: str, item: Item) -> str:
        told = item.mapping
        if told is None:
            return self.check.text(item, path)
        for key in ("url", "@id", "id", "identifier", "name"):
            if key in told and isinstance(told[key].value, str):
                return told[key].text.strip()[:300]
        return ""

    def _status(self) -> tuple[str, str]:
        item = self.items.get("developmentStatus")
        if item is None or item.is_empty:
            return "", ""
        said = self._plain("developmentStatus", item)
        word = said.rstrip("/").rsplit("#", 1)[-1].rsplit("/", 1)[-1].strip().lower()
        if word not in v.STATUS:
            self.check.note("status-unknown", "developmentStatus", item.place, value=said[:80])
        return v.STATUS.get(word, ""), word[:40]

    def _keywords(self) -> tuple[str, ...]:
        """Read keywords as a list, or as one text with commas."""
        said = [
            *self._words("keywords"),
            *self._words("applicationCategory"),
            *self._words("applicationSubCategory"),
        ]
        split = (word.strip() for text in said for word in text.split(","))
        return tuple(dict.fromkeys(word[:80] for word in split if word))

    def _organisations(self) -> Iterator[Party]:
        for key in ("producer", "publisher", "provider", "copyrightHolder"):
            yield from self._parties(key)

    def _parties(self, key: str) -> tuple[Party, ...]:
        """Read people and organisations; their addresses stay behind."""
        found = []
        for path, one in self._each(key):
            told = one.mapping
            if told is None:
                name, uri = self.check.text(one, path), ""
            else:
                told = {v.PREFIX.sub("", inner): item for inner, item in told.items()}
                if "email" in told:
                    self.check.note("contact-details", path, one.place)
                name = self._person(path, told)
                said = told.get("@id") or told.get("id") or told.get("url")
                uri = said.text if said is not None and isinstance(said.value, str) else ""
            if name:
                found.append(Party(name, uri if is_address(uri) else ""))
        return tuple(dict.fromkeys(found))

    def _person(self, path: str, told: dict[str, Item]) -> str:
        if "name" in told:
            return self._plain(part(path, "name"), told["name"])
        parts = (
            self._plain(part(path, key), told[key])
            for key in ("givenName", "familyName")
            if key in told
        )
        return " ".join(filter(None, parts))
