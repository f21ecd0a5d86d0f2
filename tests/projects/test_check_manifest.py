"""`manage.py check_manifest`: a file or an address, words or JSON, and a status that scripts can use."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_httpserver import HTTPServer

from projects.manifests.fetching import raw_address, repository_of
from tests.projects.test_manifests_quirks import FIXTURES


def check(source: str, *options: str) -> tuple[str, int]:
    """Return what the command prints and its status."""
    out = StringIO()
    try:
        call_command("check_manifest", source, *options, stdout=out)
    except CommandError as error:
        return out.getvalue() + str(error), error.returncode
    return out.getvalue(), 0


def test_file_in_words() -> None:
    """Each remark has its line, level, rule, key, sentence and the place in the standard."""
    said, status = check(str(FIXTURES / "publiccode/no_features.yml"), "--format=publiccode")
    assert status == 1
    assert "10:3\terror\tno-complete-language\tdescription\tNo language has both" in said
    assert "https://yml.publiccode.tools/schema.core.html#section-description" in said


def test_file_in_french() -> None:
    """The sentences come in French where asked."""
    said, _status = check(str(FIXTURES / "publiccode/no_features.yml"), "--language=fr")
    assert "Aucune langue" in said


def test_json() -> None:
    """Programs get the same, and what the portal would take."""
    said, status = check(str(FIXTURES / "codemeta/author_with_email.json"), "--json")
    found = json.loads(said)
    assert status == 0
    assert (found["format"], found["version"], found["valid"]) == ("codemeta", "3.0", True)
    assert found["entry"]["authors"] == [{"name": "Ada Example"}]
    assert [(one["rule"], one["line"]) for one in found["findings"]] == [("contact-details", 8)]


def test_address(httpserver: HTTPServer, settings: object) -> None:
    """An address is fetched through the outbound door."""
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{httpserver.port}"]  # type: ignore[attr-defined]
    raw = (FIXTURES / "publiccode/plain.yml").read_bytes()
    httpserver.expect_request("/publiccode.yml").respond_with_data(raw)
    address = f"http://127.0.0.1:{httpserver.port}"
    assert check(f"{address}/publiccode.yml")[1] == 0
    said, status = check(f"{address}/codemeta.json")
    assert status == 2
    assert "HTTP 500" in said or "HTTP 404" in said


def test_inside_is_refused() -> None:
    """The command reaches no private network, whoever runs it."""
    said, status = check("https://127.0.0.1/publiccode.yml")
    assert status == 2
    assert "private network" in said


def test_no_file(tmp_path: Path) -> None:
    """A file that isn't there is said so."""
    said, status = check(str(tmp_path / "publiccode.yml"))
    assert status == 1
    assert "No such file" in said


@pytest.mark.parametrize(
    ("page", "raw", "repository"),
    [
        (
            "https://github.com/harbour/tides/blob/main/publiccode.yml",
            "https://raw.githubusercontent.com/harbour/tides/main/publiccode.yml",
            "https://github.com/harbour/tides",
        ),
        (
            "https://gitlab.example.org/a/b/c/-/blob/main/publiccode.yml",
            "https://gitlab.example.org/a/b/c/-/raw/main/publiccode.yml",
            "https://gitlab.example.org/a/b/c",
        ),
        (
            "https://codeberg.org/harbour/tides/src/branch/main/codemeta.json",
            "https://codeberg.org/harbour/tides/raw/branch/main/codemeta.json",
            "https://codeberg.org/harbour/tides",
        ),
        (
            "https://files.example.org/publiccode.yml",
            "https://files.example.org/publiccode.yml",
            "",
        ),
    ],
)
def test_pages_of_forges(page: str, raw: str, repository: str) -> None:
    """Who gives the page that shows the file means the file."""
    assert raw_address(page) == raw
    assert repository_of(raw) == repository
