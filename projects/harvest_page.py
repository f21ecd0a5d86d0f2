"""What the harvest log shows its owner: every attempt, what changed, what failed with line, rule and link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from projects.harvest import reasons
from projects.harvest.finishing import READ
from projects.harvest.reasons import Reason
from projects.manifests.findings import Finding
from projects.manifests.rules import RULES, Rule
from projects.manifests.wording import LEVELS, WORDS, Remark, remark
from projects.models import HarvestAttempt, HarvestObject, Source
from projects.wording import field_name

SHOWN = 50
OBJECTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Line:
    """One attempt in the reader's language."""

    attempt: HarvestAttempt
    reason: Reason
    is_good: bool
    changes: list[Change]
    remarks: list[Remark]


def context(source: Source, now: datetime) -> dict[str, Any]:
    """Return everything the log shows."""
    attempts = list(source.attempts.exclude(finished_at=None)[:SHOWN])
    lines = [line_of(one) for one in attempts]
    held = source.objects_found.exclude(raw=None).order_by("-good_at").first()
    return {
        "source": source,
        "lines": lines,
        "newest": lines[0] if lines else None,
        "is_at_it": source.lease_until is not None and source.lease_until > now,
        "is_waiting": source.state == Source.State.ACTIVE and source.next_harvest_at <= now,
        "held": held,
        "troubles": [
            (row, reasons.reason(row.error))
            for row in HarvestObject.objects.in_trouble().filter(source=source)[:OBJECTS_SHOWN]
        ]
        if not source.is_manifest
        else [],
        "coming": coming(lines),
    }


def line_of(attempt: HarvestAttempt) -> Line:
    """Put an attempt into words."""
    findings = [Finding.from_json(one) for one in attempt.findings]
    return Line(
        attempt,
        reasons.reason(attempt.outcome),
        attempt.outcome in READ,
        [Change(field_name(name), *pair) for name, pair in attempt.changes.items()],
        [remark(one, attempt.form) for one in findings],
    )


def coming(lines: list[Line]) -> list[Remark]:
    """Return the remarks of the newest reading that will count as errors one day."""
    return [one for one in lines[0].remarks if one.bites_from] if lines else []


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as its own page shows it."""

    rule: Rule
    level: Any
    title: Any
    advice: Any


def rules_listed(today: Any) -> list[RuleLine]:
    """Return every rule in words, with blanks where a value of the file would stand."""
    return [
        RuleLine(rule, LEVELS[rule.level_on(today)], _blank(title), _blank(advice))
        for rule in RULES.values()
        for title, advice in [WORDS[rule.code]]
    ]


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _blank(text: Any) -> str:
    words = str(text)
    return words % _Blanks() if "%" in words else words
