"""What the list of projects shows: lines, facets with counts, and what is known of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.viewer import ANONYMOUS, Viewer
from members.directory import Facet, Option, folded
from projects.forms import NO_STAGE, ProjectListForm
from projects.models import ArtefactKind, FocusArea, Project, Stage
from projects.querysets import ProjectQuerySet

PER_PAGE = 60


def everything(viewer: Viewer = ANONYMOUS) -> ProjectQuerySet:
    """Return all projects a viewer may see, with what lists show."""
    return Project.objects.visible_to(viewer).for_list()


def chosen_of(params: QueryDict, rows: Sequence[Project]) -> dict[str, Any]:
    """Return what the address asks for, as far as it makes sense."""
    licences = {licence.expression for row in rows for licence in row.licences.all()}
    return ProjectListForm(params, licences).kept()


def narrowed(chosen: Mapping[str, Any], rows: ProjectQuerySet) -> ProjectQuerySet:
    """Return the projects that the choices leave: pages, feeds and exports ask the same."""
    rows = rows.in_areas(chosen["area"]).of_tiers(chosen["tier"]).at_stages(chosen["stage"])
    rows = (
        rows.with_activity(chosen["activity"]).making(chosen["makes"]).licensed(chosen["licence"])
    )
    return rows.matching(chosen["q"]) if chosen["q"] else rows


def facets(rows: Sequence[Project], chosen: Mapping[str, Any]) -> list[Facet]:
    """Return the facets with how many of all projects each choice has; what nobody has is left out."""
    areas = Counter(area.slug for row in rows for area in row.focus_areas.all())
    tiers = Counter(row.tier for row in rows)
    stages = Counter(row.stage.slug if row.stage else NO_STAGE for row in rows)
    activity = Counter(row.activity for row in rows)
    makes = Counter(kind for row in rows for kind in row.artefact_kinds)
    licences = Counter(
        text for row in rows for text in {part.expression for part in row.licences.all()}
    )

    def options(name: str, named: Sequence[tuple[str, Any]], counts: Counter[str]) -> list[Option]:
        held = chosen.get(name, ())
        return [
            Option(value, label, counts[value], value in held)
            for value, label in named
            if counts[value]
        ]

    today, before = _areas()
    steps = [(row.slug, row.name) for row in Stage.objects.all()]
    steps.append((NO_STAGE, _("No stage published")))
    kinds = sorted(ArtefactKind.choices, key=lambda pair: folded(str(pair[1])))
    spdx = [(text, text) for text, _count in licences.most_common()]
    return [
        Facet(
            "area",
            _("Programme or focus area"),
            options("area", today, areas),
            options("area", before, areas),
        ),
        Facet("makes", _("Makes"), options("makes", kinds, makes)),
        Facet("tier", pgettext_lazy("facet", "Tier"), options("tier", Project.Tier.choices, tiers)),
        Facet("stage", pgettext_lazy("facet", "Stage"), options("stage", steps, stages)),
        Facet(
            "activity",
            pgettext_lazy("facet", "Activity"),
            options("activity", Project.Activity.choices, activity),
        ),
        Facet("licence", _("Licence"), options("licence", spdx, licences)),
    ]


def _areas() -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """Areas of the taxonomy in force, and those before it."""
    today: list[tuple[str, Any]] = []
    before: list[tuple[str, Any]] = []
    for area in FocusArea.objects.select_related("taxonomy"):
        (before if area.taxonomy.until else today).append((area.slug, area.name))
    return today, before


def standing(rows: Sequence[Project]) -> dict[str, int]:
    """Return how many real projects of each tier there are; demonstration ones aren't counted."""
    real = [row for row in rows if not row.is_demo]
    tiers = Counter(row.tier for row in real)
    return {"total": len(real), **{tier: tiers[tier] for tier in Project.Tier.values}}
