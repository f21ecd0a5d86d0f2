"""The nouns of the leaderboard, split by subject."""

from leaderboard.models.benchmarks import Benchmark, BenchmarkVersion, Dimension
from leaderboard.models.boards import BoardSnapshot, Standing
from leaderboard.models.disputes import Dispute, DisputeEvent
from leaderboard.models.nodes import Node, NodeBenchmark, NodeCheckpoint, NodeEvent, NodeKey
from leaderboard.models.pulls import PullAttempt, Quarantined, RelayAttempt
from leaderboard.models.relays import (
    RawFile,
    Relay,
    RelayedHead,
    RelayEvent,
    RelayOrigin,
    RelayRefusal,
)
from leaderboard.models.results import (
    Envelope,
    Measurement,
    Result,
    ResultEvent,
    RunStarted,
    SampleSheet,
)
from leaderboard.models.systems import Accelerator, System, SystemRevision

__all__ = [
    "Accelerator",
    "Benchmark",
    "BenchmarkVersion",
    "BoardSnapshot",
    "Dimension",
    "Dispute",
    "DisputeEvent",
    "Envelope",
    "Measurement",
    "Node",
    "NodeBenchmark",
    "NodeCheckpoint",
    "NodeEvent",
    "NodeKey",
    "PullAttempt",
    "Quarantined",
    "RawFile",
    "Relay",
    "RelayAttempt",
    "RelayEvent",
    "RelayOrigin",
    "RelayRefusal",
    "RelayedHead",
    "Result",
    "ResultEvent",
    "RunStarted",
    "SampleSheet",
    "Standing",
    "System",
    "SystemRevision",
]
