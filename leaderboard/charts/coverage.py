"""Who measured what: a grid of nodes by systems, inside a real table."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString


def coverage_mark(count: int, label: str) -> SafeString:
    """Draw one cell: a filled square for a result, a small dot for none; more than one run prints its number."""
    if count == 0:
        return format_html(
            '<svg class="ink-svg" width="14" height="14" role="img" aria-label="{}">'
            '<circle class="f-tint" cx="7" cy="7" r="3"/></svg>',
            label,
        )
    number = (
        format_html('<text class="t-on" x="9" y="13" text-anchor="middle">{}</text>', count)
        if count > 1
        else SafeString("")
    )
    return format_html(
        '<svg class="ink-svg" width="18" height="18" role="img" aria-label="{}">'
        '<rect class="f-acc" width="18" height="18"/>{}</svg>',
        label,
        number,
    )
