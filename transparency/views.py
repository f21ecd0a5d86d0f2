"""Pages of the public log."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from transparency import signing
from transparency.charts import activity_strip
from transparency.models import Checkpoint, Entry
from transparency.sources import json_of

PER_PAGE = 50
STRIP_DAYS = 60


@require_safe
@public_page("log")
def log(request: HttpRequest) -> HttpResponse:
    """The newest entries, by kind, and the checkpoint they stand on."""
    kind = request.GET.get("kind", "")
    kinds = Entry.objects.kinds()
    entries = Entry.objects.placed().of_kind(kind if kind in kinds else "")
    since = timezone.now() - timedelta(days=STRIP_DAYS)
    context = {
        "page": Paginator(entries, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": kinds,
        "kind": kind,
        "checkpoint": Checkpoint.objects.latest_or_none(),
        "vkey": signing.verifier().vkey,
        "origin": settings.LOG_ORIGIN,
        "strip": activity_strip(
            Entry.objects.counts_by_day(since), timezone.now().date(), STRIP_DAYS
        ),
    }
    return render(request, "transparency/log.html", context)


@require_safe
@public_page()
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry: its bytes, its place and its proof."""
    found = get_object_or_404(Entry.objects.select_related("leaf"), pk=pk)
    tag(request, f"entry:{found.pk}", "log")
    body = bytes(found.body)
    parsed = json_of(body)
    text = json.dumps(parsed, ensure_ascii=False, indent=2) if parsed is not None else ""
    return render(
        request, "transparency/entry.html", {"entry": found, "text": text, "size": len(body)}
    )
