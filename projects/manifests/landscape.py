"""A CNCF landscape (landscape2, or the older landscapeapp): many projects in one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from projects.manifests.checking import Checker, part
from projects.manifests.citation import first_sentence
from projects.manifests.entry import Entry
from projects.manifests.sources.tree import Item
from projects.rules.repositories import BadAddress, normalised

MOST: Final = 10_000
_STAGES: Final = ("sandbox", "incubating", "graduated", "archived")


def read(root: Item, check: Checker) -> tuple[Entry, ...]:
    """Return the projects: items with a name and a repository. The rest (members, companies) is left out silently."""
    found: dict[str, Entry] = {}
    for path, category, item in _items(check, root):
        entry = _entry(check, path, category, item)
        if entry is None:
            continue
        key = entry.repository or entry.name
        known = found.get(key)
        if known is not None:  # the same project in a second category
            categories = tuple(dict.fromkeys((*known.keywords, *entry.keywords)))
            found[key] = replace(known, keywords=categories)
        elif len(found) < MOST:
            found[key] = entry
    return tuple(found.values())


def _items(check: Checker, root: Item) -> Iterator[tuple[str, tuple[str, str], Item]]:
    top = check.section(root, "")
    check.need(top, "landscape", "", root.place)
    for path, one in check.numbered(top.get("landscape") or top.get("categories"), "landscape"):
        category = check.section(one, path)
        category = _opened(category, "category")
        name = check.text(category.get("name"), part(path, "name"))
        for inner, two in check.numbered(
            category.get("subcategories"), part(path, "subcategories")
        ):
            sub = _opened(check.section(two, inner), "subcategory")
            label = check.text(sub.get("name"), part(inner, "name"))
            for place, item in check.numbered(sub.get("items"), part(inner, "items")):
                yield place, (name, label), item


def _opened(items: dict[str, Item], marker: str) -> dict[str, Item]:
    """Old files write `- category:` with the rest beside it, or the whole below it."""
    inner = items.get(marker)
    return {**items, **inner.mapping} if inner is not None and inner.mapping else items


def _entry(check: Checker, path: str, category: tuple[str, str], item: Item) -> Entry | None:
    told = _opened(check.section(item, path), "item")
    name = check.text(told.get("name"), part(path, "name"), most=200)
    if not name:
        check.note("item-skipped", path, item.place, key="name")
        return None
    repository = check.url(told.get("repo_url"), part(path, "repo_url"))
    if not repository:
        return None
    try:
        repository = normalised(repository)
    except BadAddress:
        check.note("item-skipped", path, item.place, key="repo_url")
        return None
    if told.get("logo"):
        check.note("logo-elsewhere", part(path, "logo"), told["logo"].place)
    summary = check.text(told.get("description"), part(path, "description"), most=2000)
    stage = check.text(told.get("project"), part(path, "project")).lower()
    return Entry(
        name=name,
        repository=repository,
        homepage=check.url(told.get("homepage_url"), part(path, "homepage_url")),
        summaries={"en": first_sentence(summary)} if summary else {},
        texts={"en": summary} if summary else {},
        keywords=_keywords(check, told, path, category),
        status_word=stage if stage in _STAGES else "",
        started=_accepted(check, told, path),
    )


def _keywords(
    check: Checker, told: dict[str, Item], path: str, category: tuple[str, str]
) -> tuple[str, ...]:
    second = told.get("second_path")
    texts = (
        check.texts(second, part(path, "second_path"))
        if second is not None and second.sequence is not None
        else (check.text(second, part(path, "second_path")),)
    )
    more = [word.strip() for text in texts for word in text.split("/")]
    return tuple(dict.fromkeys(word for word in (*category, *more) if word))


def _accepted(check: Checker, told: dict[str, Item], path: str) -> date | None:
    """Old files keep the dates below `extra`."""
    extra = check.section(told.get("extra"), part(path, "extra"))
    return check.date(told.get("accepted") or extra.get("accepted"), part(path, "accepted"))
