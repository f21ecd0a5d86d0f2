"""Boards: the overview, one board, and the same board as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from leaderboard.board_page import board_page
from leaderboard.board_query import BoardQuery, read_query
from leaderboard.board_rows import kept_rows, snapshot_for
from leaderboard.board_words import facts_of
from leaderboard.exports import FORMATS
from leaderboard.exports.document import BoardDocument
from leaderboard.models import Benchmark, BenchmarkVersion
from leaderboard.overview import overview
from leaderboard.views.files import file_response, lacks_parquet, no_parquet


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
    version = _version(request, benchmark)
    if version is None:
        return _proposed(request, benchmark)
    query = _query(request, version)
    page = board_page(version, query, request.GET, timezone.now().date())
    return render(request, "leaderboard/board.html", {"page": page})


@require_safe
@public_page()
def board_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """The board as shown, all of its pages, as a file."""
    form = FORMATS.get(suffix)
    version = _version(request, _benchmark(request, slug))
    if version is None or form is None:
        raise Http404
    query = _query(request, version)
    if lacks_parquet(suffix):
        return no_parquet()
    snapshot = snapshot_for(version, query)
    document = BoardDocument(version, query.metric, snapshot, kept_rows(snapshot, query))
    return file_response(form.write(document), f"{slug}-{query.metric}", suffix)


def _benchmark(request: HttpRequest, slug: str) -> Benchmark:
    tag(request, f"board:{slug}")
    return get_object_or_404(Benchmark.objects.visible_to(ANONYMOUS), slug=slug)


def _version(request: HttpRequest, benchmark: Benchmark) -> BenchmarkVersion | None:
    """Return the version that the address names, else the newest adopted one."""
    named = request.GET.get("version", "")
    if named:
        boards = BenchmarkVersion.objects.with_board()
        return get_object_or_404(boards, benchmark=benchmark, version=named)
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
