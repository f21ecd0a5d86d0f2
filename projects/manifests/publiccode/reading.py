"""Read publiccode.yml: every remark with its line, and an entry from whatever can be used."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from projects.manifests.checking import LONGEST_URL, Checker, is_address, part
from projects.manifests.entry import Entry
from projects.manifests.findings import Place
from projects.manifests.publiccode import people
from projects.manifests.publiccode import vocabulary as v
from projects.manifests.sources.tree import Item
from projects.rules.repositories import BadAddress, key_of, normalised

_VERSION: Final = re.compile(r"(\d+)(?:\.(\d+))?(?:\.\d+)?")
_COUNTRY_SECTION: Final = re.compile(r"[A-Za-z]{2}")
_LOGO: Final = re.compile(r"(?i).*\.(svgz?|png)([?#].*)?")
_REPOSITORY_SCHEMES: Final = frozenset({"http", "https", "git", "ssh", "git+ssh", "git+https"})
TOP: Final = Place(1, 1)


def read(root: Item, checker: Checker, *, repository: str = "") -> tuple[str, Entry | None]:
    """Return the version that the file names and the entry; no entry where it has neither name nor address.

    `repository` is where the file was found, when that is known: a file that names another one comes from a fork.
    """
    items = _renamed(checker, checker.section(root, ""), "")
    reading = _Reading(checker, items, _version(checker, items))
    return reading.written_version, reading.entry(repository)


def _renamed(checker: Checker, items: dict[str, Item], path: str) -> dict[str, Item]:
    """Give keys with a known other spelling their proper one."""
    found: dict[str, Item] = {}
    for key, item in items.items():
        proper = v.RENAMED.get(key)
        if proper is None or (not path and key in v.MISPLACED):
            found[key] = item
            continue
        checker.note("renamed-key", part(path, key), item.place, key=key, proper=proper)
        if proper not in items:
            found[proper] = item
    return found


def _version(checker: Checker, items: dict[str, Item]) -> tuple[int, int]:
    """Return the version to read by; the newest where the file names none."""
    item = items.get("publiccodeYmlVersion")
    if item is None or item.is_empty:
        checker.need(items, "publiccodeYmlVersion", "", TOP)
        return 0, 7
    text = checker.text(item, "publiccodeYmlVersion")
    match = _VERSION.fullmatch(text)
    if match is None:
        checker.note(
            "version-unknown", "publiccodeYmlVersion", item.place, value=text[:40], newest=v.NEWEST
        )
        return 0, 7
    if match[2] is None and match[1] == "0":
        return 0, 7  # the plain `0` means any 0.x
    version = int(match[1][:6]), int((match[2] or "0")[:6])
    if version < v.OLDEST or version > (0, 7):
        rule = "version-newer" if version > (0, 7) else "version-unknown"
        checker.note(rule, "publiccodeYmlVersion", item.place, value=text[:40], newest=v.NEWEST)
    return version


@dataclass(slots=True)
class _Reading:
    checker: Checker
    items: dict[str, Item]
    version: tuple[int, int]

    @property
    def written_version(self) -> str:
        item = self.items.get("publiccodeYmlVersion")
        return item.text.strip()[:20] if item is not None else ""

    def entry(self, repository: str) -> Entry | None:
        """Read the file from top to bottom."""
        self._keys()
        check, items = self.checker, self.items
        name = check.text(items.get("name"), "name", most=200)
        url = self._repository(repository)
        entry = Entry(
            name=name,
            repository=url,
            homepage=check.url(items.get("landingURL"), "landingURL"),
            part_of=check.text(items.get("applicationSuite"), "applicationSuite"),
            based_on=self._one_or_more("isBasedOn", most=500),
            version=check.text(items.get("softwareVersion"), "softwareVersion", most=80),
            released=check.date(items.get("releaseDate"), "releaseDate"),
            logo=self._logo(),
            platforms=self._platforms(),
            categories=self._categories(),
            used_by=check.texts(items.get("usedBy"), "usedBy"),
            roadmap=check.url(items.get("roadmap"), "roadmap"),
            status=check.word(items.get("developmentStatus"), "developmentStatus", v.STATUSES),
            software_type=check.word(items.get("softwareType"), "softwareType", v.SOFTWARE_TYPES),
        )
        entry = replace(entry, status_word=entry.status)
        entry = self._localisation(self._audience(self._description(entry)))
        entry = people.dependencies(
            self.checker, self.items, people.read(self.checker, items, entry)
        )
        return entry if name and (url or entry.homepage) else None

    def _keys(self) -> None:
        """Remark on missing, deprecated, misplaced and unknown keys at the top."""
        check = self.checker
        known = set(v.TOP)
        for key, item in self.items.items():
            if key == "organizationUri":
                check.note("renamed-key", key, item.place, key=key, proper="organisation/uri")
            elif key in v.MISPLACED and key not in v.TOP:
                check.note("misplaced-key", key, item.place, key=key, proper=v.MISPLACED[key])
            elif key in v.DEPRECATED:
                check.note("deprecated-key", key, item.place, key=key)
            elif _COUNTRY_SECTION.fullmatch(key):
                check.note("country-section", key, item.place, key=key)
            elif key in v.SINCE and self.version < v.SINCE[key]:
                since = ".".join(map(str, v.SINCE[key]))
                check.note("key-of-later-version", key, item.place, key=key, since=since)
            else:
                continue
            known.add(key)
        check.only_known(self.items, known, "")
        for key in ("name", "url", "platforms", "developmentStatus", "softwareType"):
            check.need(self.items, key, "", TOP)
        for key in ("description", "legal", "maintenance", "localisation"):
            check.need(self.items, key, "", TOP)

    def _repository(self, found_in: str) -> str:
        check, item = self.checker, self.items.get("url")
        text = check.text(item, "url", most=LONGEST_URL)
        if not text or item is None:
            return ""
        is_whole = is_address(text, _REPOSITORY_SCHEMES)
        if not is_whole:
            check.note("bad-url", "url", item.place, value=text[:200])
        try:
            spelled = normalised(text)
            if found_in and key_of(spelled) != key_of(normalised(found_in)):
                check.note("not-the-repository", "url", item.place, value=spelled, found=found_in)
        except BadAddress:
            return text if is_whole else ""
        return spelled

    def _logo(self) -> str:
        item = self.items.get("logo")
        text = self.checker.text(item, "logo", most=500)
        if text and item is not None and not _LOGO.fullmatch(text):
            self.checker.note("logo-format", "logo", item.place, value=text[:100])
            return ""
        return text

    def _one_or_more(self, key: str, *, most: int) -> tuple[str, ...]:
        """Read a key that may hold one text or a list of them."""
        item = self.items.get(key)
        if item is not None and isinstance(item.value, str):
            return tuple(filter(None, [self.checker.text(item, key, most=most)]))
        return self.checker.texts(item, key, most=most)

    def _platforms(self) -> tuple[str, ...]:
        found = self._one_or_more("platforms", most=80)
        known = (one.lower() if one.lower() in v.PLATFORMS else one for one in found)
        return tuple(dict.fromkeys(known))

    def _categories(self) -> tuple[str, ...]:
        item = self.items.get("categories")
        if (item is None or item.is_empty) and self.version < (0, 5):
            self.checker.note("categories-missing", "categories", item.place if item else TOP)
        return self.checker.words(item, "categories", v.CATEGORIES)

    def _description(self, entry: Entry) -> Entry:
        check = self.checker
        item = self.items.get("description")
        names: dict[str, str] = {}
        summaries: dict[str, str] = {}
        texts: dict[str, str] = {}
        features: dict[str, tuple[str, ...]] = {}
        documentation: dict[str, str] = {}
        for written, inner in check.section(item, "description").items():
            path = part("description", written)
            tag = check.language(written, path, inner.place)
            told = _renamed(check, check.section(inner, path), path)
            if not tag:
                continue
            check.only_known(told, v.DESCRIPTION, path)
            check.need(told, "shortDescription", path, inner.place)
            if "genericName" in told:
                generic = told["genericName"]
                check.note(
                    "deprecated-key", part(path, "genericName"), generic.place, key="genericName"
                )
                check.text(generic, part(path, "genericName"), most=35)
            names[tag] = check.text(told.get("localisedName"), part(path, "localisedName"))
            summaries[tag] = check.text(
                told.get("shortDescription"), part(path, "shortDescription"), most=150
            )
            texts[tag] = check.text(
                told.get("longDescription"), part(path, "longDescription"), most=10_000, least=150
            )
            features[tag] = check.texts(told.get("features"), part(path, "features"))
            documentation[tag] = check.url(told.get("documentation"), part(path, "documentation"))
            check.url(told.get("apiDocumentation"), part(path, "apiDocumentation"))
            for path_of_one, one in check.numbered(told.get("videos"), part(path, "videos")):
                check.url(one, path_of_one)
            check.texts(told.get("screenshots"), part(path, "screenshots"), most=500)
            check.texts(told.get("awards"), part(path, "awards"))
        complete = [tag for tag in texts if texts[tag] and features[tag]]
        if item is not None and item.mapping and not complete:
            check.note("no-complete-language", "description", item.place)
        return replace(
            entry,
            names={tag: text for tag, text in names.items() if text},
            summaries={tag: text for tag, text in summaries.items() if text},
            texts={tag: text for tag, text in texts.items() if text},
            features={tag: listed for tag, listed in features.items() if listed},
            documentation={tag: text for tag, text in documentation.items() if text},
        )

    def _audience(self, entry: Entry) -> Entry:
        check = self.checker
        told = check.section(self.items.get("intendedAudience"), "intendedAudience")
        check.only_known(told, v.AUDIENCE, "intendedAudience")
        for key in ("countries", "unsupportedCountries"):
            for path, one in check.numbered(told.get(key), f"intendedAudience/{key}"):
                code = check.text(one, path)
                if not re.fullmatch(r"[A-Za-z]{2}", code):
                    check.note("bad-country", path, one.place, value=code[:40])
                elif code != code.upper():
                    check.note(
                        "country-lower-case", path, one.place, value=code, proper=code.upper()
                    )
        return replace(
            entry, scopes=check.words(told.get("scope"), "intendedAudience/scope", v.SCOPES)
        )

    def _localisation(self, entry: Entry) -> Entry:
        check, item = self.checker, self.items.get("localisation")
        told = _renamed(check, check.section(item, "localisation"), "localisation")
        check.only_known(told, v.LOCALISATION, "localisation")
        if item is not None and item.mapping:
            for key in ("localisationReady", "availableLanguages"):
                check.need(told, key, "localisation", item.place)
        return replace(
            entry,
            is_localisable=check.boolean(
                told.get("localisationReady"), "localisation/localisationReady"
            ),
            languages=check.languages(
                told.get("availableLanguages"), "localisation/availableLanguages"
            ),
        )
