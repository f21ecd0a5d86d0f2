"""Filters and tags that every template may use (a template builtin)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.http import QueryDict
from django.template.defaultfilters import date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from alliance import i18n, markdown

register = template.Library()


@register.filter
def whole(value: int) -> str:
    """12300 → 12 300."""
    return i18n.whole(value)


@register.filter
def places(value: Any, count: int) -> str:
    """0.97|places:3 → 0.970 (0,970 in French)."""
    return "" if value is None else i18n.decimals(value, int(count))


@register.filter
def percent(value: Any, count: int = 0) -> str:
    """0.95|percent → 95 %."""
    return "" if value is None else i18n.percent(value, int(count))


@register.filter(name="markdown")
def render_markdown(text: str) -> SafeString:
    """Render a text somebody wrote as safe HTML."""
    return markdown.render(text or "")


@register.filter
def short_digest(value: str | bytes | memoryview, length: int = 16) -> str:
    """First characters of a digest, with an ellipsis; the full value belongs in a title or a copy field."""
    text = bytes(value).hex() if isinstance(value, (bytes, memoryview)) else str(value)
    return text if len(text) <= length else f"{text[:length]}…"


@register.filter
def hexadecimal(value: bytes | memoryview) -> str:
    """Bytes as hexadecimal digits."""
    return bytes(value).hex()


@register.simple_tag
def utc(moment: Any) -> SafeString:
    """A moment with its machine form: `<time datetime="…">23 November 2026, 14:00 UTC</time>`."""
    if moment is None:
        return SafeString("")
    at = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}">{} UTC</time>',
        at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        date(at, "DATETIME_FORMAT"),
    )


@register.simple_tag
def local(moment: datetime, zone: str) -> SafeString:
    """A moment on the clock of a place: `<time datetime="…">23 November 2026, 15:00 (Europe/Paris)</time>`."""
    there = moment.astimezone(ZoneInfo(zone))
    return format_html(
        '<time datetime="{}">{} ({})</time>',
        there.isoformat(timespec="minutes"), date(there, "DATETIME_FORMAT"), zone,
    )  # fmt: skip


@register.simple_tag
def day(value: Any) -> SafeString:
    """A day with its machine form."""
    if value is None:
        return SafeString("")
    iso = value.strftime("%Y-%m-%d")
    return format_html('<time datetime="{}">{}</time>', iso, date(value, "DATE_FORMAT"))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The current query string with some parameters changed; None removes one."""
    params: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        else:
            params[name] = value
    return f"?{params.urlencode()}" if params else "?"
