"""Other rooms add to a body's page (what a group owns) without this room knowing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from governance.models import Body

BodyContext = Callable[[HttpRequest, Body], dict[str, Any] | None]
_SECTIONS: list[tuple[str, BodyContext]] = []


def register_section(template: str, context: BodyContext) -> None:
    """Add a section to every body's page; a context of None leaves it out."""
    _SECTIONS.append((template, context))


def sections(request: HttpRequest, body: Body) -> list[SafeString]:
    """Render what the rooms say about a body."""
    shown = []
    for template, context in _SECTIONS:
        values = context(request, body)
        if values is not None:
            shown.append(render_to_string(template, values, request=request))
    return shown
