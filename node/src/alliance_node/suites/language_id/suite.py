"""The suite: one offline run of a system, measured on the clean and on the noisy sentences."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from alliance_node import __version__
from alliance_node.proofs import strict_json
from alliance_node.proofs.predicate import (
    BenchmarkRef,
    Contamination,
    Cost,
    DatasetRef,
    Harness,
    Metric,
    SystemRef,
)
from alliance_node.suites.model import Benchmark, Measurement, SuiteError

from . import dataset, perturbation, scoring
from .perturbation import noisy
from .scoring import Answer, Scored, decimal
from .systems import ABSTENTIONS, LABELS, SYSTEMS

VERSION: Final = "1.0.0"
TIMEOUT_SECONDS: Final = 300
CONTAMINATION: Final = Contamination(
    "none-known",
    "The sentences were written for this benchmark. They have been public since its first version.",
)
# All that decides what the numbers mean. It must not change without a new benchmark version.
RULES: Final = {
    "abstention": "counts as not right",
    "calibrationBins": scoring.CALIBRATION_BINS,
    "candidates": "all languages the system knows",
    "decimals": scoring.DECIMALS,
    "error": "counts as not right",
    "labels": LABELS,
    "unknownLabels": sorted(ABSTENTIONS),
}


class LanguageId:
    """``language-id``: which language is this sentence in?"""

    name: Final = "language-id"
    system_names: Final = tuple(SYSTEMS)

    def benchmarks(self) -> Sequence[Benchmark]:
        return (
            _benchmark("language-id", "capability", RULES),
            _benchmark(
                "language-id-noisy", "robustness", {**RULES, "noise": perturbation.digest()}
            ),
        )

    def system(self, name: str) -> SystemRef:
        if name not in SYSTEMS:
            raise SuiteError(f"{self.name} has no system {name!r}; it has {', '.join(SYSTEMS)}")
        return SYSTEMS[name].ref()

    def measure(self, name: str) -> Sequence[Measurement]:
        system, begun = self.system(name), time.monotonic()
        said = _run_worker(name)
        cost = Cost(decimal(time.monotonic() - begun, 3), method="wall clock of the whole process")
        clean, noise = self.benchmarks()
        plain, noised = _scored(said["clean"]), _scored(said["noisy"])
        return (
            _measurement(clean, system, plain, _clean_metrics(plain, said), cost, said),
            _measurement(noise, system, noised, _noisy_metrics(noised), cost, said),
        )


def _benchmark(name: str, dimension: str, rules: dict[str, Any]) -> Benchmark:
    data = DatasetRef(dataset.DATASET_ID, dataset.REVISION, dataset.digest())
    task = {"dataset": data.sha256, "id": name, "rules": rules, "version": VERSION}
    return Benchmark(
        BenchmarkRef(name, VERSION, _digest(task)),
        data,
        dimension,
        CONTAMINATION,
        Harness("alliance-node", __version__, _digest(rules)),
    )


def _run_worker(name: str) -> dict[str, Any]:
    """Run the worker without network libraries' caches or keys of ours in its environment."""
    kept = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR")
    env = {key: os.environ[key] for key in kept if key in os.environ}
    env |= {"HF_HUB_OFFLINE": "1", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", f"{__package__}.worker", name],
            env=env,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SuiteError(f"{name} was not done after {TIMEOUT_SECONDS} seconds") from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise SuiteError(f"{name} ended with status {done.returncode}: {' '.join(last)}")
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise SuiteError(f"{name} gave no readable answers: {error}") from error
    return said


def _scored(answers: Sequence[dict[str, Any]]) -> list[Scored]:
    return [
        Scored(sentence, Answer(**answer))
        for sentence, answer in zip(dataset.sentences(), answers, strict=True)
    ]


def _clean_metrics(scored: Sequence[Scored], said: dict[str, Any]) -> tuple[Metric, ...]:
    speed = Fraction(said["timedSentences"]) / Fraction(said["timedSeconds"])
    memory = Fraction(said["peakMemoryBytes"])
    n, short = len(scored), [item for item in scored if item.sentence.short]
    return (
        scoring.accuracy("accuracy", "capability", scored),
        scoring.accuracy("accuracy-short", "robustness", short),
        scoring.worst_language(scored),
        scoring.script_gap(scored),
        *scoring.calibration(scored),
        Metric("sentences-per-second", decimal(speed, 1), True, n, unit="1/s", group="efficiency"),
        Metric("peak-memory", decimal(memory, 0), False, n, unit="bytes", group="efficiency"),
    )


def _noisy_metrics(scored: Sequence[Scored]) -> tuple[Metric, ...]:
    kinds = scoring.grouped(scored, lambda item: noisy(item.sentence).kind)
    return (
        scoring.accuracy("accuracy", "robustness", scored),
        *(
            scoring.accuracy(f"accuracy-{kind}", "robustness", kinds[kind])
            for kind in perturbation.KINDS
        ),
        scoring.worst_language(scored),
    )


def _measurement(
    benchmark: Benchmark,
    system: SystemRef,
    scored: Sequence[Scored],
    metrics: tuple[Metric, ...],
    cost: Cost,
    said: dict[str, Any],
) -> Measurement:
    noised = benchmark.dimension == "robustness"
    results = {
        "benchmark": {"id": benchmark.ref.id, "version": benchmark.ref.version},
        "system": {"id": system.id, "revision": system.revision, "digest": system.digest},
        "metrics": {metric.id: format(metric.value, "f") for metric in metrics},
        "byLanguage": scoring.table(scored, lambda item: item.sentence.language),
        "byScript": scoring.table(scored, lambda item: item.sentence.script),
        "loadSeconds": format(decimal(said["loadSeconds"], 3), "f"),
    }
    lines = b"".join(strict_json.canonical(_sample(item, noised)) + b"\n" for item in scored)
    return Measurement(
        benchmark,
        metrics,
        scoring.outcomes(scored),
        cost,
        strict_json.canonical(results) + b"\n",
        lines,
    )


def _sample(item: Scored, noised: bool) -> dict[str, Any]:
    answer = item.answer
    line: dict[str, Any] = {
        "id": item.sentence.id,
        "group": item.sentence.language,
        "expected": item.sentence.language,
        "answer": answer.language,
        "correct": item.correct,
        "outcome": item.outcome,
    }
    if answer.confidence is not None:
        line["confidence"] = format(decimal(answer.confidence, 6), "f")
    if answer.error is not None:
        line["error"] = answer.error
    if noised:
        noise = noisy(item.sentence)
        line |= {"noise": noise.kind, "text": noise.text}
    return line


def _digest(value: Any) -> str:
    return "sha256:" + sha256(strict_json.canonical(value)).hexdigest()
