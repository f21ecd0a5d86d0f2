"""Search over everything public, by the rooms' own visibility rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.viewer import ANONYMOUS
from governance.models import Body, Decision, Proposal
from leaderboard.models import Benchmark, Node, System
from members.models import Organisation
from projects.models import Event, FocusArea, LearningResource, Project

LIMIT = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind."""

    name: Any
    hits: list[Hit]


def search_everything(wanted: str) -> list[Group]:
    """Return what matches a name or number, grouped by kind; empty groups are left out."""
    sources: list[tuple[Any, Any]] = [
        (_("Members"), Organisation.objects),
        (_("Projects"), Project.objects),
        (_("Systems"), System.objects),
        (_("Benchmarks"), Benchmark.objects),
        (_("Evaluation nodes"), Node.objects),
        (_("Decisions"), Decision.objects),
        (_("Proposals"), Proposal.objects),
        (_("Bodies and working groups"), Body.objects),
        (_("Focus areas"), FocusArea.objects),
        (_("Events"), Event.objects),
        (_("Learning resources"), LearningResource.objects),
    ]
    groups = [
        Group(name, _hits(manager.visible_to(ANONYMOUS).matching(wanted)))
        for name, manager in sources
    ]
    return [group for group in groups if group.hits]


def _hits(rows: Iterable[Any]) -> list[Hit]:
    return [
        Hit(str(row), row.get_absolute_url(), getattr(row, "search_note", ""))
        for row in islice(rows, LIMIT)
    ]
