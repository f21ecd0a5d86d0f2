"""From a measurement to signed statements: the leaf before a run, the result after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .proofs.predicate import (
    BenchmarkRef,
    Contamination,
    Cost,
    DatasetRef,
    Environment,
    Harness,
    Metric,
    NodeRef,
    Outcomes,
    Run,
    SystemRef,
)
from .proofs.statement import (
    RESULTS_SUBJECT,
    SAMPLES_SUBJECT,
    EvalRun,
    RunStarted,
    Subject,
    build_statement,
)
from .store import Entry, Store


@dataclass(frozen=True)
class Findings:
    """All that a statement says beyond node and run, with the raw files it names."""

    benchmark: BenchmarkRef
    dataset: DatasetRef
    system: SystemRef
    harness: Harness
    metrics: tuple[Metric, ...]
    dimension: str
    results: bytes
    relationship: str = "third_party"
    outcomes: Outcomes | None = None
    environment: Environment = Environment()  # noqa: RUF009 - frozen, so it can be shared
    cost: Cost | None = None
    contamination: Contamination = Contamination()  # noqa: RUF009
    samples: bytes | None = None
    more_files: tuple[tuple[str, bytes], ...] = ()
    supersedes: str | None = None

    @property
    def files(self) -> dict[str, bytes]:
        """The raw files by the names under which the statement speaks of them."""
        files = {RESULTS_SUBJECT: self.results}
        if self.samples is not None:
            files[SAMPLES_SUBJECT] = self.samples
        return files | dict(self.more_files)


def node_ref(store: Store) -> NodeRef:
    return NodeRef(store.config.node_id, store.config.organisation)


def new_run(
    store: Store, benchmark: BenchmarkRef, system: SystemRef, *, run_id: str, at: datetime
) -> Run:
    """Return the run to be, numbered after every earlier start of the same cell."""
    earlier = sum(
        isinstance(entry.statement.predicate, RunStarted)
        and _same_cell(entry.statement.predicate, benchmark, system)
        for entry in store.entries()
    )
    return Run(run_id, earlier + 1, at)


def started(store: Store, run: Run, benchmark: BenchmarkRef, system: SystemRef) -> bytes:
    """Return the statement that goes into the log before the run."""
    subject = Subject(
        f"{benchmark.id}@{benchmark.version}", benchmark.task_digest.removeprefix("sha256:")
    )
    announced = RunStarted(node_ref(store), replace(run, finished_at=None), benchmark, system)
    return build_statement((subject,), announced)


def finished(store: Store, run: Run, findings: Findings) -> bytes:
    """Keep the raw files and return the statement that names them."""
    subjects = tuple(Subject(name, store.put_blob(raw)) for name, raw in findings.files.items())
    return build_statement(subjects, predicate(store, run, findings))


def predicate(store: Store, run: Run, findings: Findings) -> EvalRun:
    return EvalRun(
        node=node_ref(store),
        run=run,
        benchmark=findings.benchmark,
        dataset=findings.dataset,
        system=findings.system,
        harness=findings.harness,
        metrics=findings.metrics,
        dimension=findings.dimension,
        relationship=findings.relationship,
        outcomes=findings.outcomes,
        environment=findings.environment,
        cost=findings.cost,
        contamination=findings.contamination,
        supersedes=findings.supersedes,
    )


def is_result(entry: Entry) -> bool:
    """Tell a result from an announced run and from a retraction."""
    said = entry.statement.predicate
    return isinstance(said, EvalRun) and said.retracts is None


def retracted(entries: Sequence[Entry]) -> set[str]:
    """Return the digests of the envelopes that later ones take back."""
    return {
        said.retracts.digest.removeprefix("sha256:")
        for entry in entries
        if isinstance(said := entry.statement.predicate, EvalRun) and said.retracts is not None
    }


def has_result(
    entries: Sequence[Entry], benchmark: BenchmarkRef, dataset: DatasetRef, system: SystemRef
) -> bool:
    """Tell whether this very system revision has a result on this benchmark and data already.

    One that was taken back does not count, so the system is evaluated again.
    """
    gone = retracted(entries)
    return any(
        is_result(entry)
        and entry.digest not in gone
        and isinstance(found := entry.statement.predicate, EvalRun)
        and _same_cell(found, benchmark, system)
        and found.dataset == dataset
        for entry in entries
    )


def _same_cell(found: EvalRun | RunStarted, benchmark: BenchmarkRef, system: SystemRef) -> bool:
    return found.benchmark == benchmark and found.system == system
