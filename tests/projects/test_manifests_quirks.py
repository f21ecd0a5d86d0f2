"""What real manifests get wrong: every quirk has a file of its own, and the remarks it must bring, with their lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from projects.manifests import Reading, read_manifest

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 11, 24)
NAMES = {
    "publiccode": "publiccode.yml",
    "codemeta": "codemeta.json",
    "citation": "CITATION.cff",
    "landscape": "landscape.yml",
}
# file: is it usable, and each remark as "level rule path line"
EXPECTED: dict[str, tuple[bool, list[str]]] = {
    "publiccode/a_list.yml": (False, ["error not-a-mapping - 1"]),
    "publiccode/alias_bomb.yml": (False, ["error too-many-values - 1"]),
    "publiccode/american_spelling.yml": (True, ["warning renamed-key localization 24"]),
    "publiccode/bad_country.yml": (True, ["error bad-country intendedAudience/countries/1 11"]),
    "publiccode/bad_language.yml": (
        True,
        ["error bad-language localisation/availableLanguages/2 27"],
    ),
    "publiccode/broken_quotes.yml": (False, ["error syntax - 3"]),
    "publiccode/byte_order_mark.yml": (True, ["info byte-order-mark - 1"]),
    "publiccode/category_unknown.yml": (True, ["error not-in-list categories/2 6"]),
    "publiccode/colon_in_text.yml": (False, ["error syntax - 11"]),
    "publiccode/contact_with_email.yml": (True, ["info contact-details maintenance/contacts/1 22"]),
    "publiccode/contract_over.yml": (
        True,
        ["warning contract-over maintenance/contractors/1/until 23"],
    ),
    "publiccode/contract_without_contractors.yml": (
        True,
        ["error contractors-missing maintenance/contractors 20"],
    ),
    "publiccode/contractors_with_community.yml": (
        True,
        ["warning contractors-unwanted maintenance/contractors 22"],
    ),
    "publiccode/control_character.yml": (True, ["warning control-characters - 2"]),
    "publiccode/country_lower_case.yml": (
        True,
        ["warning country-lower-case intendedAudience/countries/1 11"],
    ),
    "publiccode/country_section.yml": (True, ["warning country-section it 29"]),
    "publiccode/date_unquoted.yml": (True, []),
    "publiccode/date_with_time.yml": (True, ["warning time-in-date releaseDate 4"]),
    "publiccode/depends_on_text.yml": (
        True,
        [
            "error wrong-type dependsOn/open/1 30",
            "info number-for-text dependsOn/open/2/versionMin 32",
        ],
    ),
    "publiccode/deprecated_keys.yml": (
        True,
        [
            "warning deprecated-key monochromeLogo 4",
            "warning deprecated-key inputTypes 6",
            "warning deprecated-key outputTypes 8",
            "warning deprecated-key description/en/genericName 16",
            "warning deprecated-key legal/repoOwner 25",
            "warning deprecated-key legal/authorsFile 26",
        ],
    ),
    "publiccode/dot_git.yml": (True, []),
    "publiccode/duplicate_key.yml": (True, ["error duplicate-key name 28"]),
    "publiccode/empty.yml": (False, ["error empty - 1"]),
    "publiccode/features_single.yml": (
        True,
        ["warning single-for-list description/en/features 14"],
    ),
    "publiccode/funded_by_before_05.yml": (True, ["info key-of-later-version fundedBy 6"]),
    "publiccode/funded_by_text.yml": (True, ["error wrong-type fundedBy/1 5"]),
    "publiccode/funded_by_url.yml": (True, ["warning renamed-key fundedBy/1/url 6"]),
    "publiccode/generic_name_too_long.yml": (
        True,
        [
            "error too-long description/en/genericName 11",
            "warning deprecated-key description/en/genericName 11",
        ],
    ),
    "publiccode/html_in_description.yml": (
        True,
        ["warning html-removed description/en/shortDescription 11"],
    ),
    "publiccode/internal_without_contacts.yml": (
        True,
        ["error contacts-missing maintenance/contacts 20"],
    ),
    "publiccode/is_based_on_text.yml": (True, []),
    "publiccode/latin_1.yml": (True, ["error encoding - 22"]),
    "publiccode/licence_key.yml": (True, ["warning renamed-key legal/licence 18"]),
    "publiccode/licence_on_top.yml": (
        True,
        ["error missing legal 1", "warning misplaced-key license 17"],
    ),
    "publiccode/licence_spelling.yml": (True, ["warning licence-spelling legal/license 18"]),
    "publiccode/licence_unknown.yml": (True, ["error bad-licence legal/license 18"]),
    "publiccode/logo_jpeg.yml": (True, ["warning logo-format logo 4"]),
    "publiccode/long_description_too_short.yml": (
        True,
        ["warning too-short description/en/longDescription 12"],
    ),
    "publiccode/merge_key.yml": (True, []),
    "publiccode/no_features.yml": (True, ["error no-complete-language description 10"]),
    "publiccode/not_an_address.yml": (False, ["error bad-url url 3"]),
    "publiccode/one_bad_optional_field.yml": (
        True,
        ["error bad-date releaseDate 4", "info number-for-text softwareVersion 5"],
    ),
    "publiccode/organisation_without_uri.yml": (
        True,
        ["warning organisation-uri-missing organisation/uri 5"],
    ),
    "publiccode/organization_uri.yml": (True, ["warning renamed-key organizationUri 4"]),
    "publiccode/plain.yml": (True, []),
    "publiccode/platforms_single.yml": (True, []),
    "publiccode/python_tag.yml": (True, ["warning tag-ignored name 2"]),
    "publiccode/scp_address.yml": (True, ["error bad-url url 3"]),
    "publiccode/second_language.yml": (True, ["warning language-spelling description/fr_FR 18"]),
    "publiccode/several_documents.yml": (True, ["warning several-documents - 1"]),
    "publiccode/short_description_too_long.yml": (
        True,
        ["error too-long description/en/shortDescription 11"],
    ),
    "publiccode/status_capital.yml": (True, ["error not-in-list developmentStatus 7"]),
    "publiccode/status_unknown.yml": (True, ["error not-in-list developmentStatus 7"]),
    "publiccode/supports.yml": (True, []),
    "publiccode/tabs.yml": (False, ["error tabs - 18"]),
    "publiccode/too_deep.yml": (False, ["error too-deep - 1"]),
    "publiccode/unknown_key.yml": (True, ["warning unknown-key colour 4"]),
    "publiccode/utf_16.yml": (True, ["error encoding - 1"]),
    "publiccode/version_before_05_without_categories.yml": (
        True,
        ["warning categories-missing categories 1"],
    ),
    "publiccode/version_missing.yml": (True, ["error missing publiccodeYmlVersion 1"]),
    "publiccode/version_newer.yml": (True, ["warning version-newer publiccodeYmlVersion 1"]),
    "publiccode/version_number.yml": (True, ["info number-for-text publiccodeYmlVersion 1"]),
    "publiccode/version_unknown.yml": (True, ["warning version-unknown publiccodeYmlVersion 1"]),
    "publiccode/version_zero.yml": (True, []),
    "publiccode/windows_lines.yml": (True, []),
    "publiccode/yaml_1_1.yml": (True, ["info yaml-1-1 - 1"]),
    "publiccode/yes_for_true.yml": (
        True,
        ["warning text-for-boolean localisation/localisationReady 24"],
    ),
    "codemeta/another_repository.json": (True, ["warning not-the-repository codeRepository 6"]),
    "codemeta/author_text.json": (True, []),
    "codemeta/author_with_email.json": (True, ["info contact-details author 8"]),
    "codemeta/bare.json": (
        True,
        ["warning advised author 1", "warning advised description 1", "warning advised license 1"],
    ),
    "codemeta/comma_missing.json": (False, ["error syntax - 5"]),
    "codemeta/context_missing.json": (True, ["error context-missing @context 1"]),
    "codemeta/context_unknown.json": (True, ["warning context-unknown @context 2"]),
    "codemeta/dataset.json": (True, []),
    "codemeta/date_time.json": (True, []),
    "codemeta/duplicate_name.json": (True, ["error duplicate-key name 7"]),
    "codemeta/graph.json": (True, ["warning graph @graph 3"]),
    "codemeta/keywords_text.json": (True, []),
    "codemeta/languages.json": (True, []),
    "codemeta/license_list.json": (True, []),
    "codemeta/license_page.json": (True, []),
    "codemeta/license_unknown.json": (True, ["error bad-licence license 7"]),
    "codemeta/name_missing.json": (False, ["error missing name 1"]),
    "codemeta/old_terms.json": (
        True,
        ["warning renamed-key contIntegration 20", "warning renamed-key embargoDate 21"],
    ),
    "codemeta/plain.json": (True, []),
    "codemeta/prefixed_terms.json": (True, []),
    "codemeta/status_unknown.json": (True, ["warning status-unknown developmentStatus 15"]),
    "codemeta/tab_indented.json": (True, []),
    "codemeta/trailing_comma.json": (True, ["error trailing-comma - 18"]),
    "codemeta/type_alias.json": (True, []),
    "codemeta/type_missing.json": (True, ["error type-missing @type 1"]),
    "codemeta/version_1.json": (True, ["info context-old @context 2"]),
    "codemeta/version_2.json": (True, []),
    "codemeta/version_2_raw.json": (True, []),
    "codemeta/version_31.json": (True, []),
    "citation/license_list.cff": (
        True,
        ["info fallback-format - 1", "info number-for-text version 14"],
    ),
    "citation/plain.cff": (True, ["info fallback-format - 1", "info number-for-text version 12"]),
    "citation/without_address.cff": (
        True,
        ["info fallback-format - 1", "info number-for-text version 11"],
    ),
    "landscape/landscape2.yml": (
        True,
        [
            "error item-skipped landscape/1/subcategories/2/items/2 29",
            "info logo-elsewhere landscape/1/subcategories/1/items/1/logo 14",
        ],
    ),
    "landscape/landscapeapp.yml": (True, []),
}


def read(name: str, today: date = TODAY) -> Reading:
    """Read a fixture as if it lay in its project's repository."""
    return read_manifest(
        (FIXTURES / name).read_bytes(),
        name=NAMES[name.partition("/")[0]],
        repository="https://code.example.org/harbour/tide-tables",
        today=today,
    )


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_quirk(name: str) -> None:
    """Each file brings exactly its remarks, and what can be used is used."""
    usable, remarks = EXPECTED[name]
    reading = read(name)
    said = [f"{f.level} {f.rule} {f.path or '-'} {f.place.line}" for f in reading.findings]
    assert said == remarks
    assert reading.is_usable is usable


def test_every_fixture_is_expected() -> None:
    """No file lies about that no test reads."""
    found = {f"{path.parent.name}/{path.name}" for path in FIXTURES.glob("*/*.*")}
    assert found == set(EXPECTED)
