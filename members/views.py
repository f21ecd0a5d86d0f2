"""Pages of the directory."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from members import directory as index
from members.api.serializers import OrganisationSerializer
from members.forms import DirectoryForm
from members.models import Organisation
from members.querysets import OrganisationQuerySet
from members.sections import sections


def _chosen(request: HttpRequest) -> OrganisationQuerySet:
    rows = Organisation.objects.visible_to(ANONYMOUS).for_list()
    return DirectoryForm(request.GET).apply(rows)


@require_safe
@public_page("organisations")
def directory(request: HttpRequest) -> HttpResponse:
    """Every organisation, by letter; demonstration ones apart."""
    rows = _chosen(request)
    real = Organisation.objects.visible_to(ANONYMOUS).real()
    context: dict[str, Any] = {
        "letters": index.by_letter(rows.real()),
        "demonstration": [row for row in rows if row.is_demo],
        "count": rows.real().count(),
        "facets": index.facets(real, request.GET.dict()),
        "facet_names": [
            ("kind", _("Kind")),
            ("country", _("Country")),
            ("membership", _("Membership")),
        ],
        "figures": index.figures(),
        "form": DirectoryForm(request.GET),
        "is_filtered": any(
            request.GET.get(name) for name in ("q", "kind", "membership", "country")
        ),
    }
    return render(request, "members/directory.html", context)


@require_safe
@public_page("organisations")
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation: facts with their sources, and what the other rooms know of it."""
    found = get_object_or_404(Organisation.objects.visible_to(ANONYMOUS).for_list(), slug=slug)
    tag(request, f"organisation:{slug}")
    context = {"organisation": found, "sections": sections(request, found)}
    return render(request, "members/organisation.html", context)


@require_safe
@public_page("organisations")
def directory_json(request: HttpRequest) -> HttpResponse:
    """Exactly what the directory shows for the same parameters, as JSON."""
    return JsonResponse({"organisations": OrganisationSerializer(_chosen(request), many=True).data})


@require_safe
@public_page("organisations")
def directory_csv(request: HttpRequest) -> HttpResponse:
    """Exactly what the directory shows for the same parameters, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["slug", "name", "kind", "country", "membership", "announced_on", "confirmed", "source"]
    )
    for row in _chosen(request):
        for period in row.memberships.all():
            writer.writerow([row.slug, row.name, row.kind, row.country, period.kind, period.announced_on or "",
                             "yes" if period.confirmed else "no", period.source])  # fmt: skip
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
