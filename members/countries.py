"""Names of countries in both languages."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from alliance.i18n import active_language


@lru_cache(maxsize=4)
def _territories(language: str) -> dict[str, str]:
    return dict(Locale(language).territories)


def country_name(code: str) -> str:
    """Return a country's name in the active language; unknown codes stay codes."""
    return _territories(active_language()).get(code, code) if code else ""
