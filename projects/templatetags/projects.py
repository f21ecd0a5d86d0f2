"""Filters of this room's pages."""

from __future__ import annotations

from django import template

from projects import wording
from projects.models import Event

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
