"""What any kind of thing can be narrowed by: the languages it exists in, and its year."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from search.sources import FacetName


def _languages() -> Mapping[str, str]:
    return {"en": _now("English"), "fr": _now("French")}


def _years() -> Mapping[str, str]:
    return {}  # a year is its own word


FACETS = (
    FacetName("language", _("Exists in"), 30, _languages),
    FacetName("year", _("Year"), 40, _years),
)
