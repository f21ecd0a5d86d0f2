"""Entries of other people's catalogues, read into the portal's own form: CKAN packages and DCAT datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from projects.manifests.checking import is_address, without_html
from projects.manifests.citation import first_sentence
from projects.manifests.entry import Entry, Party
from projects.rules.licences import BadLicence, canonical

Inline = Callable[..., Any]
LONGEST = 10_000
_CKAN_LICENCES = {
    "cc-by": "CC-BY-4.0",
    "cc-zero": "CC0-1.0",
    "cc-by-sa": "CC-BY-SA-4.0",
    "odc-by": "ODC-By-1.0",
}
_TERMS = {
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
}


def ckan_objects(base: str, packages: Iterable[Any], inline: Inline) -> Iterator[Any]:
    """Yield the packages that have a name; private ones and drafts are left alone."""
    for package in packages:
        if (
            not isinstance(package, dict)
            or package.get("private")
            or package.get("state", "active") != "active"
        ):
            continue
        name = package.get("name")
        if isinstance(name, str) and name:
            url = f"{base}/dataset/{name}"
            yield inline(
                str(package.get("id") or url),
                url,
                package,
                str(package.get("metadata_modified", "")),
            )


def ckan_entry(package: dict[str, Any], url: str) -> Entry:
    """Read a package; texts may be plain or by language (`title_translated`, `{"en": …}`)."""
    texts = _localised(package.get("notes_translated") or package.get("notes"))
    names = _localised(package.get("title_translated") or package.get("title"))
    owner = package.get("organization")
    home = package.get("url")
    return Entry(
        name=_first(names) or str(package.get("name", ""))[:200],
        names=names if len(names) > 1 else {},
        kind="dataset",
        homepage=home if isinstance(home, str) and is_address(home) else url,
        summaries={tag: first_sentence(text) for tag, text in texts.items()},
        texts=texts,
        licence=_licence(package.get("license_id")),
        keywords=_words(tag.get("display_name") or tag.get("name") for tag in _dicts(package.get("tags"))),
        organisation=Party(_text(owner.get("title"), 200)) if isinstance(owner, dict) and owner.get("title") else None,
        version=_text(package.get("version"), 80),
        released=_day(package.get("metadata_created")),
    )  # fmt: skip


def dcat_objects(page: dict[str, Any], inline: Inline) -> Iterator[Any]:
    """Yield the datasets and software of a page, nested below the catalogue or flat in a graph."""
    for node in _nodes(page):
        identifier = node.get("@id")
        types = _listed(node.get("@type"))
        if not isinstance(identifier, str) or not any(
            _bare(str(kind)) in {"Dataset", "Resource", "SoftwareSourceCode"} for kind in types
        ):
            continue
        modified = _text(_one(_get(node, "dct:modified")), 40)
        yield inline(identifier, identifier, node, modified)


def dcat_entry(node: dict[str, Any], url: str) -> Entry:
    """Read a dataset; every language is kept, none is picked at random."""
    names = _localised(_get(node, "dct:title"))
    texts = _localised(_get(node, "dct:description"))
    publisher = _one(_get(node, "dct:publisher"))
    page = _address(_get(node, "dcat:landingPage")) or _address(_get(node, "foaf:page"))
    return Entry(
        name=_first(names) or url.rstrip("/").rsplit("/", 1)[-1][:200],
        names=names if len(names) > 1 else {},
        kind="dataset" if "Dataset" in {_bare(str(kind)) for kind in _listed(node.get("@type"))} else "software",
        homepage=page or (url if is_address(url) else ""),
        summaries={tag: first_sentence(text) for tag, text in texts.items()},
        texts=texts,
        licence=_licence(_address(_get(node, "dct:license")) or _text(_one(_get(node, "dct:license")), 300)),
        keywords=_words(_one([one]) for one in _listed(_get(node, "dcat:keyword"))),
        organisation=_publisher(publisher),
        released=_day(_text(_one(_get(node, "dct:issued")), 40)),
    )  # fmt: skip


def _nodes(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for node in _dicts(page.get("@graph") or [page]):
        yield node
        yield from _dicts(
            _listed(_get(node, "dcat:dataset")) + _listed(_get(node, "dcat:resource"))
        )


def _get(node: dict[str, Any], term: str) -> Any:
    """Return a term's value under its prefixed, bare or whole name."""
    prefix, _colon, name = term.partition(":")
    for key in (term, name, _TERMS[prefix] + name, "dcterms:" + name if prefix == "dct" else term):
        if key in node:
            return node[key]
    return None


def _bare(kind: str) -> str:
    return kind.replace("#", "/").replace(":", "/").rsplit("/", 1)[-1]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in _listed(value) if isinstance(one, dict)]


def _one(value: Any) -> Any:
    found = next(iter(_listed(value)), None)
    return found.get("@value", found) if isinstance(found, dict) else found


def _text(value: Any, most: int) -> str:
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return ""
    text = str(value)[: 4 * most + 1000].strip()
    return (without_html(text) if "<" in text else text)[:most]


def _localised(value: Any) -> dict[str, str]:
    """Read texts by language; what names none counts as English."""
    found: dict[str, str] = {}
    pairs: list[tuple[str, Any]] = []
    for one in _listed(value):
        if isinstance(one, dict) and "@value" in one:
            pairs.append((str(one.get("@language", "en")), one["@value"]))
        elif isinstance(one, dict):
            pairs += [(str(tag), text) for tag, text in one.items()]
        else:
            pairs.append(("en", one))
    for tag, text in pairs:
        read = _text(text, LONGEST)
        if read and tag.replace("-", "").isalnum() and len(tag) <= 12:
            found.setdefault(tag, read)
    return found


def _first(texts: dict[str, str]) -> str:
    return (texts.get("en") or next((texts[tag] for tag in sorted(texts)), ""))[:200]


def _words(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for value in values if (word := _text(value, 80))))[:50]


def _address(value: Any) -> str:
    one = next(iter(_listed(value)), None)
    text = one.get("@id") if isinstance(one, dict) else one
    return text if isinstance(text, str) and is_address(text) and len(text) <= 500 else ""


def _publisher(value: Any) -> Party | None:
    if isinstance(value, dict):
        name = _first(_localised(_get(value, "foaf:name")))
        uri = value.get("@id")
        return (
            Party(name, uri if isinstance(uri, str) and is_address(uri) else "") if name else None
        )
    text = _text(value, 200)
    return Party(text) if text else None


def _licence(value: Any) -> str:
    text = _text(value, 300)
    for start in (
        "https://spdx.org/licenses/",
        "http://spdx.org/licenses/",
        "https://creativecommons.org/licenses/by/4.0",
    ):
        if text.startswith(start):
            text = "CC-BY-4.0" if "creativecommons" in start else text.removeprefix(start)
    try:
        return canonical(_CKAN_LICENCES.get(text.lower(), text)) if text else ""
    except BadLicence:
        return ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
