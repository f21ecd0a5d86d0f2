"""What the portal gives to sister portals and verifiers: everything it accepted, untouched."""

from __future__ import annotations

import base64
import zlib

from alliance_node.proofs import strict_json
from alliance_node.proofs.jwk import jwks_bytes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.problems import problem, problem_response
from alliance.viewer import ANONYMOUS
from leaderboard import relay
from leaderboard.models import Envelope, Node, RawFile, SampleSheet
from leaderboard.pull.facts import jwk_of

FOREVER = 365 * 24 * 3600
DEFAULT_LIMIT, MAX_LIMIT = 100, 1000


def _open(response: HttpResponse) -> HttpResponse:
    """Let any page on the web read it: there is nothing private here."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@public_page("nodes", "boards", max_age=10)
def relay_description(request: HttpRequest) -> HttpResponse:
    """Say what this relay is and whose statements it passes on, in the words of a node."""
    body = strict_json.canonical(relay.description())
    return _open(HttpResponse(body, content_type="application/json"))


@require_safe
@public_page(max_age=60)
def relay_keys(request: HttpRequest) -> HttpResponse:
    """Give the key that signs the head of the relay's log; statements are signed by their nodes."""
    return _open(HttpResponse(jwks_bytes(relay.keys()), content_type="application/json"))


@require_safe
@public_page("log", max_age=2)
def results(request: HttpRequest) -> HttpResponse:
    """List accepted statements in the order of the public log, as a node lists its own."""
    try:
        after = _number(request, "after", 0)
        limit = min(MAX_LIMIT, max(1, _number(request, "limit", DEFAULT_LIMIT)))
    except ValueError as error:
        return problem_response(problem(status=400, code="bad-query", title=str(error)))
    rows = Envelope.objects.after(after).values_list("entry__leaf__index", "sha256", "kind")
    page = list(rows[: limit + 1])
    items = [{"seq": at + 1, "digest": digest, "kind": kind} for at, digest, kind in page[:limit]]
    body = {"items": items, "next": items[-1]["seq"] if len(page) > limit else None}
    return _open(HttpResponse(strict_json.canonical(body), content_type="application/json"))


@require_safe
@public_page(max_age=FOREVER)
def envelope(request: HttpRequest, digest: str) -> HttpResponse:
    """Give one envelope, byte for byte as its node signed it."""
    row = get_object_or_404(Envelope, pk=digest)
    response = HttpResponse(bytes(row.raw), content_type="application/json")
    response["X-Content-Type-Options"] = "nosniff"
    return _open(response)


@require_safe
@public_page(max_age=FOREVER)
def samples(request: HttpRequest, digest: str) -> HttpResponse:
    """Give what the portal counted in a result's samples file: which items, and one byte for each, 1 where right."""
    sheet = get_object_or_404(SampleSheet, result__envelope=digest)
    body = {"items": sheet.items, "correct": base64.b64encode(bytes(sheet.correct)).decode()}
    return _open(HttpResponse(strict_json.canonical(body), content_type="application/json"))


@require_safe
@public_page(max_age=FOREVER)
def blob(request: HttpRequest, digest: str) -> HttpResponse:
    """Give a samples file that a statement names, byte for byte as its node served it."""
    row = get_object_or_404(RawFile, pk=digest)
    raw = zlib.decompress(bytes(row.packed))
    response = HttpResponse(raw, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    return _open(response)


@require_safe
@public_page(max_age=2)
def node_checkpoint(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the newest consistent checkpoint of a node, with the portal's cosignature below it."""
    node = get_object_or_404(
        Node.objects.visible_to(ANONYMOUS).select_related("last_checkpoint"), slug=slug
    )
    tag(request, f"node:{slug}")
    if node.last_checkpoint is None:
        raise Http404
    note = node.last_checkpoint.cosigned_note
    return _open(HttpResponse(note, content_type="text/plain; charset=utf-8"))


@require_safe
@public_page(max_age=2)
def node_keys(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the keys that a node's owner confirmed, revoked ones included: old results need them."""
    node = get_object_or_404(Node.objects.visible_to(ANONYMOUS), slug=slug)
    tag(request, f"node:{slug}")
    keys = [jwk_of(key) for key in node.keys.confirmed()]
    return _open(HttpResponse(jwks_bytes(keys), content_type="application/json"))


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise ValueError(f"{name} must be one whole number")
    return int(text)
