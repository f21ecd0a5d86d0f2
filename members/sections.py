"""Other rooms add to an organisation's page and to the dashboard without this room knowing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from alliance.viewer import Viewer
from members.models import Organisation

SectionContext = Callable[[HttpRequest, Organisation], dict[str, Any] | None]
PanelContext = Callable[[HttpRequest, Viewer], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class _Part:
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]


_SECTIONS: list[_Part] = []
_PANELS: list[_Part] = []


def register_section(template: str, context: SectionContext) -> None:
    """Add a section to every organisation's page; a context of None leaves it out."""
    _SECTIONS.append(_Part(template, context))


def register_panel(template: str, context: PanelContext) -> None:
    """Add a panel to the dashboard; a context of None leaves it out."""
    _PANELS.append(_Part(template, context))


def sections(request: HttpRequest, organisation: Organisation) -> list[SafeString]:
    """Render what the rooms say about an organisation."""
    return list(_render(_SECTIONS, request, organisation))


def panels(request: HttpRequest, viewer: Viewer) -> list[SafeString]:
    """Render what the rooms have for a person."""
    return list(_render(_PANELS, request, viewer))


def _render(parts: list[_Part], request: HttpRequest, subject: Any) -> Iterator[SafeString]:
    for part in parts:
        context = part.context(request, subject)
        if context is not None:
            yield render_to_string(part.template, context, request=request)
