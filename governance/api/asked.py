"""What a request asks for: its body checked, the number in its address, and the seat it speaks for."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance.errors import NotAllowed
from governance.models import Body, Seat


def checked(kind: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """Return the checked body of a request."""
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def number_of(text: str | None) -> int:
    """Return the number in an address; what is none names nothing."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


def seat_of(viewer: Viewer, slug: str, number: int | None) -> Seat:
    """Return the viewer's seat in a body; who has several names one."""
    body = get_object_or_404(Body.objects.visible_to(viewer), slug=slug)
    seats = list(body.seats.held_by(viewer, database_now().date()).order_by("number"))
    chosen = [seat for seat in seats if number in (None, seat.number)]
    if not chosen:
        raise NotAllowed(_("Only the holder of a seat proposes to its body."))
    return chosen[0]
