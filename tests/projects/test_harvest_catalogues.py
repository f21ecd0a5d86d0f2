"""Harvesting CKAN, DCAT and landscapes: all pages, all languages, removals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from projects.harvest.cycle import harvest
from projects.models import CatalogueCopy, HarvestAttempt, Source
from tests.factories.projects import CatalogueFactory
from tests.projects.test_manifests_quirks import FIXTURES


@pytest.fixture
def base(httpserver: HTTPServer, settings: Any, db: None) -> str:
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{httpserver.port}"]
    return f"http://127.0.0.1:{httpserver.port}"


def run(source: Source) -> HarvestAttempt:
    attempt = harvest(source_id=source.pk)
    assert attempt is not None
    source.refresh_from_db()
    return attempt


def package(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"id-{number}",
        "name": f"levels-{number}",
        "title": f"Water levels {number}",
        "notes": "Measured <b>hourly</b>.",
        "license_id": "cc-by",
        "tags": [{"name": "water"}],
        "organization": {"title": "Harbour Office"},
        **more,
    }


def ckan(httpserver: HTTPServer, packages: list[dict[str, Any]]) -> None:
    def answer(request: Request) -> Response:
        start, rows = int(request.args["start"]), int(request.args["rows"])
        result = {"count": len(packages), "results": packages[start : start + rows]}
        return Response(
            json.dumps({"success": True, "result": result}), content_type="application/json"
        )

    httpserver.expect_request("/api/3/action/package_search").respond_with_handler(answer)


def test_ckan_reads_every_page(base: str, httpserver: HTTPServer) -> None:
    """More than one page of packages; what is removed there goes stale here."""
    packages = [package(number) for number in range(130)]
    packages.append(package(900, private=True))
    ckan(httpserver, packages)
    source = CatalogueFactory(kind="ckan", url=base)
    attempt = run(source)
    assert (attempt.outcome, attempt.imported) == ("imported", 130)
    copy = CatalogueCopy.objects.get(identifier="id-7")
    assert (copy.name, copy.url) == ("Water levels 7", f"{base}/dataset/levels-7")
    assert (copy.entry["licence"], copy.entry["keywords"]) == ("CC-BY-4.0", ["water"])
    assert copy.entry["texts"]["en"] == "Measured hourly."
    del packages[7]
    attempt = run(source)
    assert (attempt.imported, attempt.removed) == (0, 1)
    copy.refresh_from_db()
    assert copy.state == "missing"


def test_ckan_languages(base: str, httpserver: HTTPServer) -> None:
    """Translated fields keep every language."""
    titles = {"en": "Levels", "fr": "Niveaux"}
    ckan(
        httpserver,
        [package(1, title_translated=titles, notes_translated={"fr": "Mesures horaires."})],
    )
    run(CatalogueFactory(kind="ckan", url=base))
    copy = CatalogueCopy.objects.get()
    assert copy.entry["names"] == titles
    assert copy.text_of("summaries", "en") == "Mesures horaires."


def test_not_ckan(base: str, httpserver: HTTPServer) -> None:
    """Another site at the address is said so."""
    httpserver.expect_request("/api/3/action/package_search").respond_with_json({"success": False})
    assert run(CatalogueFactory(kind="ckan", url=base)).outcome == "not-ckan"


@pytest.mark.parametrize("shape", ["nested", "graph", "expanded"])
def test_dcat(base: str, httpserver: HTTPServer, shape: str) -> None:
    """Nested, flat and expanded JSON-LD read alike; pages are followed; languages are kept."""
    dct = "http://purl.org/dc/terms/" if shape == "expanded" else "dct:"

    def dataset(number: int) -> dict[str, Any]:
        return {
            "@id": f"https://data.example.org/{number}",
            "@type": ["http://www.w3.org/ns/dcat#Dataset" if shape == "expanded" else "dcat:Dataset"],
            f"{dct}title": [
                {"@language": "fr", "@value": f"Marées {number}"},
                {"@language": "en", "@value": f"Tides {number}"},
            ],
            f"{dct}description": {"@language": "fr", "@value": "Des marées."},
            f"{dct}license": {"@id": "https://spdx.org/licenses/CC-BY-4.0"},
            f"{dct}publisher": {"@id": "https://office.example.org/", "foaf:name": "Harbour Office"},
            "dcat:keyword": [{"@language": "en", "@value": "tides"}, "water"],
        }  # fmt: skip

    def answer(request: Request) -> Response:
        number = int(request.args.get("page", "1"))
        inner = [dataset(number * 10), dataset(number * 10 + 1)]
        body: dict[str, Any] = {
            "@context": "https://never-fetched.example/",
            "@id": f"{base}/catalog",
            "@type": "dcat:Catalog",
        }
        body["@graph" if shape == "graph" else "dcat:dataset"] = inner
        if number < 3:
            body["hydra:view"] = {"hydra:next": {"@id": f"{base}/catalog.jsonld?page={number + 1}"}}
        return Response(json.dumps(body), content_type="application/ld+json")

    httpserver.expect_request("/catalog.jsonld").respond_with_handler(answer)
    attempt = run(CatalogueFactory(kind="dcat", url=f"{base}/catalog.jsonld"))
    assert (attempt.outcome, attempt.imported) == ("imported", 6)
    copy = CatalogueCopy.objects.get(identifier="https://data.example.org/10")
    assert copy.name == "Tides 10"
    assert copy.entry["names"]["fr"] == "Marées 10"
    assert copy.entry["licence"] == "CC-BY-4.0"
    assert copy.entry["organisation"] == {
        "name": "Harbour Office",
        "uri": "https://office.example.org/",
    }
    assert copy.entry["keywords"] == ["tides", "water"]


def test_landscape(base: str, httpserver: HTTPServer) -> None:
    """A landscape brings its projects, once each."""
    raw = (FIXTURES / "landscape/landscape2.yml").read_bytes()
    httpserver.expect_request("/landscape.yml").respond_with_data(raw)
    attempt = run(CatalogueFactory(kind="landscape", url=f"{base}/landscape.yml"))
    assert attempt.outcome == "imported"
    copy = CatalogueCopy.objects.get()
    assert (copy.name, copy.url) == ("Tide Tables", "https://tides.example.org")
