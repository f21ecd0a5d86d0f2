"""Search over 20,000 public things in both languages: processor time of a page, application and database together."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from bench.figure import Figure, at_most, seen
from bench.search_words import FAMILIAR, rare_words, sentence

TITLE = "Search"
THINGS = int(os.environ.get("BENCH_ENTRIES", "20000"))
ROUNDS, BOUND_MS, AREAS = 12, 30.0, 12
SHARES = {"projects": 0.5, "events": 0.2, "organisations": 0.15, "systems": 0.15}


def measure() -> list[Figure]:
    """Fill the portal, let the index follow, and search."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        return list(_figures())


def _figures() -> Iterator[Figure]:
    from search.actions import index_changes
    from search.models import Entry

    chance = random.Random(6)
    rare = rare_words(chance, 12_000)
    _fill(chance, rare)
    began, cpu, behind = time.monotonic(), time.process_time(), _backend_seconds()
    while index_changes():
        pass
    spent = time.process_time() - cpu + _backend_seconds() - behind
    assert Entry.objects.count() == 2 * (THINGS + AREAS), Entry.objects.count()
    yield seen(
        f"things entered in the index in both languages, of {THINGS:,}", THINGS / spent, "/s of processor time",
        note=f"{time.monotonic() - began:.0f} s by the clock",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE search_entry, search_word, search_change")
    yield from _asked(_queries(chance, rare))


def _queries(chance: random.Random, rare: list[str]) -> dict[str, list[str]]:
    """Return addresses by the sort of question; each is another one, so that no cache can answer."""
    common_en, common_fr = FAMILIAR["en"], FAMILIAR["fr"]

    def some(words: list[str]) -> list[str]:
        return chance.sample(words, ROUNDS)

    def slip(word: str) -> str:
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    long = [word for word in rare if len(word) > 7]
    return {
        "one common word": [f"/en/search/?q={word}" for word in some(common_en)],
        "one common French word with accents": [f"/fr/search/?q={word}" for word in some(common_fr)],
        "two common words": [f"/en/search/?q={a}+{b}" for a, b in zip(some(common_en), some(common_en), strict=True)],
        "one rare word": [f"/en/search/?q={word}" for word in some(rare)],
        "a misspelt word": [f"/fr/search/?q={slip(word)}" for word in some(long)],
        "a phrase": [f'/en/search/?q="{a} {b}"' for a, b in zip(some(common_en), some(common_en), strict=True)],
        "a word without another": [f"/en/search/?q={a}+-{b}" for a, b in zip(some(common_en), some(rare), strict=True)],
        "the beginning of a word": [f"/en/search/?q={word[:4]}" for word in some(common_en)],
        "a common word with facets": [f"/en/search/?q={word}&kind=projects&stage=sandbox" for word in some(common_en)],
        "facets alone": [f"/fr/search/?kind=events&year={2000 + number}" for number in range(ROUNDS)],
        "the fifth page of a common word": [f"/en/search/?q={word}&page=5" for word in some(common_en)],
    }  # fmt: skip


def _asked(queries: dict[str, list[str]]) -> Iterator[Figure]:
    client = Client(HTTP_HOST="127.0.0.1")
    for paths in queries.values():
        client.get(paths[0])
    everything: list[float] = []
    by_kind: dict[str, list[float]] = {}
    for number in range(ROUNDS):
        for name, paths in queries.items():
            cost = _cost(client, paths[number])
            by_kind.setdefault(name, []).append(cost)
            everything.append(cost)
    slowest = max(by_kind, key=lambda name: _at(by_kind[name], 0.5))
    yield at_most(
        f"a search page over {THINGS:,} things in both languages, 95th percentile of processor time",
        _at(everything, 0.95), BOUND_MS, "ms",
        spread=f"median {_at(everything, 0.5):.3g}, slowest {max(everything):.3g}",
        note=f"application and database together, no cache; {len(everything)} different questions",
    )  # fmt: skip
    for name, costs in by_kind.items():
        mark = "the slowest sort" if name == slowest else ""
        yield seen(
            f"search: {name}, median", _at(costs, 0.5), "ms", spread=f"to {max(costs):.3g}", note=mark
        )  # fmt: skip


def _cost(client: Client, path: str) -> float:
    """Return the milliseconds of processor time that one page took here and in the database's process."""
    behind, cpu = _backend_seconds(), time.process_time()
    answer = client.get(path)
    own = time.process_time() - cpu
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    return 1000 * (own + _backend_seconds() - behind)


def _backend_seconds() -> float:
    """Return the processor time of the database's process for this connection, to the nanosecond (Linux)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _fill(chance: random.Random, rare: list[str]) -> None:
    """Make projects with focus areas and stages, events, organisations and systems."""
    from leaderboard.models import System
    from members.models import Organisation

    counts = {name: round(THINGS * share) for name, share in SHARES.items()}
    _projects(chance, rare, counts["projects"])
    _events(chance, rare, counts["events"])
    Organisation.objects.bulk_create(
        Organisation(
            slug=f"o-{i}", name=sentence(chance, rare, "en", 4), short_name=f"O {i}", kind="research",
            about_en=sentence(chance, rare, "en", 40)[:600], about_fr=sentence(chance, rare, "fr", 40)[:600],
        )
        for i in range(counts["organisations"])
    )  # fmt: skip
    System.objects.bulk_create(
        System(
            slug=f"s-{i}", identifier=f"s-{i}", name=sentence(chance, rare, "en", 3),
            summary=sentence(chance, rare, "en", 40),
        )
        for i in range(counts["systems"])
    )  # fmt: skip


def _projects(chance: random.Random, rare: list[str], count: int) -> None:
    from projects.models import FocusArea, Project, Stage, Taxonomy

    taxonomy = Taxonomy.objects.create(slug="bench", name_en="Areas", name_fr="Axes", since="2020")
    areas = FocusArea.objects.bulk_create(
        FocusArea(taxonomy=taxonomy, slug=f"area-{i}", code=f"A{i}", name_en=f"Area {i}", name_fr=f"Axe {i}")
        for i in range(AREAS)
    )  # fmt: skip
    stages = [
        Stage.objects.get_or_create(slug=slug, defaults={"position": 90 + i, "name_en": slug, "name_fr": slug})[0]
        for i, slug in enumerate(("sandbox", "incubating", "graduated"))
    ]  # fmt: skip
    projects = Project.objects.bulk_create(
        Project(
            slug=f"p-{i}", name=sentence(chance, rare, "en", 3)[:120], tier="supported", stage=chance.choice(stages),
            summary_en=sentence(chance, rare, "en", 12)[:150], summary_fr=sentence(chance, rare, "fr", 12)[:150],
            text_en=sentence(chance, rare, "en", 90), text_fr=sentence(chance, rare, "fr", 90),
        )
        for i in range(count)
    )  # fmt: skip
    through: Any = Project.focus_areas.through
    through.objects.bulk_create(
        through(project_id=project.pk, focusarea_id=area.pk)
        for project in projects
        for area in chance.sample(areas, chance.choice((1, 1, 2, 3)))
    )


def _events(chance: random.Random, rare: list[str], count: int) -> None:
    from projects.models import Event

    days = [date(2000 + i % ROUNDS, 1 + i % 12, 1 + i % 28) for i in range(count)]
    starts = [datetime(day.year, day.month, day.day, 9, tzinfo=UTC) for day in days]
    Event.objects.bulk_create(
        Event(
            slug=f"e-{i}", title_en=sentence(chance, rare, "en", 5)[:150],
            title_fr=sentence(chance, rare, "fr", 5)[:150],
            text_en=sentence(chance, rare, "en", 60), text_fr=sentence(chance, rare, "fr", 60), kind="workshop",
            mode="in-person", starts_on=days[i], starts_at=starts[i], ends_at=starts[i] + timedelta(hours=8),
            place=chance.choice(rare),
        )
        for i in range(count)
    )  # fmt: skip
