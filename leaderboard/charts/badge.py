"""A badge that stands on other people's pages: one SVG, its colours in itself, readable without a style sheet."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

_INK, _ACCENT, _GREY, _PAPER = "#101714", "#005846", "#5c6862", "#ffffff"
_WIDE, _NARROW = set("MWmw@%—"), set("iIlj.,:;|!'()·tfr1 \u00a0\u202f")


def badge_svg(*, title: str, figure: str, label: str, is_void: bool) -> SafeString:
    """Draw the badge; the text is fitted to the width that is kept for it, whatever font the reader has."""
    left, right = _width(title), _width(figure)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="24" viewBox="0 0 {0} 24" role="img" '
        'aria-label="{1}"><title>{1}</title><rect width="{2}" height="24" fill="{3}"/>'
        '<rect x="{2}" width="{4}" height="24" fill="{5}"/>'
        '<g fill="{6}" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        '<text x="8" y="16" textLength="{7}" lengthAdjust="spacingAndGlyphs">{8}</text>'
        '<text x="{9}" y="16" textLength="{10}" lengthAdjust="spacingAndGlyphs">{11}</text></g></svg>',
        left + right,
        label,
        left,
        _INK,
        right,
        _GREY if is_void else _ACCENT,
        _PAPER,
        left - 16,
        title,
        left + 8,
        right - 16,
        figure,
    )


def _width(text: str) -> int:
    """Return the width of a text with its margins, in an 11 px sans serif."""
    sizes = (9.6 if c in _WIDE else 4.0 if c in _NARROW else 6.9 for c in text)
    return round(sum(sizes)) + 16
