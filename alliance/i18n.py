"""Two languages by construction: bilingual fields, figures and the twin address of a page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language

LANGUAGE_CODES = ("en", "fr")
NO_BREAK_SPACE = "\u00a0"


def active_language() -> str:
    """Return `en` or `fr`, whatever is active."""
    code = (get_language() or settings.LANGUAGE_CODE)[:2]
    return code if code in LANGUAGE_CODES else settings.LANGUAGE_CODE


class Localised:
    """Read `<field>_<language>` of a row: the active language first, the other where it is empty.

    Use beside two columns: `name_en`, `name_fr` and `name = Localised("name")`.
    """

    def __init__(self, field: str) -> None:
        self.field = field

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        first = active_language()
        other = "fr" if first == "en" else "en"
        return getattr(row, f"{self.field}_{first}") or getattr(row, f"{self.field}_{other}")


def whole(value: int) -> str:
    """Write a whole number with the language's grouping: 12 300."""
    return number_format(value, use_l10n=True, force_grouping=True)


def decimals(value: Any, places: int) -> str:
    """Write a number with a fixed number of places and the language's decimal mark."""
    return number_format(
        value, decimal_pos=places, use_l10n=True, force_grouping=abs(float(value)) >= 10_000
    )


def percent(value: Any, places: int = 0) -> str:
    """Write a share as per cent: `95 %` (both languages of the portal set a no-break space)."""
    return f"{decimals(value * 100, places)}{NO_BREAK_SPACE}%"


def twin_path(path: str, language: str) -> str:
    """Return the address of the same page in another language; addresses without a prefix stay."""
    parts = path.split("/", 2)
    if len(parts) > 2 and parts[1] in LANGUAGE_CODES:
        return f"/{language}/{parts[2]}"
    return path
