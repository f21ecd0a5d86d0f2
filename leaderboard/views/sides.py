"""Pages across boards: a dimension, a comparison, an aggregate, the accelerators."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.pages import public_page
from leaderboard import side_documents
from leaderboard.aggregate_page import aggregate_page
from leaderboard.compare_page import compare_page
from leaderboard.devices import NO_DEVICE, device_name, device_tables, device_url
from leaderboard.dimension_page import dimension_page
from leaderboard.models import Accelerator, Dimension, Result


@require_safe
@public_page("boards")
def dimension(request: HttpRequest, code: str) -> HttpResponse:
    """Every board that speaks to one of the six dimensions."""
    if code not in Dimension.values:
        raise Http404
    return render(request, "leaderboard/dimension.html", {"page": dimension_page(code)})


@require_safe
@public_page("boards")
def compare(request: HttpRequest) -> HttpResponse:
    """Two to six systems side by side."""
    return render(request, "leaderboard/compare.html", {"page": compare_page(request.GET)})


@require_safe
@public_page("boards")
def aggregate(request: HttpRequest) -> HttpResponse:
    """An aggregate of the reader's own choice."""
    return render(request, "leaderboard/aggregate.html", {"page": aggregate_page(request.GET)})


@require_safe
@public_page("boards")
def aggregate_file(request: HttpRequest, suffix: str) -> HttpResponse:
    """The aggregate as a file: what the page shows, every row of it."""
    body = side_documents.aggregate_document(request.GET)
    return _file("aggregate", suffix, body, side_documents.aggregate_rows(body))


@require_safe
@public_page("boards")
def compare_file(request: HttpRequest, suffix: str) -> HttpResponse:
    """The comparison as a file; CSV has the figures, JSON the tests of the pairs as well."""
    body = side_documents.comparison_document(request.GET)
    return _file("comparison", suffix, body, side_documents.comparison_rows(body))


def _file(name: str, suffix: str, body: dict[str, Any], rows: list[dict[str, Any]]) -> HttpResponse:
    if suffix == "json":
        text = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        return HttpResponse(text, content_type="application/json")
    response = HttpResponse(side_documents.as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_safe
@public_page("boards")
def accelerators(request: HttpRequest) -> HttpResponse:
    """Every device that a result was obtained on."""
    counted = Result.objects.counted().values_list("accelerator_id").annotate(Count("pk"))
    counts = {device or NO_DEVICE: count for device, count in counted.order_by()}
    known = {row.pk: row for row in Accelerator.objects.filter(pk__in=counts)}
    lines = [
        (device_name(known.get(device)), device_url(device), count)
        for device, count in sorted(counts.items(), key=lambda item: -item[1])
    ]
    return render(request, "leaderboard/accelerators.html", {"lines": lines})


@require_safe
@public_page("boards")
def accelerator(request: HttpRequest, pk: int) -> HttpResponse:
    """One device: what was measured on it, and how the same systems fare elsewhere."""
    device = get_object_or_404(Accelerator, pk=pk) if pk != NO_DEVICE else None
    context = {"name": device_name(device), "tables": device_tables(device=pk)}
    return render(request, "leaderboard/accelerator.html", context)
