"""Evaluation nodes: who measures, how they fare, what was not accepted and why."""

from __future__ import annotations

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from leaderboard import node_page
from leaderboard.models import Node, NodeKey, Relay
from leaderboard.overview import leading_snapshots


@require_safe
@public_page("nodes", "boards")
def nodes(request: HttpRequest) -> HttpResponse:
    """All nodes with their health."""
    lines = node_page.node_lines()
    snapshots = leading_snapshots()
    context = {
        "lines": lines,
        "picture": node_page.picture_of(lines, snapshots),
        "key": node_page.health_key(lines),
        "coverages": [
            (snapshot.benchmark_version.benchmark, grid)
            for snapshot, grid in node_page.coverages_of(snapshots)
        ],
        "now": timezone.now(),
    }
    return render(request, "leaderboard/nodes.html", context)


@require_safe
@public_page()
def node(request: HttpRequest, slug: str) -> HttpResponse:
    """One node: pulls, quarantine, keys, the head of its log."""
    rows = Node.objects.visible_to(ANONYMOUS).for_list().with_counts()
    found = get_object_or_404(rows, slug=slug)
    tag(request, f"node:{slug}", "nodes")
    context = {
        "node": found,
        "line": node_page.line_of(found),
        "pulls": node_page.pulls_of(found),
        "quarantine": node_page.quarantine_of(found),
        "keys": node_page.keys_of(found, timezone.now()),
        "notices": node_page.notices_of(found),
        "relays": Relay.objects.visible_to(ANONYMOUS).filter(origins__node=found),
        "relay_forks": node_page.relay_forks_of(found),
        "contradictions": node_page.contradictions_of(found),
        "results": node_page.result_lines(node_page.latest_results(found, 20)),
        "benchmarks": found.benchmarks.all(),
    }
    return render(request, "leaderboard/node.html", context)


@require_safe
@public_page()
def key(request: HttpRequest, slug: str, kid: str) -> HttpResponse:
    """A confirmed public key as OpenSSL reads it; revoked ones too, for what they signed before."""
    node = get_object_or_404(Node.objects.visible_to(ANONYMOUS), slug=slug)
    found = get_object_or_404(NodeKey.objects.confirmed(), node=node, kid=kid)
    tag(request, f"node:{slug}")
    pem = Ed25519PublicKey.from_public_bytes(bytes(found.public_key)).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return HttpResponse(pem, content_type="application/x-pem-file")
