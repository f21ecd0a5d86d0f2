"""CodeMeta's contexts, terms and words."""

from __future__ import annotations

import re
from typing import Final

CONTEXT: Final = "https://w3id.org/codemeta/3.0"
# What a context's address says about the version, in all the spellings in use.
CONTEXT_VERSION: Final = re.compile(r"(?i)codemeta(?:-|/|%2f)v?(\d(?:\.\d)?)")
MASTER: Final = re.compile(r"(?i)codemeta/codemeta/(?:master|main)/codemeta\.jsonld")
PREFIX: Final = re.compile(
    r"(?:schema|codemeta|sc|cm):|https?://schema\.org/|https?://(?:codemeta\.github\.io/terms|w3id\.org/codemeta)/"
)

SOFTWARE_TYPES: Final = frozenset(
    {"SoftwareSourceCode", "SoftwareApplication", "WebApplication", "MobileApplication", "WebAPI", "SoftwareLibrary"}
    | {"CommandLineApplication", "DesktopApplication", "ServerApplication"}
)  # fmt: skip
KINDS: Final = {
    "Dataset": "dataset", "Course": "course", "LearningResource": "course", "ScholarlyArticle": "paper",
    "TechArticle": "paper", "Report": "paper", "Article": "paper", "CreativeWork": "paper",
}  # fmt: skip
RENAMED: Final = {
    "contIntegration": "continuousIntegration", "embargoDate": "embargoEndDate", "agents": "author", "title": "name",
    "codeRepositoryLink": "codeRepository", "isAutomatedTest": "continuousIntegration", "programmingLanguages":
    "programmingLanguage", "licence": "license", "authors": "author", "contributors": "contributor",
    "keyword": "keywords",
}  # fmt: skip
_TERMS: Final = """
    @context @type @id type id @graph codeRepository programmingLanguage runtimePlatform targetProduct
    applicationCategory applicationSubCategory downloadUrl fileSize installUrl memoryRequirements operatingSystem
    permissions processorRequirements releaseNotes softwareHelp softwareRequirements softwareVersion
    storageRequirements supportingData review author contributor editor maintainer citation copyrightHolder
    copyrightYear dateCreated dateModified datePublished encoding fileFormat funder keywords license producer provider
    publisher sponsor version isAccessibleForFree isPartOf hasPart position description identifier name sameAs url
    relatedLink softwareSuggestions continuousIntegration buildInstructions developmentStatus embargoEndDate funding
    issueTracker referencePublication readme hasSourceCode isSourceCodeOf reviewAspect reviewBody alternateName
    image logo screenshot inLanguage audience givenName familyName email affiliation address creator thumbnailUrl
    isBasedOn abstract conditionsOfAccess installUrl featureList softwareAddOn targetProduct contactPoint
    availableOnDevice countriesSupported
"""
TERMS: Final = frozenset(_TERMS.split())

# repostatus.org's words → publiccode.yml's
STATUS: Final = {
    "concept": "concept", "wip": "development", "suspended": "development", "active": "stable", "inactive": "stable",
    "unsupported": "obsolete", "abandoned": "obsolete", "moved": "obsolete",
}  # fmt: skip
# publiccode.yml's words → repostatus.org's
STATUS_OUT: Final = {
    "concept": "concept", "development": "wip", "beta": "wip", "stable": "active", "obsolete": "unsupported",
}  # fmt: skip
# Addresses of licences that say which one they are, without SPDX's name.
LICENCE_PAGES: Final = (
    (re.compile(r"(?i)^https?://(?:www\.)?spdx\.org/licenses/(?P<id>[\w.+-]+?)(?:\.html|\.json)?/?$"), ""),
    (re.compile(r"(?i)^https?://(?:www\.)?apache\.org/licenses/LICENSE-2\.0(?:\.txt|\.html)?/?$"), "Apache-2.0"),
    (re.compile(r"(?i)^https?://(?:www\.)?opensource\.org/licenses?/(?P<id>[\w.+-]+?)(?:\.php|\.html)?/?$"), ""),
    (re.compile(r"(?i)^https?://creativecommons\.org/licenses/by/4\.0/?.*$"), "CC-BY-4.0"),
    (re.compile(r"(?i)^https?://creativecommons\.org/licenses/by-sa/4\.0/?.*$"), "CC-BY-SA-4.0"),
    (re.compile(r"(?i)^https?://creativecommons\.org/publicdomain/zero/1\.0/?.*$"), "CC0-1.0"),
    (re.compile(r"(?i)^https?://cdla\.(?:dev|io)/permissive-2-0/?$"), "CDLA-Permissive-2.0"),
    (re.compile(r"(?i)^https?://www\.gnu\.org/licenses/gpl-3\.0.*$"), "GPL-3.0-or-later"),
    (re.compile(r"(?i)^https?://www\.gnu\.org/licenses/agpl-3\.0.*$"), "AGPL-3.0-or-later"),
)  # fmt: skip
