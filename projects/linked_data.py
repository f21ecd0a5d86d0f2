"""Projects as linked data: schema.org for search engines, DCAT-AP for data portals. Language-tagged, never mixed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.urls import reverse

from alliance.viewer import ANONYMOUS
from projects.describing import entry_of
from projects.manifests import Entry, Party, codemeta
from projects.manifests.codemeta.writing import licence
from projects.models import Project
from projects.portal_identity import absolute, entry_id, portal_id

PER_PAGE = 100
CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"


def schema_org(project: Project, entry: Entry) -> dict[str, Any]:
    """Return the project as schema.org knows it; the address is the page's."""
    terms = codemeta.document(entry)
    found = {**terms, "@context": "https://schema.org", "@id": entry_id(project.uid)}
    found["mainEntityOfPage"] = absolute(f"/en/projects/{project.slug}/")
    for name in (
        "developmentStatus",
        "issueTracker",
        "continuousIntegration",
        "readme",
        "referencePublication",
    ):
        found.pop(name, None)  # CodeMeta's own, unknown to schema.org
    if entry.kind == "software":
        found["codeRepository"] = entry.repository
    return {key: value for key, value in found.items() if value}


def dcat_record(project: Project, entry: Entry) -> dict[str, Any]:
    """Return one resource with its context."""
    return {"@context": CONTEXT, **_resource(project, entry)}


def catalogue(number: int, today: date) -> dict[str, Any] | None:
    """Return a page of the catalogue, or None where there is none."""
    rows = Project.objects.visible_to(ANONYMOUS).real().for_list().order_by("pk")
    pages = Paginator(rows, PER_PAGE)
    try:
        page = pages.page(number)
    except EmptyPage:
        return None
    address = absolute(reverse("projects-machine:dcat-catalogue"))
    resources = [(row, _resource(row, entry_of(row, today=today))) for row in page]
    view: dict[str, Any] = {
        "@id": f"{address}?page={number}",
        "@type": "hydra:PartialCollectionView",
    }
    if page.has_next():
        view["hydra:next"] = {"@id": f"{address}?page={number + 1}"}
    if page.has_previous():
        view["hydra:previous"] = {"@id": f"{address}?page={number - 1}"}
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": ["dcat:Catalog", "hydra:Collection"],
        "dct:title": _tagged({"en": "Projects of the AI Alliance", "fr": "Projets de l'AI Alliance"}),
        "dct:description": _tagged(
            {
                "en": "Open projects that members of the AI Alliance lead or take part in.",
                "fr": "Projets ouverts que des membres de l'AI Alliance mènent ou auxquels ils participent.",
            }
        ),
        "dct:publisher": {"@id": portal_id(), "@type": "foaf:Organization", "foaf:name": "AI Alliance"},
        "dct:language": [{"@id": _LANGUAGES + "ENG"}, {"@id": _LANGUAGES + "FRA"}],
        "foaf:homepage": {"@id": portal_id()},
        "hydra:totalItems": pages.count,
        "hydra:view": view,
        "dcat:dataset": [found for _row, found in resources if "dcat:Dataset" in found["@type"]],
        "dcat:resource": [found for _row, found in resources if "dcat:Dataset" not in found["@type"]],
        "dcat:record": [_record(row, found) for row, found in resources],
    }  # fmt: skip


def _resource(project: Project, entry: Entry) -> dict[str, Any]:
    """Return a project: its datasets are dcat:Dataset, everything else a resource that is also a schema.org work."""
    page = absolute(f"/en/projects/{project.slug}/")
    is_dataset = entry.kind == "dataset"
    found: dict[str, Any] = {
        "@id": entry_id(project.uid),
        "@type": ["dcat:Dataset"] if is_dataset else ["dcat:Resource", "http://schema.org/SoftwareSourceCode"],
        "dct:identifier": entry_id(project.uid),
        "dct:title": _tagged({"en": entry.name, **entry.names}),
        "dct:description": _tagged({**entry.summaries, **entry.texts}),
        "dct:publisher": _agent(entry.organisation),
        "dct:creator": [_agent(one) for one in entry.authors],
        "dct:issued": _day(entry.released or entry.started),
        "dct:modified": {"@type": "xsd:dateTime", "@value": project.updated_at.isoformat(timespec="seconds")},
        "dct:license": {"@id": licence(entry.licence)} if entry.licence and " " not in entry.licence else entry.licence,
        "dcat:keyword": [{"@language": "en", "@value": word} for word in entry.keywords],
        "dcat:landingPage": {"@id": entry.homepage or page},
        "foaf:page": {"@id": page},
        "dcat:version": entry.version,
    }  # fmt: skip
    if entry.repository and is_dataset:
        found["dcat:distribution"] = [
            {"@type": "dcat:Distribution", "dcat:accessURL": {"@id": entry.repository}}
        ]
    elif entry.repository:
        found["http://schema.org/codeRepository"] = {"@id": entry.repository}
    return {key: value for key, value in found.items() if value not in ("", None, [], {})}


def _record(project: Project, resource: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@id": absolute(reverse("projects-machine:entry", args=[project.uid])),
        "@type": "dcat:CatalogRecord",
        "foaf:primaryTopic": {"@id": resource["@id"]},
        "dct:modified": resource["dct:modified"],
        "dct:issued": {"@type": "xsd:dateTime", "@value": project.created_at.isoformat(timespec="seconds")},
    }  # fmt: skip


def _tagged(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": tag, "@value": texts[tag]} for tag in sorted(texts) if texts[tag]]


def _agent(party: Party | None) -> dict[str, str] | None:
    if party is None or not party.name:
        return None
    named = {"@type": "foaf:Organization", "foaf:name": party.name}
    return {"@id": party.uri, **named} if party.uri else named


def _day(day: date | None) -> dict[str, str] | None:
    return {"@type": "xsd:date", "@value": day.isoformat()} if day else None
