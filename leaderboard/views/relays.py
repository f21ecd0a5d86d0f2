"""Relays of sister portals: whose statements come through them, and what was not taken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from leaderboard import reasons
from leaderboard.models import Relay

REFUSALS_SHOWN = 30


@require_safe
@public_page("nodes")
def relays(request: HttpRequest) -> HttpResponse:
    """All relays that are pulled."""
    rows = Relay.objects.visible_to(ANONYMOUS).with_counts()
    return render(request, "leaderboard/relays.html", {"relays": rows})


@require_safe
@public_page()
def relay(request: HttpRequest, slug: str) -> HttpResponse:
    """One relay: its nodes, the head of its log, what was refused and why."""
    found = get_object_or_404(Relay.objects.visible_to(ANONYMOUS).with_counts(), slug=slug)
    tag(request, f"relay:{slug}", "nodes")
    refusals = found.refusals.select_related("node")[:REFUSALS_SHOWN]
    context = {
        "relay": found,
        "outcome": reasons.explain(found.last_outcome) if found.last_outcome else None,
        "is_good": found.last_outcome in ("ok", "unchanged"),
        "origins": found.origins.select_related("node__organisation"),
        "refusals": [
            {"row": row, "reason": reasons.explain_item(row.reason_code)} for row in refusals
        ],
        "forks": found.events.filter(details__has_key="held"),
    }
    return render(request, "leaderboard/relay.html", context)
