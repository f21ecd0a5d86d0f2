"""Boards: the overview, one board, and the same board as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from leaderboard.board_page import board_page, kept_rows, snapshot_for
from leaderboard.board_query import BoardQuery, read_query
from leaderboard.board_words import facts_of
from leaderboard.exports import board_csv
from leaderboard.models import Benchmark, BenchmarkVersion
from leaderboard.overview import overview


@require_safe
@public_page("boards", "nodes")
def home(request: HttpRequest) -> HttpResponse:
    """Every adopted benchmark with its leaders, the six dimensions, the nodes, what ranks mean."""
    return render(request, "leaderboard/home.html", overview())


@require_safe
@public_page()
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """One board; a benchmark that nobody adopted says so instead."""
    benchmark = _benchmark(request, slug)
    version = _version(benchmark)
    if version is None:
        return _proposed(request, benchmark)
    query = _query(request, version)
    page = board_page(version, query, request.GET, timezone.now().date())
    return render(request, "leaderboard/board.html", {"page": page})


@require_safe
@public_page()
def board_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The board as shown, with what is needed to repeat its ranking."""
    version, query = _adopted(request, slug)
    snapshot = snapshot_for(version, query)
    body: dict[str, Any] = {
        "benchmark": version.benchmark.slug,
        "version": version.version,
        "metric": query.metric,
        "number": snapshot.number if snapshot else 0,
        "computed_at": snapshot.computed_at if snapshot else None,
        "ranking_code_version": snapshot.ranking_code_version if snapshot else None,
        "draws_digest": snapshot.draws_digest if snapshot else None,
        "digest": snapshot.digest if snapshot else None,
        "rows": kept_rows(snapshot, query),
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
@public_page()
def board_as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The board as shown, for a spreadsheet."""
    version, query = _adopted(request, slug)
    text = board_csv(kept_rows(snapshot_for(version, query), query))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{query.metric}.csv"'
    return response


def _adopted(request: HttpRequest, slug: str) -> tuple[BenchmarkVersion, BoardQuery]:
    version = _version(_benchmark(request, slug))
    if version is None:
        raise Http404
    return version, _query(request, version)


def _benchmark(request: HttpRequest, slug: str) -> Benchmark:
    tag(request, f"board:{slug}")
    return get_object_or_404(Benchmark.objects.visible_to(ANONYMOUS), slug=slug)


def _version(benchmark: Benchmark) -> BenchmarkVersion | None:
    return BenchmarkVersion.objects.current().filter(benchmark=benchmark).first()


def _query(request: HttpRequest, version: BenchmarkVersion) -> BoardQuery:
    query = read_query(request.GET, version)
    if query is None:
        raise Http404
    return query


def _proposed(request: HttpRequest, benchmark: Benchmark) -> HttpResponse:
    version = benchmark.versions.first()
    facts = []
    if version is not None:
        metric = version.metric(version.primary_metric) or {"id": version.primary_metric}
        facts = facts_of(version, metric)
    context = {"benchmark": benchmark, "version": version, "facts": facts}
    return render(request, "leaderboard/board_proposed.html", context)
