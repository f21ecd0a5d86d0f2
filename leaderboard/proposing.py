"""The way from a page of this room to a proposal that a decision can carry out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from alliance.viewer import Viewer
from governance.models import Body


@dataclass(frozen=True, slots=True)
class Way:
    """A body in which the reader has a seat, and where its form stands filled in."""

    body: Body
    url: str


def ways(viewer: Viewer, kind: str, on: date, **params: object) -> list[Way]:
    """Return where this reader may propose something of a kind, with its parameters filled in."""
    if viewer.person_id is None:
        return []
    query = urlencode({"kind": kind} | params)
    return [
        Way(body, f"{reverse('governance:propose', args=[body.slug])}?{query}")
        for body in Body.objects.visible_to(viewer).where_seated(viewer, on)
    ]
