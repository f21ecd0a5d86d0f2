"""Pages of the directory."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alliance.cells import safe_cell
from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from members import directory as listing
from members.api.serializers import OrganisationSerializer
from members.forms import DirectoryForm
from members.models import Affiliation, Logo, Organisation
from members.querysets import OrganisationQuerySet
from members.sections import sections

COLUMNS = [
    "slug", "name", "kind", "kind_confirmed", "country", "website_domain", "domain_confirmed", "is_demo",
    "membership", "role", "announced_on", "announced_to", "ended_on", "confirmed", "source",
]  # fmt: skip


def _everything() -> OrganisationQuerySet:
    return Organisation.objects.visible_to(ANONYMOUS).for_list()


def _chosen(form: DirectoryForm) -> OrganisationQuerySet:
    chosen = form.chosen
    rows = _everything().of_kinds(chosen["kind"]).in_countries(chosen["country"])
    rows = rows.with_memberships(chosen["membership"])
    return rows.matching(chosen["q"]) if chosen["q"] else rows


@require_safe
@public_page("organisations")
def directory(request: HttpRequest) -> HttpResponse:
    """Every member, by letter; named contributors and demonstration organisations apart."""
    everything = list(_everything())
    form = DirectoryForm({row.country for row in everything}, request.GET)
    chosen = form.chosen
    is_filtered = any(chosen.values())
    context = {
        "index": listing.index_of(_chosen(form) if is_filtered else everything),
        "whole": listing.index_of(everything),
        "facets": listing.facets(everything, chosen),
        "figures": listing.figures(),
        "wanted": chosen["q"],
        "is_filtered": is_filtered,
    }
    return render(request, "members/directory.html", context)


@require_safe
@public_page("organisations")
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation: facts with their sources, and what the other rooms know of it."""
    found = get_object_or_404(_everything(), slug=slug)
    tag(request, f"organisation:{slug}")
    today = timezone.now().date()
    context = {
        "organisation": found,
        "sections": sections(request, found),
        "people": Affiliation.objects.at([found.pk]).current(today).shown_publicly(),
        "logo": Logo.objects.visible_to(ANONYMOUS).filter(organisation=found).first(),
        "suspended": found.suspensions.filter(until=None).first(),
    }
    return render(request, "members/organisation.html", context)


def exported(request: HttpRequest) -> OrganisationQuerySet:
    """Return what the directory shows for the parameters of an address."""
    countries = set(_everything().values_list("country", flat=True))
    return _chosen(DirectoryForm(countries, request.GET))


@require_safe
@public_page("organisations")
def directory_json(request: HttpRequest) -> HttpResponse:
    """Exactly what the directory shows for the same parameters, as JSON."""
    rows = exported(request)
    return JsonResponse({"organisations": OrganisationSerializer(rows, many=True).data})


@require_safe
@public_page("organisations")
def directory_csv(request: HttpRequest) -> HttpResponse:
    """Exactly what the directory shows for the same parameters, as CSV: a line for each membership."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in exported(request):
        for period in row.memberships.all():
            cells = [
                row.slug, row.name, row.kind, _yes(row.kind_confirmed), row.country, row.website_domain,
                _yes(row.domain_confirmed), _yes(row.is_demo), period.kind, period.role,
                period.announced_on, period.announced_to, period.ended_on, _yes(period.confirmed),
                period.source,
            ]  # fmt: skip
            writer.writerow([safe_cell(cell) for cell in cells])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="members.csv"'
    return response


def _yes(value: bool) -> str:
    return "yes" if value else "no"
