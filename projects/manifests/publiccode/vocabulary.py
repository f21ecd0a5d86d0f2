"""The words that publiccode.yml allows, and the keys that it has, had and gained."""

from __future__ import annotations

from typing import Final


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())


NEWEST: Final = "0.7"
OLDEST: Final = (0, 2)

STATUSES: Final = ("concept", "development", "beta", "stable", "obsolete")
PLATFORMS: Final = ("web", "windows", "mac", "linux", "ios", "android")
MAINTENANCE: Final = ("internal", "contract", "community", "none")
SOFTWARE_TYPES: Final = (
    "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles",
)  # fmt: skip
CATEGORIES: Final = words(
    """accounting agile-project-management applicant-tracking application-development appointment-scheduling backup
    billing-and-invoicing blog budgeting business-intelligence business-process-management cad call-center-management
    cloud-management collaboration communications compliance-management contact-management content-management crm
    customer-service-and-support data-analytics data-collection data-visualization design design-system
    digital-asset-management digital-citizenship document-management donor-management e-commerce e-signature
    educational-content email-management email-marketing employee-management enterprise-project-management
    enterprise-social-networking erp event-management facility-management feedback-and-reviews-management
    financial-reporting fleet-management fundraising gamification geographic-information-systems grant-management
    graphic-design help-desk hr ide identity-management instant-messaging inventory-management it-asset-management
    it-development it-management it-security it-service-management knowledge-management learning-management-system
    marketing mind-mapping mobile-marketing mobile-payment network-management office online-booking online-community
    other payment-gateway payroll predictive-analysis procurement productivity-suite project-collaboration
    project-management property-management real-estate-management remote-support resource-management sales-management
    seo service-desk social-media-management survey talent-management task-management taxes-management test-management
    time-management time-tracking translation video-conferencing video-editing visitor-management voip
    warehouse-management web-collaboration web-conferencing website-builder whistleblowing workflow-management"""
)
SCOPES: Final = words(
    """agriculture culture defence education emergency-services employment energy environment
    finance-and-economic-development foreign-affairs government healthcare infrastructures justice local-authorities
    manufacturing research science-and-technology security society sport tourism transportation welfare"""
)

TOP: Final = frozenset(
    words(
        """publiccodeYmlVersion name applicationSuite url landingURL isBasedOn softwareVersion releaseDate logo
    monochromeLogo inputTypes outputTypes platforms categories usedBy fundedBy roadmap developmentStatus softwareType
    supports organisation intendedAudience description legal maintenance localisation dependsOn"""
    )
)
DESCRIPTION: Final = frozenset(
    words(
        """localisedName genericName shortDescription longDescription documentation apiDocumentation features
        screenshots videos awards"""
    )
)
LEGAL: Final = frozenset(("license", "mainCopyrightOwner", "repoOwner", "authorsFile"))
MAINTENANCE_KEYS: Final = frozenset(("type", "contractors", "contacts"))
CONTACT: Final = frozenset(("name", "email", "phone", "affiliation"))
CONTRACTOR: Final = frozenset(("name", "until", "email", "website"))
LOCALISATION: Final = frozenset(("localisationReady", "availableLanguages"))
DEPENDENCIES: Final = ("open", "proprietary", "hardware")
DEPENDENCY: Final = frozenset(("name", "version", "versionMin", "versionMax", "optional"))
AUDIENCE: Final = frozenset(("countries", "unsupportedCountries", "scope"))
PARTY: Final = frozenset(("name", "uri"))

DEPRECATED: Final = frozenset(
    ("monochromeLogo", "inputTypes", "outputTypes", "genericName", "repoOwner", "authorsFile")
)
# key → the version that brought it
SINCE: Final = {"organisation": (0, 5), "fundedBy": (0, 5), "supports": (0, 7)}
# spellings that real files have → the proper key, in the same section
RENAMED: Final = {
    "localization": "localisation", "organization": "organisation", "publiccode-yaml-version": "publiccodeYmlVersion",
    "publiccodeYamlVersion": "publiccodeYmlVersion", "tags": "categories", "platform": "platforms",
    "landingUrl": "landingURL", "landing_url": "landingURL", "licence": "license", "localizedName": "localisedName",
    "localizationReady": "localisationReady", "localisation-ready": "localisationReady",
    "available-languages": "availableLanguages", "shortDesc": "shortDescription", "longDesc": "longDescription",
}  # fmt: skip
# keys that belong elsewhere → where
MISPLACED: Final = {
    "license": "legal/license", "licence": "legal/license", "shortDescription": "description/[lang]/shortDescription",
    "longDescription": "description/[lang]/longDescription", "features": "description/[lang]/features",
    "maintainers": "maintenance/contacts", "contacts": "maintenance/contacts",
    "availableLanguages": "localisation/availableLanguages",
    "localisationReady": "localisation/localisationReady",
}  # fmt: skip
