"""Public pages of elections: the same for everybody. Signed-in pages are in `governance.election_desk`."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from governance import election_page, election_wording
from governance.actions import settle_if_due
from governance.actions.counting import counted_ballots
from governance.models import Election
from governance.rules.elections import ballots_of
from governance.tally import Profile
from governance.tally.formats import write_blt, write_preflib, write_ranks, write_scores


@require_safe
@public_page("governance")
def elections(request: HttpRequest) -> HttpResponse:
    """Every election, those under way first."""
    rows = Election.objects.visible_to(ANONYMOUS).for_list()
    context = {"under_way": rows.under_way(), "done": rows.exclude(pk__in=rows.under_way())}
    return render(request, "governance/elections.html", context)


@require_safe
@public_page()
def election(request: HttpRequest, pk: int) -> HttpResponse:
    """An election: candidates, questions, how it is counted, who has voted; at the end the result."""
    found = get_object_or_404(Election.objects.visible_to(ANONYMOUS).for_list(), pk=pk)
    found = settle_if_due(found)
    tag(request, f"election:{pk}", f"body:{found.body.slug}")
    lines = election_page.ballot_lines(found) if found.opens_at else []
    context: dict[str, Any] = {
        "election": found,
        "candidates": election_page.candidates_of(found),
        "questions": found.questions.for_page(),
        "rule": election_wording.rule_sentences(found.counting_rule),
        "lines": lines,
        "heard": sum(1 for line in lines if line.ballot),
        "picture": election_page.roll_picture(found, lines) if lines else None,
        "result": election_page.shown_result(found),
        "open_ties": election_page.open_ties(found) if found.state == "drawing" else [],
    }
    return render(request, "governance/election.html", context)


@require_safe
@public_page()
def ballots(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The ballots of a closed election as a file that `recount` reads; without seats, in the order of their content."""
    found = get_object_or_404(Election.objects.visible_to(ANONYMOUS).for_list(), pk=pk)
    tag(request, f"election:{pk}")
    if not found.shows_ballots:
        raise Http404
    held = ballots_of(found.counting_rule, found.standing, counted_ballots(found))
    if kind == "csv":
        text = write_ranks(held) if isinstance(held, Profile) else write_scores(held)
    elif isinstance(held, Profile) and kind in ("blt", "toi"):
        text = write_blt(held, found.counting_rule.seats) if kind == "blt" else write_preflib(held)
    else:
        raise Http404
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="election-{pk}.{kind}"'
    return answer


@require_safe
@public_page()
def organisations(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisation of each candidate, as `recount --cap-file` reads it."""
    found = get_object_or_404(Election.objects.visible_to(ANONYMOUS), pk=pk)
    tag(request, f"election:{pk}")
    if not found.candidates:
        raise Http404
    body = {one.name: one.organisation for one in found.standing}
    answer = HttpResponse(
        json.dumps(body, ensure_ascii=False, indent=1) + "\n", content_type="application/json"
    )
    answer["Content-Disposition"] = f'attachment; filename="election-{pk}-organisations.json"'
    return answer
