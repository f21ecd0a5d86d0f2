"""The AI Alliance's CUBE results journal, schema 1.0: one JSON file per run of an agent.

The journal's own mean leaves out tasks that ended in a system error. Here every task that was
set counts: the headline is counted again over all of them, and the file's figure is noted.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from alliance_node.proofs.predicate import (
    BenchmarkRef,
    Cost,
    DatasetRef,
    Harness,
    Metric,
    Outcomes,
    SystemRef,
)
from alliance_node.recording import Findings

from .model import (
    UNDECLARED,
    Imported,
    Options,
    Reading,
    Refusal,
    decimal_of,
    digest_of,
    identifier,
    is_count,
    is_number,
    mapping,
    moment_of,
    proportion,
    text_of,
)

NAME: Final = "CUBE journal"
HEADLINE: Final = "avg_score"
_OUTCOMES: Final = {
    "success": "n_success",
    "failure": "n_failure",
    "limit": "n_max_steps",
    "error": "n_system_error",
    "missing": "n_missing",
}


def recognises(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and "benchmark_subset" in document
        and isinstance(document.get("agent"), dict)
    )


def read(path: Path, raw: bytes, document: Mapping[str, Any], options: Options) -> Reading:
    return Reading([_Record(raw, document, options).imported()])


class _Record:
    def __init__(self, raw: bytes, document: Mapping[str, Any], options: Options) -> None:
        self.raw, self.document, self.options = raw, document, options
        self.agent = mapping(document, "agent")
        self.subset = mapping(document, "benchmark_subset")
        self.results = mapping(document, "results")

    def imported(self) -> Imported:
        if self.document.get("schema_version") != "1.0":
            raise Refusal(
                "schema_version", f"is {self.document.get('schema_version')!r}, not '1.0'"
            )
        ended = self._ended()
        outcomes = self._outcomes()
        metric, notes = self._headline(outcomes)
        wall = self._wall_seconds()
        findings = Findings(
            benchmark=self._benchmark(),
            dataset=DatasetRef(
                self._text(self.subset, "name", "benchmark_subset"),
                self._text(self.document, "benchmark_version", ""),
            ),
            system=self._system(),
            harness=self._harness(),
            metrics=(metric,),
            dimension=self.options.dimension,
            relationship=self.options.relationship,
            results=self.raw,
            outcomes=outcomes,
            cost=self._cost(wall),
        )
        if text_of(self.document.get("supersedes")):
            notes.append(
                f"the file supersedes {self.document['supersedes']}; retract that run if it is yours"
            )
        started = ended - timedelta(seconds=float(wall or 0))
        started = started.replace(microsecond=started.microsecond // 1000 * 1000)
        return Imported(findings.benchmark.id, findings, started, ended, tuple(notes))

    def _outcomes(self) -> Outcomes:
        given = mapping(self.results, "outcomes")
        counts = {}
        for name, theirs in _OUTCOMES.items():
            count = given.get(theirs)
            if not is_count(count):
                raise Refusal(f"results.outcomes.{theirs}", "must be a whole number")
            counts[name] = count
        tasks, total = self.subset.get("n_tasks"), sum(counts.values())
        if total != tasks:
            raise Refusal(
                "results.outcomes", f"sum to {total}, but benchmark_subset.n_tasks is {tasks}"
            )
        if total == counts["missing"]:
            raise Refusal("results.outcomes", "has no task that was run")
        return Outcomes(**counts)

    def _headline(self, outcomes: Outcomes) -> tuple[Metric, list[str]]:
        """Count the score again; a mean with part marks keeps its value and has no counts."""
        published = self.results.get("avg_score")
        if not is_number(published) or not 0 <= published <= 1:
            raise Refusal("results.avg_score", "must be a number from 0 to 1")
        error = self.results.get("std_err")
        stderr = decimal_of(error) if is_number(error) and error >= 0 else None
        n = outcomes.attempted
        counted = proportion(HEADLINE, True, outcomes.success, n, stderr=stderr)
        for scored in (n, n - outcomes.error):
            if scored and abs(published - outcomes.success / scored) <= 0.0000015:
                return counted, self._difference(published, counted, scored, outcomes)
        notes = [
            f"avg_score {published} is no share of the {outcomes.success} successes (of {n} it would "
            f"be {counted.value}): tasks seem to be marked in parts, so it is signed as published"
        ]
        method = None if stderr is None else "reported by the harness"
        value = decimal_of(published)
        return Metric(HEADLINE, value, True, n, stderr=stderr, stderr_method=method), notes

    def _difference(
        self, published: float, counted: Metric, scored: int, outcomes: Outcomes
    ) -> list[str]:
        notes = []
        if scored != outcomes.attempted:
            notes.append(
                f"the file says {published} for {HEADLINE}, which is {outcomes.success} of {scored}; "
                f"with the {outcomes.error} tasks that ended in a system error it is {counted.value}"
            )
        if outcomes.missing:
            notes.append(f"{outcomes.missing} tasks of the subset were not run")
        return notes

    def _benchmark(self) -> BenchmarkRef:
        """Name the subset too: results on a part must not stand beside those on the whole."""
        name = self._text(self.document, "benchmark_name", "")
        subset = self._text(self.subset, "name", "benchmark_subset")
        whole = f"{name}/{subset}" if subset != name else name
        version = self._text(self.document, "benchmark_version", "")
        content = {"benchmark": name, "version": version, "subset": dict(self.subset)}
        return BenchmarkRef(
            identifier(whole, "benchmark_name"),
            identifier(version, "benchmark_version"),
            digest_of(content),
        )

    def _system(self) -> SystemRef:
        """Name the model and the agent around it; the agent's configuration is the digest."""
        model = self.options.system or self._text(self.agent, "llm_model", "agent")
        kind = self._text(self.agent, "config_type", "agent").rpartition(".")[2]
        agent = text_of(self.agent.get("agent_id")) or ""
        is_digest = len(agent) == 64 and not set(agent) - set("0123456789abcdef")
        return SystemRef(
            identifier(model if self.options.system else f"{model}+{kind}", "agent.llm_model"),
            self.options.system_revision
            or text_of(self.agent.get("framework_version"))
            or UNDECLARED,
            f"sha256:{agent}" if is_digest else self.options.system_digest,
        )

    def _harness(self) -> Harness:
        library = mapping(self.document, "eval_library")
        commit, dirty = text_of(self.agent.get("git_commit")), self.agent.get("git_is_dirty")
        settings = {
            "config": self.agent.get("config"),
            "max_steps_per_episode": self.results.get("max_steps_per_episode"),
        }
        return Harness(
            identifier(self._text(library, "name", "eval_library"), "eval_library.name"),
            self._text(library, "version", "eval_library"),
            digest_of(settings),
            git_commit=commit,
            dirty=dirty if isinstance(dirty, bool) else None,
        )

    def _cost(self, wall: Decimal | None) -> Cost | None:
        usd = self.results.get("total_cost_usd")
        spent = decimal_of(usd) if is_number(usd) and usd >= 0 else None
        if wall is None and spent is None:
            return None
        return Cost(
            wall or Decimal(0), usd=spent, method="reported by the harness, summed over tasks"
        )

    def _wall_seconds(self) -> Decimal | None:
        mean, tasks = self.results.get("avg_wall_time_s"), self.subset.get("n_tasks")
        if not is_number(mean) or mean < 0 or not is_count(tasks):
            return None
        return round(decimal_of(mean) * tasks, 3)

    def _ended(self) -> datetime:
        moment = moment_of(self.document.get("evaluation_timestamp"))
        if moment is None:
            raise Refusal("evaluation_timestamp", "must be seconds since 1970")
        return moment

    def _text(self, part: Mapping[str, Any], name: str, where: str) -> str:
        found = text_of(part.get(name))
        if found is None:
            raise Refusal(f"{where}.{name}" if where else name, "must be a text")
        return found
