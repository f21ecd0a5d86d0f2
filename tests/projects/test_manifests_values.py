"""What is taken from a manifest, whatever its format and however it is spelled."""

from __future__ import annotations

from datetime import date

import pytest

from projects.manifests import Party, read_manifest
from projects.manifests.entry import Entry, chosen
from projects.manifests.findings import Finding, Level
from projects.manifests.rules import RULES
from projects.manifests.wording import WORDS, remark
from tests.projects.test_manifests_quirks import FIXTURES, TODAY, read

ADDRESS = "https://code.example.org/harbour/tide-tables"


def entry_of(name: str) -> Entry:
    entry = read(name).entry
    assert entry is not None
    return entry


@pytest.mark.parametrize("version", ["0", "0.2", "0.2.2", "0.3.0", "0.4", "0.5.0", "0.6", "0.7.0"])
def test_versions_of_publiccode(version: str) -> None:
    """Every version from 0.2 to 0.7, and the plain 0, is read without a remark."""
    raw = (FIXTURES / "publiccode/plain.yml").read_text()
    raw = raw.replace('"0.7"', f'"{version}"').replace(
        "platforms:", "categories: [other]\nplatforms:"
    )
    reading = read_manifest(raw.encode(), name="publiccode.yml", today=TODAY)
    assert (reading.version, reading.findings) == (version, ())


@pytest.mark.parametrize(
    ("name", "version"),
    [("plain", "3.0"), ("version_2", "2.0"), ("version_2_raw", "2.0"), ("version_31", "3.1")],
)
def test_versions_of_codemeta(name: str, version: str) -> None:
    """The version is told from the context, in all spellings in use, without fetching it."""
    assert read(f"codemeta/{name}.json").version == version


@pytest.mark.parametrize(
    "name",
    [
        "publiccode/dot_git.yml",
        "publiccode/scp_address.yml",
        "publiccode/plain.yml",
        "codemeta/plain.json",
        "citation/plain.cff",
    ],
)
def test_repository_has_one_spelling(name: str) -> None:
    """With .git or without, by ssh or https: one address, so no entry comes twice."""
    assert entry_of(name).repository == ADDRESS


def test_one_bad_field_keeps_nothing_back() -> None:
    """A broken date costs the date, not the entry."""
    entry = entry_of("publiccode/one_bad_optional_field.yml")
    assert entry.released is None
    assert (entry.name, entry.version, entry.licence) == ("Tide Tables", "1.10", "Apache-2.0")


@pytest.mark.parametrize("name", ["date_unquoted", "date_with_time"])
def test_dates(name: str) -> None:
    """A day is a day, quoted or not, with a time behind it or not."""
    assert entry_of(f"publiccode/{name}.yml").released == date(2026, 3, 14)


def test_parties() -> None:
    """Funders and organisations are read in the spellings that real files have."""
    fund = Party("Coastal Fund", "https://fund.example.org")
    assert entry_of("publiccode/funded_by_url.yml").funders == (fund,)
    assert entry_of("publiccode/funded_by_text.yml").funders == (Party("Coastal Fund"),)
    assert entry_of("publiccode/organization_uri.yml").organisation == Party(
        "", "urn:x-harbour:office"
    )
    assert entry_of("publiccode/deprecated_keys.yml").organisation == Party("Harbour Office")


def test_people_are_names_only() -> None:
    """No address of a person is in what is kept."""
    for name in ("publiccode/contact_with_email.yml", "codemeta/author_with_email.json"):
        assert "@" not in str(entry_of(name).as_json())


def test_texts_are_plain() -> None:
    """Scripts go with what they hold; marks of emphasis go, words stay."""
    entry = entry_of("publiccode/html_in_description.yml")
    assert entry.summaries == {"en": "Tide tables for small harbours"}


def test_too_long_is_cut() -> None:
    """A text over its limit is cut, with an ellipsis."""
    summary = entry_of("publiccode/short_description_too_long.yml").summaries["en"]
    assert len(summary) == 150
    assert summary.endswith("…")


def test_languages_by_choice() -> None:
    """Several languages are kept; the reader's comes first, never a random one."""
    entry = entry_of("codemeta/languages.json")
    assert entry.summary("fr") == "Tables des marées des petits ports."
    assert entry.summary("en") == "Tide tables for small harbours."
    assert chosen({"fr-CA": "x", "de": "y"}, "fr") == "x"
    assert chosen({"fr": "x", "en": "z"}, "it") == "z"
    assert entry_of("publiccode/second_language.yml").summaries["fr-FR"]


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("codemeta/plain.json", "Apache-2.0"),
        ("codemeta/license_page.json", "Apache-2.0"),
        ("codemeta/license_list.json", "MIT AND CC-BY-4.0"),
        ("citation/license_list.cff", "MIT OR Apache-2.0"),
        ("publiccode/licence_spelling.yml", "Apache-2.0 OR MIT"),
        ("publiccode/licence_on_top.yml", "Apache-2.0"),
        ("publiccode/licence_key.yml", "Apache-2.0"),
        ("publiccode/merge_key.yml", "Apache-2.0"),
        ("publiccode/licence_unknown.yml", ""),
    ],
)
def test_licences(name: str, licence: str) -> None:
    """Every way to name a licence leads to one SPDX expression, or to none."""
    assert entry_of(name).licence == licence


def test_codemeta_spellings() -> None:
    """Prefixes, aliases, old terms, graphs and single values are read alike."""
    assert (
        entry_of("codemeta/old_terms.json").continuous_integration == "https://ci.example.org/tides"
    )
    assert entry_of("codemeta/author_text.json").authors == (Party("Ada Example"),)
    assert entry_of("codemeta/prefixed_terms.json").issue_tracker == f"{ADDRESS}/issues"
    assert entry_of("codemeta/keywords_text.json").keywords == ("tides", "harbours", "tables")
    assert entry_of("codemeta/graph.json").name == "Tide Tables"
    assert entry_of("codemeta/dataset.json").kind == "dataset"
    plain = entry_of("codemeta/plain.json")
    assert (plain.status, plain.status_word) == ("stable", "active")


def test_landscape() -> None:
    """A project in two categories is one entry; members and nameless items are none."""
    entries = read("landscape/landscape2.yml").entries
    assert [(one.name, one.repository) for one in entries] == [("Tide Tables", ADDRESS)]
    assert entries[0].keywords == ("Data", "Tides", "Print", "Sheets", "Charts")
    assert entries[0].status_word == "incubating"
    assert entries[0].started == date(2025, 4, 1)
    assert read("landscape/landscapeapp.yml").entries[0].started == date(2025, 4, 1)


def test_stricter_rule_warns_before_it_bites() -> None:
    """A rule that came later is a warning with its day until then, and an error from that day on."""
    name = "publiccode/organisation_without_uri.yml"
    day = RULES["organisation-uri-missing"].bites_from
    assert day is not None
    before = read(name).findings[0]
    assert (before.level, before.values) == (Level.WARNING, {"from": day.isoformat()})
    assert remark(before, "publiccode").bites_from == day
    after = read(name, today=day).findings[0]
    assert (after.level, after.values) == (Level.ERROR, {})


def test_every_rule_has_words() -> None:
    """No remark without a sentence, no sentence without a rule."""
    assert set(WORDS) == set(RULES)


def test_remarks_name_their_rule() -> None:
    """A remark leads to the place in the standard that it is about, and survives being stored."""
    finding = read("publiccode/no_features.yml").findings[0]
    assert Finding.from_json(finding.as_json()) == finding
    assert remark(finding, "publiccode").reference.endswith("#section-description")
    finding = read("publiccode/features_single.yml").findings[0]
    assert remark(finding, "publiccode").reference.endswith("#key-description-lang-features")
