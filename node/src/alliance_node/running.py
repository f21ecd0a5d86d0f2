"""Run a built-in suite: announce, evaluate, sign, for one system after another."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from . import clock, recording
from .machine import environment
from .proofs.predicate import Run, SystemRef
from .proofs.statement import EvalRun
from .recording import Findings
from .store import Entry, Store
from .suites.model import Benchmark, Measurement, Suite, SuiteError

Progress = Callable[[str], None]


@dataclass
class Report:
    """What a run of a suite came to."""

    suite: str
    recorded: list[Entry] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "suite": self.suite,
            "recorded": [describe(entry) for entry in self.recorded],
            "skipped": self.skipped,
            "failed": self.failed,
        }


def describe(entry: Entry) -> dict[str, Any]:
    """Say in a few fields what an entry of the log is."""
    said = entry.statement.predicate
    line: dict[str, Any] = {
        "seq": entry.seq,
        "kind": entry.kind,
        "digest": entry.digest,
        "run": said.run.id,
        "benchmark": f"{said.benchmark.id}@{said.benchmark.version}",
        "system": f"{said.system.id}@{said.system.revision}",
    }
    if isinstance(said, EvalRun):
        line["metrics"] = {metric.id: format(metric.value, "f") for metric in said.metrics}
        line["outcomes"] = asdict(said.outcomes) if said.outcomes else None
        if said.retracts is not None:
            line["retracts"] = asdict(said.retracts)
        if said.supersedes is not None:
            line["supersedes"] = said.supersedes
    return line


def run_suite(
    store: Store,
    suite: Suite,
    *,
    systems: Sequence[str] | None = None,
    if_new: bool = False,
    progress: Progress = lambda line: None,
    after_each: Callable[[], None] = lambda: None,
    stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Evaluate every system, or those named; one that fails does not hold up the rest.

    A system that is not installed is skipped unless it was named. ``after_each`` is called when
    results of a system are in the log, ``stop`` is asked before each system.
    """
    report = Report(suite.name)
    names = list(systems or suite.system_names)
    for position, name in enumerate(names, start=1):
        if stop():
            report.skipped[name] = "stopped before it was its turn"
            continue
        step = f"[{position}/{len(names)}] {name}"
        try:
            system = suite.system(name)
        except SuiteError as error:
            (report.failed if systems else report.skipped)[name] = str(error)
            progress(f"{step}: {error}")
            continue
        wanted = _wanted(store, suite, system, if_new=if_new)
        if not wanted:
            report.skipped[name] = "this revision has its results already"
            progress(f"{step}: {report.skipped[name]}")
            continue
        progress(f"{step} {system.revision}: evaluating")
        try:
            entries = _run_system(store, suite, system, wanted)
        except SuiteError as error:
            report.failed[name] = str(error)
            progress(f"{step}: {error}")
            continue
        report.recorded += entries
        progress(f"{step} {system.revision}: {_headlines(entries)}")
        after_each()
    return report


def _wanted(store: Store, suite: Suite, system: SystemRef, *, if_new: bool) -> Sequence[Benchmark]:
    if not if_new:
        return suite.benchmarks()
    entries = store.entries()
    return [
        benchmark
        for benchmark in suite.benchmarks()
        if not recording.has_result(entries, benchmark.ref, benchmark.dataset, system)
    ]


def _run_system(
    store: Store, suite: Suite, system: SystemRef, wanted: Sequence[Benchmark]
) -> list[Entry]:
    runs = {benchmark.ref.id: _announced(store, benchmark, system) for benchmark in wanted}
    store.record(
        [
            recording.started(store, runs[benchmark.ref.id], benchmark.ref, system)
            for benchmark in wanted
        ]
    )
    done = [item for item in suite.measure(system.id) if item.benchmark.ref.id in runs]
    finished_at = clock.now()
    return store.record(
        [
            recording.finished(
                store,
                replace(runs[item.benchmark.ref.id], finished_at=finished_at),
                _findings(item, system),
            )
            for item in done
        ]
    )


def _announced(store: Store, benchmark: Benchmark, system: SystemRef) -> Run:
    now = clock.now()
    return recording.new_run(store, benchmark.ref, system, run_id=clock.new_run_id(now), at=now)


def _findings(item: Measurement, system: SystemRef) -> Findings:
    benchmark = item.benchmark
    return Findings(
        benchmark=benchmark.ref,
        dataset=benchmark.dataset,
        system=system,
        harness=benchmark.harness,
        metrics=item.metrics,
        dimension=benchmark.dimension,
        results=item.results,
        outcomes=item.outcomes,
        environment=environment(),
        cost=item.cost,
        contamination=benchmark.contamination,
        samples=item.samples,
    )


def _headlines(entries: Sequence[Entry]) -> str:
    return ", ".join(
        f"{said.benchmark.id} {said.headline.id} {said.headline.value}"
        for entry in entries
        if isinstance(said := entry.statement.predicate, EvalRun)
    )
