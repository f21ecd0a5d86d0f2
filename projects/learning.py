"""Learning resources as a page: by kind, level, language and focus area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from alliance.i18n import active_language
from alliance.pages import public_page
from alliance.viewer import ANONYMOUS
from members.directory import Facet, Option
from projects.forms import LearningListForm
from projects.models import FocusArea, LearningResource
from projects.querysets import LearningQuerySet


def language_name(code: str) -> str:
    """Return a language's name in the active language; unknown codes stay codes."""
    try:
        return Locale.parse(code, sep="-").get_display_name(active_language()) or code
    except (ValueError, UnknownLocaleError):
        return code


def narrowed(chosen: Mapping[str, Any], rows: LearningQuerySet) -> LearningQuerySet:
    """Return the resources that the choices leave."""
    rows = rows.of_kinds(chosen["kind"]).of_levels(chosen["level"])
    rows = rows.in_languages(chosen["language"]).in_areas(chosen["area"])
    return rows.matching(chosen["q"]) if chosen["q"] else rows


def facets(rows: Sequence[LearningResource], chosen: Mapping[str, Any]) -> list[Facet]:
    """Return the facets with how many of all resources each choice has."""

    def facet(
        name: str, label: Any, named: Sequence[tuple[str, Any]], counts: Counter[str]
    ) -> Facet:
        found = [
            Option(value, text, counts[value], value in chosen[name])
            for value, text in named
            if counts[value]
        ]
        return Facet(name, label, found)

    languages = Counter(code for row in rows for code in row.languages)
    areas = Counter(area.slug for row in rows for area in row.focus_areas.all())
    named = [(area.slug, area.name) for area in FocusArea.objects.all()]
    kinds = Counter(row.kind for row in rows)
    levels = Counter(row.level for row in rows)
    level = pgettext_lazy("of a resource", "Level")
    return [
        facet("kind", _("Kind"), LearningResource.Kind.choices, kinds),
        facet("level", level, LearningResource.Level.choices, levels),
        facet(
            "language",
            _("Language"),
            [(code, language_name(code)) for code in sorted(languages)],
            languages,
        ),
        facet("area", _("Programme or focus area"), named, areas),
    ]


@require_safe
@public_page("projects", "learning")
def resources(request: HttpRequest) -> HttpResponse:
    """Every learning resource, narrowed by what the address asks for."""
    everything = LearningResource.objects.visible_to(ANONYMOUS).for_list()
    rows = list(everything)
    params = request.GET
    assert isinstance(params, QueryDict)
    chosen = LearningListForm(params, {code for row in rows for code in row.languages}).kept()
    is_filtered = any(chosen.values())
    found = list(narrowed(chosen, everything)) if is_filtered else rows
    context = {
        "resources": [(row, [(code, language_name(code)) for code in row.languages]) for row in found],
        "facets": facets(rows, chosen), "wanted": chosen["q"], "is_filtered": is_filtered,
    }  # fmt: skip
    return render(request, "projects/learning.html", context)
