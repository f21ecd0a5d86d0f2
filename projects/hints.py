"""What the portal itself can count for a criterion. A hint never decides anything; it says what it counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.models import Criterion, Project, TrackEntry
from projects.policies import RUNNING
from projects.rules.applications import looks_met

Count = Callable[[Project], int]
COUNTS: Mapping[str, Count] = {
    Criterion.Hint.LICENCE: lambda project: project.licences.count(),
    Criterion.Hint.ORGANISATIONS: lambda project: project.participations.filter(
        role__in=RUNNING, until=None
    ).values("name").distinct().count(),
    Criterion.Hint.REPOSITORIES: lambda project: project.repositories.count(),
    Criterion.Hint.ADOPTERS: lambda project: project.adopters.count(),
    Criterion.Hint.AUDITS: lambda project: project.audits.count(),
    Criterion.Hint.RELEASES: lambda project: project.track.filter(kind=TrackEntry.Kind.RELEASE).count(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """What was counted, how much the criterion asks for, and what a machine would guess."""

    sentence: str
    looks_met: bool


def hint_of(criterion: Criterion, project: Project) -> Hint | None:
    """Return the hint of a criterion, or none where nothing can be counted."""
    count = COUNTS.get(criterion.hint)
    if count is None:
        return None
    found = count(project)
    sentence = _("%(what)s: %(found)s counted in this entry, %(least)s asked for.") % {
        "what": criterion.get_hint_display(), "found": found, "least": criterion.hint_least,
    }  # fmt: skip
    return Hint(sentence, looks_met(found, criterion.hint_least))
