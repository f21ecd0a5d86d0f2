"""The log for programs: C2SP tlog-tiles and its checkpoint, as static files would be."""

from __future__ import annotations

from alliance_node.proofs import tiles
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from transparency import tree
from transparency.models import Checkpoint, Tile

FOREVER = 365 * 24 * 3600


def _open(response: HttpResponse) -> HttpResponse:
    """Let any page on the web read it: there is nothing private here."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@public_page("log", max_age=2)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint; 404 while the log is empty."""
    newest = Checkpoint.objects.latest_or_none()
    if newest is None:
        raise Http404
    return _open(HttpResponse(newest.note, content_type="text/plain; charset=utf-8"))


@require_safe
@public_page(max_age=FOREVER)
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries; what a path names never changes."""
    try:
        wanted = tiles.parse_path(f"tile/{path}")
        if wanted.level == tiles.ENTRIES:
            raw = tree.bundle_bytes(wanted.index, wanted.width)
        else:
            raw = tree.tile_bytes(wanted)
    except (tiles.TileError, Tile.DoesNotExist):
        raise Http404 from None
    tag(request, "log-tile")
    return _open(HttpResponse(raw, content_type="application/octet-stream"))
