"""The part of publiccode.yml about who owns, funds and maintains, and what it stands on.

Contacts are people: names are kept, addresses and telephone numbers are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from projects.manifests.checking import Checker, part
from projects.manifests.entry import Dependency, Entry, Party
from projects.manifests.publiccode import vocabulary as v
from projects.manifests.sources.tree import Item


def read(check: Checker, items: dict[str, Item], entry: Entry) -> Entry:
    """Add licence, organisation, funders and maintenance."""
    entry = _legal(check, items, entry)
    entry = replace(
        entry,
        organisation=_organisation(check, items) or entry.organisation,
        funders=tuple(_parties(check, items.get("fundedBy"), "fundedBy")),
    )
    for path, one in check.numbered(items.get("supports"), "supports"):
        told = check.section(one, path)
        check.need(told, "id", path, one.place)
    return _maintenance(check, items, entry)


def _legal(check: Checker, items: dict[str, Item], entry: Entry) -> Entry:
    item = items.get("legal")
    told = dict(check.section(item, "legal"))
    if "licence" in told:
        check.note(
            "renamed-key", "legal/licence", told["licence"].place, key="licence", proper="license"
        )
        told.setdefault("license", told.pop("licence"))
    check.only_known(told, v.LEGAL, "legal")
    if item is not None and item.mapping:
        check.need(told, "license", "legal", item.place)
    for key in ("repoOwner", "authorsFile"):
        if key in told:
            check.note("deprecated-key", f"legal/{key}", told[key].place, key=key)
    owner = check.text(told.get("repoOwner"), "legal/repoOwner")
    elsewhere = items.get("license") or items.get("licence")
    return replace(
        entry,
        licence=check.licence(told.get("license"), "legal/license")
        or check.licence(elsewhere, "license"),
        copyright_owner=check.text(told.get("mainCopyrightOwner"), "legal/mainCopyrightOwner"),
        organisation=Party(owner) if owner else None,
    )


def _organisation(check: Checker, items: dict[str, Item]) -> Party | None:
    item = items.get("organisation")
    short_lived = check.uri(items.get("organizationUri"), "organizationUri")
    if item is None:
        return Party("", short_lived) if short_lived else None
    found = list(_parties(check, Item([item], item.place), "organisation"))
    if not found:
        return None
    if not found[0].uri:
        check.note("organisation-uri-missing", "organisation/uri", item.place)
    return found[0]


def _parties(check: Checker, item: Item | None, path: str) -> Iterator[Party]:
    """Read organisations; `url` for `uri`, and a plain name, pass with a remark."""
    for at, one in enumerate(check.sequence(item, path), 1):
        inner = path if path == "organisation" else part(path, at)
        if isinstance(one.value, str):
            check.note("wrong-type", inner, one.place, expected="mapping", found="text")
            name = check.text(one, inner)
            if name:
                yield Party(name)
            continue
        told = dict(check.section(one, inner))
        if "url" in told and "uri" not in told:
            check.note(
                "renamed-key", part(inner, "url"), told["url"].place, key="url", proper="uri"
            )
            told["uri"] = told.pop("url")
        check.only_known(told, v.PARTY, inner)
        party = Party(
            check.text(told.get("name"), part(inner, "name")),
            check.uri(told.get("uri"), part(inner, "uri")),
        )
        if party.name or party.uri:
            yield party


def _maintenance(check: Checker, items: dict[str, Item], entry: Entry) -> Entry:
    item = items.get("maintenance")
    told = check.section(item, "maintenance")
    check.only_known(told, v.MAINTENANCE_KEYS, "maintenance")
    if item is None or not item.mapping:
        return entry
    check.need(told, "type", "maintenance", item.place)
    kind = check.word(told.get("type"), "maintenance/type", v.MAINTENANCE)
    contacts = tuple(_contacts(check, told.get("contacts")))
    contractors = tuple(_contractors(check, told.get("contractors")))
    if kind in ("internal", "community") and not contacts:
        check.note("contacts-missing", "maintenance/contacts", item.place, type=kind)
    if kind == "contract" and not contractors:
        check.note("contractors-missing", "maintenance/contractors", item.place)
    if kind != "contract" and "contractors" in told:
        place = told["contractors"].place
        check.note("contractors-unwanted", "maintenance/contractors", place, type=kind or "–")
    return replace(entry, maintenance=kind, maintainers=contacts, contractors=contractors)


def _contacts(check: Checker, item: Item | None) -> Iterator[Party]:
    for path, one in check.numbered(item, "maintenance/contacts"):
        told = check.section(one, path)
        check.only_known(told, v.CONTACT, path)
        check.need(told, "name", path, one.place)
        if told.get("email") or told.get("phone"):
            check.note("contact-details", path, one.place)
        check.text(told.get("affiliation"), part(path, "affiliation"))
        name = check.text(told.get("name"), part(path, "name"))
        if name:
            yield Party(name)


def _contractors(check: Checker, item: Item | None) -> Iterator[tuple[Party, date]]:
    for path, one in check.numbered(item, "maintenance/contractors"):
        told = check.section(one, path)
        check.only_known(told, v.CONTRACTOR, path)
        for key in ("name", "until"):
            check.need(told, key, path, one.place)
        name = check.text(told.get("name"), part(path, "name"))
        until = check.date(told.get("until"), part(path, "until"))
        website = check.url(told.get("website"), part(path, "website"))
        if until is not None and until < check.today:
            check.note("contract-over", part(path, "until"), told["until"].place, value=str(until))
        if name and until is not None:
            yield Party(name, website), until


def dependencies(check: Checker, items: dict[str, Item], entry: Entry) -> Entry:
    """Add what the software stands on."""
    told = check.section(items.get("dependsOn"), "dependsOn")
    check.only_known(told, v.DEPENDENCIES, "dependsOn")
    found = [one for kind in v.DEPENDENCIES for one in _dependencies(check, told.get(kind), kind)]
    return replace(entry, requires=tuple(found))


def _dependencies(check: Checker, item: Item | None, kind: str) -> Iterator[Dependency]:
    for path, one in check.numbered(item, f"dependsOn/{kind}"):
        if isinstance(one.value, str):
            check.note("wrong-type", path, one.place, expected="mapping", found="text")
            yield Dependency(check.text(one, path), kind=kind)
            continue
        told = check.section(one, path)
        check.only_known(told, v.DEPENDENCY, path)
        check.need(told, "name", path, one.place)
        name = check.text(told.get("name"), part(path, "name"))
        is_optional = check.boolean(told.get("optional"), part(path, "optional"))
        if name:
            yield Dependency(
                name,
                version=check.text(told.get("version"), part(path, "version"), most=40),
                version_min=check.text(told.get("versionMin"), part(path, "versionMin"), most=40),
                version_max=check.text(told.get("versionMax"), part(path, "versionMax"), most=40),
                is_optional=bool(is_optional),
                kind=kind,
            )
