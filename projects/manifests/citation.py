"""CITATION.cff, where a project has nothing better: name, authors, licence, version, repository."""

from __future__ import annotations

from typing import Final

from projects.manifests.checking import Checker, part
from projects.manifests.entry import Entry, Party
from projects.manifests.findings import Place
from projects.manifests.sources.tree import Item
from projects.rules.repositories import BadAddress, normalised

TOP: Final = Place(1, 1)


def read(root: Item, check: Checker, *, repository: str = "") -> tuple[str, Entry | None]:
    """Return the version of the format and the entry."""
    items = check.section(root, "")
    check.note("fallback-format", "", TOP)
    for key in ("cff-version", "title", "authors"):
        check.need(items, key, "", TOP)
    name = check.text(items.get("title"), "title", most=200)
    url = check.url(items.get("repository-code") or items.get("repository"), "repository-code")
    try:
        url = normalised(url or repository)
    except BadAddress:
        url = url or repository
    abstract = check.text(items.get("abstract"), "abstract", most=10_000)
    entry = Entry(
        name=name,
        repository=url,
        homepage=check.url(items.get("url"), "url"),
        summaries={"en": first_sentence(abstract)} if abstract else {},
        texts={"en": abstract} if abstract else {},
        licence=_licence(check, items.get("license")),
        version=check.text(items.get("version"), "version", most=80),
        released=check.date(items.get("date-released"), "date-released"),
        keywords=check.texts(items.get("keywords"), "keywords", most=80),
        kind="dataset" if check.text(items.get("type"), "type") == "dataset" else "software",
        authors=tuple(_authors(check, items.get("authors"))),
        identifiers=_identifiers(check, items),
    )
    version = check.text(items.get("cff-version"), "cff-version")[:20]
    return version, entry if name and (url or entry.homepage) else None


def first_sentence(text: str, most: int = 150) -> str:
    """Return how a text begins, in at most so many characters."""
    first = " ".join(text.split("\n\n")[0].split())
    end = first.find(". ")
    first = first[: end + 1] if 0 < end < most else first
    return first if len(first) <= most else first[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _licence(check: Checker, item: Item | None) -> str:
    """Read one identifier, or a list of which any may be chosen."""
    if item is None or item.sequence is None:
        return check.licence(item, "license")
    found = [check.licence(one, part("license", at)) for at, one in enumerate(item.sequence, 1)]
    return " OR ".join(filter(None, found))


def _authors(check: Checker, item: Item | None) -> list[Party]:
    found = []
    for path, one in check.numbered(item, "authors"):
        told = check.section(one, path)
        keys = ("given-names", "name-particle", "family-names", "name-suffix")
        person = " ".join(
            filter(None, (check.text(told.get(key), part(path, key)) for key in keys))
        )
        name = (
            person
            or check.text(told.get("name"), part(path, "name"))
            or check.text(told.get("alias"), part(path, "alias"))
        )
        if "email" in told:
            check.note("contact-details", path, one.place)
        if name:
            found.append(Party(name, check.url(told.get("orcid"), part(path, "orcid"))))
        else:
            check.need(told, "name", path, one.place)
    return found


def _identifiers(check: Checker, items: dict[str, Item]) -> tuple[str, ...]:
    found = [check.text(items.get("doi"), "doi")]
    for path, one in check.numbered(items.get("identifiers"), "identifiers"):
        found.append(check.text(check.section(one, path).get("value"), part(path, "value")))
    return tuple(dict.fromkeys(filter(None, found)))
