"""Search over everything public, by the rooms' own visibility rules.

Each room says what matches (`matching`: accents and capitals don't matter). Where nothing does, what is spelled
nearly so is offered, by word similarity of trigrams in the columns that readers know a thing by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, FloatField, Func
from django.db.models.functions import Cast, Greatest
from django.utils.translation import gettext_lazy as _

from alliance.viewer import ANONYMOUS
from governance.models import Body, Decision, Proposal
from leaderboard.models import Benchmark, Node, System
from members.directory import folded
from members.models import Organisation
from projects.models import Event, FocusArea, LearningResource, Project

LIMIT = 12
LIMIT_OF_ONE_KIND = 100
NEAR = 0.4  # share of a word's trigrams that two spellings have in common
SHORTEST_NEAR = 4  # shorter words resemble everything


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of thing one can find, and the columns readers know it by."""

    kind: str
    name: Any
    manager: Any
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind; `has_more` where not all are shown."""

    kind: str
    name: Any
    hits: list[Hit]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: exact matches, or, where there are none, what is spelled nearly so."""

    groups: list[Group]
    is_near: bool = False

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


SOURCES: tuple[Source, ...] = (
    Source("members", _("Members"), Organisation.objects, ("name", "short_name")),
    Source("projects", _("Projects"), Project.objects, ("name", "summary_en", "summary_fr")),
    Source("systems", _("Systems"), System.objects, ("name",)),
    Source("benchmarks", _("Benchmarks"), Benchmark.objects, ("name_en", "name_fr")),
    Source("nodes", _("Evaluation nodes"), Node.objects, ("slug",)),
    Source("decisions", _("Decisions"), Decision.objects, ("title_en", "title_fr")),
    Source("proposals", _("Proposals"), Proposal.objects, ("title_en", "title_fr")),
    Source("bodies", _("Bodies and working groups"), Body.objects, ("name_en", "name_fr")),
    Source("areas", _("Focus areas"), FocusArea.objects, ("name_en", "name_fr")),
    Source("events", _("Events"), Event.objects, ("title_en", "title_fr", "place")),
    Source("learning", _("Learning resources"), LearningResource.objects, ("title_en", "title_fr")),
)


def search_everything(wanted: str, kind: str = "") -> Found:
    """Return what matches, grouped by kind; empty groups are left out. An unknown kind means all."""
    sources = [source for source in SOURCES if source.kind == kind] or SOURCES
    limit = LIMIT_OF_ONE_KIND if len(sources) == 1 else LIMIT
    exact = _groups(
        ((source, _visible(source).matching(wanted)) for source in sources), limit=limit
    )
    if exact or len(wanted) < SHORTEST_NEAR:
        return Found(exact)
    near = _groups(((source, _near(source, wanted)) for source in sources), limit=limit)
    return Found(near, is_near=bool(near))


def _visible(source: Source) -> Any:
    return source.manager.visible_to(ANONYMOUS)


def _near(source: Source, wanted: str) -> Any:
    plain = folded(wanted)
    likeness = [
        Cast(TrigramWordSimilarity(plain, Func(F(column), function="unaccent")), FloatField())
        for column in source.columns
    ]
    best = Greatest(*likeness) if len(likeness) > 1 else likeness[0]
    rows = _visible(source).annotate(likeness=best).filter(likeness__gte=NEAR)
    return rows.order_by("-likeness", "pk")


def _groups(found: Iterable[tuple[Source, Iterable[Any]]], limit: int) -> list[Group]:
    groups = []
    for source, rows in found:
        hits = [_hit(row) for row in islice(rows, limit + 1)]
        if hits:
            groups.append(Group(source.kind, source.name, hits[:limit], len(hits) > limit))
    return groups


def _hit(row: Any) -> Hit:
    return Hit(str(row), row.get_absolute_url(), getattr(row, "search_note", ""))
