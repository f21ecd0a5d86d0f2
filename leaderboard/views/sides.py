"""Pages across boards: a dimension, a comparison, an aggregate, the accelerators."""

from __future__ import annotations

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.pages import public_page
from leaderboard.aggregate_page import aggregate_page
from leaderboard.compare_page import compare_page
from leaderboard.devices import NO_DEVICE, device_name, device_tables, device_url
from leaderboard.dimension_page import dimension_page
from leaderboard.exports import sides
from leaderboard.models import Accelerator, Dimension, Result
from leaderboard.views.files import file_response, lacks_parquet, no_parquet


@require_safe
@public_page("boards")
def dimension(request: HttpRequest, code: str) -> HttpResponse:
    """Every board that speaks to one of the six dimensions."""
    side = _dimension(code)
    context = {
        "page": dimension_page(side.value),
        "files": sides.files_of("dimension-file", code=code),
    }
    return render(request, "leaderboard/dimension.html", context)


@require_safe
@public_page("boards")
def compare(request: HttpRequest) -> HttpResponse:
    """Two to six systems side by side."""
    files = sides.files_of("compare-file", request.GET.urlencode())
    context = {"page": compare_page(request.GET), "files": files}
    return render(request, "leaderboard/compare.html", context)


@require_safe
@public_page("boards")
def aggregate(request: HttpRequest) -> HttpResponse:
    """An aggregate of the reader's own choice."""
    page = aggregate_page(request.GET)
    context = {"page": page, "files": sides.files_of("aggregate-file", page.question)}
    return render(request, "leaderboard/aggregate.html", context)


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
    context = {"lines": lines, "files": sides.files_of("accelerators-file")}
    return render(request, "leaderboard/accelerators.html", context)


@require_safe
@public_page("boards")
def accelerator(request: HttpRequest, pk: int) -> HttpResponse:
    """One device: what was measured on it, and how the same systems fare elsewhere."""
    name, tables = device_name(_device(pk)), device_tables(device=pk)
    context = {"name": name, "tables": tables, "files": sides.files_of("accelerator-file", pk=pk)}
    return render(request, "leaderboard/accelerator.html", context)


@require_safe
@public_page("boards")
def aggregate_file(request: HttpRequest, suffix: str) -> HttpResponse:
    """The aggregate as a file: what the page shows, every row of it."""
    return _file(sides.aggregate(request.GET), suffix)


@require_safe
@public_page("boards")
def compare_file(request: HttpRequest, suffix: str) -> HttpResponse:
    """The comparison as a file."""
    return _file(sides.comparison(request.GET), suffix)


@require_safe
@public_page("boards")
def dimension_file(request: HttpRequest, code: str, suffix: str) -> HttpResponse:
    """A dimension as a file: its boards with their leaders."""
    return _file(sides.dimension(_dimension(code)), suffix)


@require_safe
@public_page("boards")
def accelerators_file(request: HttpRequest, suffix: str) -> HttpResponse:
    """The devices as a file."""
    return _file(sides.accelerators(), suffix)


@require_safe
@public_page("boards")
def accelerator_file(request: HttpRequest, pk: str, suffix: str) -> HttpResponse:
    """One device as a file."""
    return _file(sides.accelerator(_device(int(pk))), suffix)


def _file(found: sides.SideFile, suffix: str) -> HttpResponse:
    if lacks_parquet(suffix):
        return no_parquet()
    return file_response(found.written(suffix), found.name, suffix)


def _dimension(code: str) -> Dimension:
    if code not in Dimension.values:
        raise Http404
    return Dimension(code)


def _device(pk: int) -> Accelerator | None:
    return get_object_or_404(Accelerator, pk=pk) if pk != NO_DEVICE else None
