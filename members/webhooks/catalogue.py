"""The events there are: the one registry, for forms, documentation and checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event with an example of its `data` beside `url`."""

    name: str
    title: Any
    example: dict[str, Any]


_ALL = (
    EventKind(
        "proposal.opened", _("A proposal is open for discussion"), {"body": "toc", "proposal": 12}
    ),
    EventKind(
        "vote.opened", _("A vote is open"),
        {"body": "toc", "proposal": 12, "vote": 7, "closes_at": "2026-11-24T12:00:00+00:00"},
    ),
    EventKind(
        "vote.closed", _("A vote is closed"),
        {"body": "toc", "vote": 7, "decision": "TOC-2026-014", "outcome": "carried"},
    ),
    EventKind(
        "decision.recorded", _("A decision is in the register"),
        {"body": "toc", "decision": "TOC-2026-014", "outcome": "carried"},
    ),
    EventKind(
        "election.opened", _("An election takes ballots"),
        {"body": "toc", "election": 3, "closes_at": "2026-11-24T12:00:00+00:00"},
    ),
    EventKind(
        "election.counted", _("An election has its result"),
        {"body": "toc", "election": 3, "number": "TOC-2026-E01"},
    ),
    EventKind(
        "result.accepted", _("A result was accepted"),
        {"node": "demo-a-1", "benchmark": "language-id", "version": "1"},
    ),
    EventKind(
        "result.retracted", _("A result was retracted"),
        {"node": "demo-a-1", "benchmark": "language-id", "version": "1"},
    ),
    EventKind(
        "node.health_changed", _("The health of one of your nodes changed"),
        {"node": "demo-a-1", "from": "fresh", "to": "down"},
    ),
    EventKind("project.recorded", _("A project is in the catalogue"), {"project": "open-model"}),
    EventKind(
        "project.changed", _("A project’s entry changed"),
        {"project": "open-model", "fields": ["stage"]},
    ),
    EventKind(
        "membership.recorded", _("A membership is in the directory"),
        {"organisation": "demo-a", "kind": "later"},
    ),
    EventKind(
        "membership.suspended", _("A member was suspended"),
        {"organisation": "demo-a", "decision": "ALL-2026-003"},
    ),
    EventKind(
        "membership.reinstated", _("The suspension of a member was lifted"),
        {"organisation": "demo-a", "decision": "ALL-2026-004"},
    ),
    EventKind(
        "membership.ended", _("A membership has ended"),
        {"organisation": "demo-a", "decision": "ALL-2026-005"},
    ),
    EventKind("webhook.test", _("A test that you sent yourself"), {"text": "It works."}),
)  # fmt: skip
KINDS = {kind.name: kind for kind in _ALL}
TEST = "webhook.test"


def choices() -> list[tuple[str, Any]]:
    """Return what a webhook can be told, for forms; tests go to every webhook that asks for one."""
    return [(kind.name, kind.title) for kind in KINDS.values() if kind.name != TEST]
