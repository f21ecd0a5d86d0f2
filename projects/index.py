"""The portal's catalogue as sister portals read it: every own entry, deletions included, never a copy."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from alliance_node.proofs import strict_json
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.urls import reverse

from alliance.clock import database_now
from projects.describing import entry_document
from projects.models import Project, ProjectChange, Source
from projects.portal_identity import absolute, entry_id, portal_id

VERSION = "1"
PER_PAGE = 500


def page(after: int, limit: int = PER_PAGE) -> dict[str, Any]:
    """Return a page of the index. The digest on each page changes with any entry, so the first page's tag tells all."""
    rows = list(_rows().filter(pk__gt=after).order_by("pk")[: limit + 1])
    today = database_now().date()
    items = [_item(row, today) for row in rows[:limit]]
    following = (
        f"{reverse('projects-machine:index')}?after={rows[limit - 1].pk}"
        if len(rows) > limit
        else None
    )
    return {
        "version": VERSION,
        "portal": {
            "id": portal_id(),
            "name": "AI Alliance",
            "languages": ["en", "fr"],
            "catalogue": absolute(reverse("projects-machine:index")),
            "feed": absolute(reverse("projects-machine:projects-feed")),
            "tombstones": "kept for good",
        },
        "digest": digest(),
        "total": _rows().count(),
        "items": items,
        "next": absolute(following) if following else None,
    }  # fmt: skip


def digest() -> str:
    """Return what changes with every change of any entry."""
    hashed = hashlib.sha256()
    for uid, listed, changed, updated in (
        _rows().order_by("pk").values_list("uid", "is_listed", "changed_at", "updated_at")
    ):
        hashed.update(f"{uid} {listed} {changed} {updated}\n".encode())
    return f"sha256:{hashed.hexdigest()}"


def entry_bytes(project: Project, today: Any = None) -> bytes:
    """Return the document that the index's hash is of."""
    return strict_json.canonical(entry_document(project, today=today or database_now().date()))


def _rows() -> Any:
    """Return own entries: those that are listed, and as tombstones those that once were. Demonstrations stay here."""
    was_listed = ProjectChange.objects.filter(project=OuterRef("pk"), fields__is_listed__0=True)
    return (
        Project.objects.real()
        .annotate(
            changed_at=Max("changes__at"),
            gone_at=Subquery(was_listed.order_by("-pk").values("at")[:1]),
            has_manifest=Exists(Source.objects.filter(project=OuterRef("pk"))),
        )
        .filter(Q(is_listed=True) | Q(is_listed=False, gone_at__isnull=False))
        .select_related("stage", "working_group")
        .prefetch_related("licences", "repositories", "focus_areas", "participations__organisation")
        .order_by(F("pk"))
    )  # fmt: skip


def _item(row: Any, today: Any) -> dict[str, Any]:
    item = {"id": entry_id(row.uid), "origin": portal_id()}
    if not row.is_listed:
        return {**item, "deleted": True, "updated": _moment(row.gone_at)}
    raw = entry_bytes(row, today)
    return {
        **item,
        "deleted": False,
        "url": absolute(f"/en/projects/{row.slug}/"),
        "entry": absolute(reverse("projects-machine:entry", args=[row.uid])),
        "manifest": absolute(reverse("projects-machine:codemeta", args=[row.slug])),
        "updated": _moment(max(filter(None, (row.changed_at, row.updated_at)))),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
