"""One signed result and everything about it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from leaderboard.models import BoardSnapshot, Dispute, Result
from leaderboard.result_page import ResultPage, peers_of


@require_safe
@public_page()
def result(request: HttpRequest, ulid: str) -> HttpResponse:
    """The figure, its checks, its replications, its provenance and its proof."""
    rows = Result.objects.visible_to(ANONYMOUS).for_page()
    found = get_object_or_404(rows.select_related("samples", "envelope__entry__leaf"), ulid=ulid)
    version = found.benchmark_version
    tag(request, f"result:{ulid}", f"board:{version.benchmark.slug}")
    boards = BoardSnapshot.objects.of_board(version.pk, version.primary_metric)
    peers = peers_of(found)
    disputes = Dispute.objects.visible_to(ANONYMOUS).of_results([p.pk for p in peers]).for_list()
    page = ResultPage(found, peers, boards.newest_summary(), list(disputes))
    return render(request, "leaderboard/result.html", {"page": page})
