"""What a built-in suite is to the runner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from alliance_node.errors import NodeError
from alliance_node.proofs.predicate import (
    BenchmarkRef,
    Contamination,
    Cost,
    DatasetRef,
    Harness,
    Metric,
    Outcomes,
    SystemRef,
)


class SuiteError(NodeError):
    """A suite or one of its systems cannot be run; what to do about it is in the text."""

    code = "suite"


@dataclass(frozen=True)
class Benchmark:
    """A benchmark version a suite measures, with all that is known before a run."""

    ref: BenchmarkRef
    dataset: DatasetRef
    dimension: str
    contamination: Contamination
    harness: Harness


@dataclass(frozen=True)
class Measurement:
    """What one run of one system gave on one benchmark."""

    benchmark: Benchmark
    metrics: tuple[Metric, ...]
    outcomes: Outcomes
    cost: Cost
    results: bytes
    """The raw results file."""
    samples: bytes
    """One line of JSON per sample, from which the counts can be recomputed."""


class Suite(Protocol):
    """A set of benchmarks that one run of a system measures together."""

    @property
    def name(self) -> str: ...

    @property
    def system_names(self) -> Sequence[str]: ...

    def benchmarks(self) -> Sequence[Benchmark]: ...

    def system(self, name: str) -> SystemRef:
        """Name the installed revision, or raise :class:`SuiteError` if there is none."""
        ...

    def measure(self, name: str) -> Sequence[Measurement]:
        """Run the system once and return a measurement for each benchmark, in their order."""
        ...
