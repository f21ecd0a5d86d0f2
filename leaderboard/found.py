"""What of this room can be found: benchmarks, systems, nodes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from alliance.viewer import ANONYMOUS
from leaderboard.models import Benchmark, Node, System
from search.excerpts import plain
from search.sources import Described, Source, Watch, joined, languages_of


def _benchmark(row: Benchmark) -> Described:
    return Described(
        title=row.name or row.slug,
        text=joined(plain(row.summary), plain(row.tasks), row.slug),
        note=str(row.get_dimension_display()),
        languages=languages_of(row, "name"),
    )


def _system(row: System) -> Described:
    return Described(
        title=row.name,
        text=joined(plain(row.summary), row.identifier, row.licence),
        note=row.publisher,
    )


def _node(row: Node) -> Described:
    return Described(
        title=row.node_id,
        text=joined(row.slug, row.organisation.name if row.organisation.is_listed else None),
        note=" · ".join((str(row.organisation), str(row.get_state_display()))),
    )


SOURCES = (
    Source(
        "benchmarks", _("Benchmarks"), 30, lambda: Benchmark.objects.visible_to(ANONYMOUS), _benchmark,
        (Watch("leaderboard_benchmark"),),
    ),
    Source(
        "systems", _("Systems"), 35, lambda: System.objects.visible_to(ANONYMOUS), _system,
        (Watch("leaderboard_system"),),
    ),
    Source(
        "nodes", _("Evaluation nodes"), 40,
        lambda: Node.objects.visible_to(ANONYMOUS).select_related("organisation"), _node,
        (
            Watch("leaderboard_node", fields=("slug", "node_id", "state", "organisation_id")),
            Watch("members_organisation", "organisation_id", ("name", "short_name", "is_listed")),
        ),
    ),
)  # fmt: skip
