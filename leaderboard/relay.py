"""What the portal says of itself as a relay: who it is, whose statements it passes on, where their keys are.

It speaks as a node does, so that the same reader understands both. Origin is the signing node, never the relay: the
relay's own key signs the head of its log and nothing else.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from alliance_node.proofs.jwk import Jwk
from django.conf import settings
from django.urls import reverse

from alliance.viewer import ANONYMOUS
from leaderboard.models import BenchmarkVersion, Node
from transparency import signing

BASE = "/federation"


def description() -> dict[str, Any]:
    """Describe the relay, with every node whose statements it holds."""
    verifier = signing.verifier()
    nodes = (
        Node.objects.visible_to(ANONYMOUS)
        .select_related("organisation")
        .prefetch_related("relay_origins__relay")
        .order_by("slug")
    )
    versions = BenchmarkVersion.objects.adopted().select_related("benchmark")
    return {
        "protocol": "1",
        "relay": True,
        "node": {"id": urlsplit(settings.SITE_ORIGIN).netloc, "organisation": "AI Alliance"},
        "contact": f"{settings.SITE_ORIGIN}/",
        "software": {"name": "alliance-portal", "version": "1"},
        "log": {"origin": settings.LOG_ORIGIN, "vkey": verifier.vkey},
        "jwks": "/.well-known/jwks.json",
        "benchmarks": [
            {"id": version.benchmark.slug, "version": version.version}
            for version in versions.order_by("benchmark__slug", "version")
        ],
        "origins": [_origin(node) for node in nodes],
    }


def _origin(node: Node) -> dict[str, str]:
    """Say where the keys and the witnessed head of a node are to be had, beside its own address.

    `via` names the relay of a node that this portal knows through one only, so that no two portals
    send each other round in a circle.
    """
    relays = [origin.relay.relay_id for origin in node.relay_origins.all()]
    via = {"via": relays[0]} if node.state == Node.State.RELAYED and relays else {}
    return via | {
        "id": node.node_id,
        "organisation": node.organisation.public_slug,
        "logOrigin": node.log_origin,
        "endpoint": node.endpoint,
        "state": node.state,
        "health": node.health,
        "jwks": reverse("leaderboard-machine:node-keys", args=[node.slug]).removeprefix(BASE),
        "checkpoint": reverse("leaderboard-machine:node-checkpoint", args=[node.slug]).removeprefix(
            BASE
        ),
    }


def keys() -> list[Jwk]:
    """Return the key of the relay's own log."""
    return [Jwk(signing.verifier().public_key)]
