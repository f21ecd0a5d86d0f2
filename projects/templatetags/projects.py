"""Filters of this room's pages."""

from __future__ import annotations

from typing import Any

from django import template

from alliance.i18n import active_language
from projects import wording
from projects.models import CatalogueCopy, Event

SHOWN = 300
register = template.Library()


@register.filter
def partial_date(text: str) -> str:
    """2026-04 → April 2026."""
    return wording.partial_date(text)


@register.filter
def when(event: Event) -> str:
    """Days and hours of an event."""
    return wording.when(event)


@register.filter
def event_days(event: Event) -> str:
    """Days of an event."""
    return wording.days(event)


@register.filter
def event_hours(event: Event) -> str:
    """Hours of an event."""
    return wording.hours(event)


@register.filter
def field_name(name: str) -> str:
    """A field's name for readers."""
    return wording.field_name(name)


@register.simple_tag
def copy_text(copy: CatalogueCopy, part: str) -> str:
    """A copied entry's text in the reader's language, or the next best."""
    return copy.text_of(part, active_language())


@register.filter
def as_text(value: Any) -> str:
    """A field's value in a line of the log: lists with commas, long texts cut."""
    text = ", ".join(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}…"
