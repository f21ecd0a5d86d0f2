"""Other views of the directory: by country, as linked data, and as a wall for other sites."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from alliance.i18n import LANGUAGE_CODES
from alliance.pages import public_page
from alliance.viewer import ANONYMOUS
from members.countries import country_name
from members.directory import folded
from members.models import Logo, Organisation
from members.views import exported

BAR = 300  # width of the longest bar
SCHEMA_KINDS = {
    Organisation.Kind.UNIVERSITY: "CollegeOrUniversity",
    Organisation.Kind.RESEARCH: "ResearchOrganization",
    Organisation.Kind.NON_PROFIT: "NGO",
    Organisation.Kind.CIVIL_SOCIETY: "NGO",
    Organisation.Kind.GOVERNMENT: "GovernmentOrganization",
    Organisation.Kind.INDUSTRY: "Corporation",
    Organisation.Kind.STARTUP: "Corporation",
}


@require_safe
@public_page("organisations")
def countries(request: HttpRequest) -> HttpResponse:
    """Confirmed members by the country of their head office: bars and the same as a table."""
    members = Organisation.objects.visible_to(ANONYMOUS).confirmed_members()
    counted = Counter(members.values_list("country", flat=True))
    unknown = counted.pop("", 0)
    most = max(counted.values(), default=1)
    rows = [
        {"code": code, "name": country_name(code), "count": n, "width": round(BAR * n / most)}
        for code, n in sorted(
            counted.items(), key=lambda item: (-item[1], folded(country_name(item[0])))
        )
    ]
    context = {
        "rows": rows,
        "unknown": unknown,
        "total": sum(counted.values()) + unknown,
        "bar": BAR,
    }
    return render(request, "members/countries.html", context)


@require_safe
@public_page("organisations")
def directory_jsonld(request: HttpRequest) -> HttpResponse:
    """Exactly what the directory shows for the same parameters, as schema.org linked data."""
    items = [
        {"@type": "ListItem", "position": n, "item": _linked(row)}
        for n, row in enumerate(exported(request), start=1)
    ]
    body = {
        "@context": "https://schema.org", "@type": "ItemList", "name": "AI Alliance members",
        "numberOfItems": len(items), "itemListElement": items,
    }  # fmt: skip
    return JsonResponse(body, content_type="application/ld+json")


def _linked(row: Organisation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": SCHEMA_KINDS[Organisation.Kind(row.kind)], "@id": settings.SITE_ORIGIN + row.get_absolute_url(),
        "name": row.name, "alternateName": row.short_name,
        "memberOf": [
            {
                "@type": "OrganizationRole", "roleName": period.kind, "memberOf": "AI Alliance",
                **({"startDate": period.announced_on.isoformat()} if period.announced_on else {}),
                **({"endDate": period.ended_on.isoformat()} if period.ended_on else {}),
            }
            for period in row.memberships.all()
            if period.confirmed
        ],
    }  # fmt: skip
    if row.country:
        found["address"] = {"@type": "PostalAddress", "addressCountry": row.country}
    if row.website_domain and row.domain_confirmed:
        found["url"] = f"https://{row.website_domain}/"
    return found


@require_safe
@public_page("organisations")
def wall_setup(request: HttpRequest) -> HttpResponse:
    """How to show the members on another site."""
    return render(request, "members/wall_setup.html")


@require_safe
@xframe_options_exempt
@public_page("organisations")
def wall(request: HttpRequest, language: str) -> HttpResponse:
    """The members as a page to embed: no script, no cookie, nothing asked of the reader's browser."""
    with translation.override(language if language in LANGUAGE_CODES else "en"):
        members = Organisation.objects.visible_to(ANONYMOUS).confirmed_members()
        logos = {logo.organisation_id: logo for logo in Logo.objects.visible_to(ANONYMOUS)}
        rows = [
            {"name": row.name, "url": row.get_absolute_url(), "logo": logos.get(row.pk)}
            for row in sorted(members, key=lambda row: folded(row.name))
        ]
        response = render(request, "members/wall.html", {"rows": rows})
    response.csp = {"frame-ancestors": "*"}  # type: ignore[attr-defined]
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
