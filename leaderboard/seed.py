"""Benchmarks and systems that the portal ships, from `leaderboard/facts/`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from leaderboard.models import Benchmark, BenchmarkVersion, System
from leaderboard.systems import slug_of

FACTS = Path(__file__).parent / "facts"
_WORDS = ("name_en", "name_fr", "summary_en", "summary_fr", "tasks_en", "tasks_fr", "dimension")
_FIXED = ("dataset_digest", "task_digest", "primary_metric", "metrics", "tolerance", "n_items")


@transaction.atomic
def seed() -> None:
    """Load the facts; repeating changes nothing but wording.

    What a version fixes is changed only while it is proposed: an adopted version means what it
    meant when it was adopted.
    """
    for facts in _facts("benchmarks"):
        _benchmark(facts)
    for facts in _facts("systems"):
        identifier = facts.pop("identifier")
        System.objects.update_or_create(
            identifier=identifier,
            defaults=facts,
            create_defaults={**facts, "slug": facts.get("slug") or slug_of(identifier)},
        )


def _facts(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((FACTS / f"{name}.json").read_text("utf-8"))[name]
    return rows


def _benchmark(facts: dict[str, Any]) -> None:
    benchmark, _ = Benchmark.objects.update_or_create(
        slug=facts["slug"], defaults={name: facts[name] for name in _WORDS}
    )
    for version in facts["versions"]:
        fixed = {name: version[name] for name in _FIXED}
        row, is_new = BenchmarkVersion.objects.get_or_create(
            benchmark=benchmark, version=version["version"], defaults=fixed
        )
        if not is_new and row.state == BenchmarkVersion.State.PROPOSED:
            BenchmarkVersion.objects.filter(pk=row.pk).update(**fixed)
