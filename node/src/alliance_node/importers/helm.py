"""A HELM run: one folder with ``run_spec.json``, ``stats.json`` and ``per_instance_stats.json``.

Rows with a perturbation are other questions than the headline's and are left out. HELM's files
say neither its version nor the model's digest nor when the run was.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any, Final

from alliance_node.proofs import strict_json
from alliance_node.proofs.predicate import BenchmarkRef, DatasetRef, Harness, Metric, Outcomes
from alliance_node.proofs.predicate import SystemRef as System
from alliance_node.recording import Findings

from .model import (
    HIGHER_IS_BETTER,
    UNDECLARED,
    Imported,
    Options,
    Reading,
    Refusal,
    decimal_of,
    digest_of,
    direction,
    identifier,
    is_count,
    is_number,
    mapping,
    measured,
    moment_or_written,
    text_of,
)

NAME: Final = "HELM"
SPEC: Final = "run_spec.json"
STATS: Final = "stats.json"
INSTANCES: Final = "per_instance_stats.json"
FILES: Final = (SPEC, STATS, INSTANCES, "scenario.json", "scenario_state.json", "instances.json")
MAX_FILE: Final = 64 * 1024 * 1024
HEADLINES: Final = (
    *("exact_match", "quasi_exact_match", "prefix_exact_match", "quasi_prefix_exact_match"),
    *("math_equiv", "math_equiv_chain_of_thought", "f1_score", "rouge_2", "rouge_l", "bleu_4"),
    *("NDCG@10", "RR@10"),
)
"""Which statistic is the headline, the first that is there; HELM keeps that outside the run."""


def is_run(folder: Path) -> bool:
    return (folder / SPEC).is_file() and (folder / STATS).is_file()


def read_folder(folder: Path, options: Options) -> Reading:
    return Reading([_Run(folder, options).imported()])


class _Run:
    def __init__(self, folder: Path, options: Options) -> None:
        self.folder, self.options = folder, options
        self.raw = {name: raw for name in FILES[:3] if (raw := self._bytes(name)) is not None}
        spec, stats = self._json(SPEC), self._json(STATS)
        if not isinstance(spec, dict) or not isinstance(stats, list):
            raise Refusal(STATS, "must be a list, and run_spec.json an object")
        self.spec: Mapping[str, Any] = spec
        self.stats = [it for it in stats if isinstance(it, dict)]
        self.adapter = mapping(spec, "adapter_spec")
        self.notes: list[str] = []

    def imported(self) -> Imported:
        split = self._split()
        n, values = self._instances(split)
        metrics = self._metrics(split, n, values)
        headline = metrics[0]
        ended = moment_or_written(None, self.folder / STATS, self.options, self.notes)
        limit = self.adapter.get("max_eval_instances")
        if limit is not None and self.options.benchmark_size is None:
            self.notes.append(
                f"the run was limited to {limit} instances, and its files do not say how many there "
                "are; add --benchmark-size if you know it"
            )
        findings = Findings(
            benchmark=self._benchmark(split),
            dataset=DatasetRef(self._scenario_name()),
            system=self._system(),
            harness=self._harness(),
            metrics=tuple(metrics),
            dimension=self.options.dimension,
            relationship=self.options.relationship,
            results=self.raw[STATS],
            outcomes=Outcomes(n, 0)
            if headline.successes is None
            else Outcomes(headline.successes, n - headline.successes),
            more_files=tuple((name, raw) for name, raw in self.raw.items() if name != STATS),
        )
        return Imported(findings.benchmark.id, findings, ended, ended, tuple(self.notes))

    def _split(self) -> str:
        """Return the split that HELM's own tables show: ``test`` where there is one."""
        splits = [
            text
            for row in self._plain_rows()
            if _name(row).get("name") in HIGHER_IS_BETTER
            and (text := text_of(_name(row).get("split")))
        ]
        if not splits:
            raise Refusal(STATS, "has no statistic we know to be a score; name one with --metric")
        split = "test" if "test" in splits else splits[0]
        rest = sorted(set(splits) - {split})
        if rest:
            self.notes.append(f"only the split {split} is signed, not {', '.join(rest)}")
        return split

    def _plain_rows(self) -> list[Mapping[str, Any]]:
        """Return the statistics of the unperturbed instances as a whole."""
        wanted = self.options.metric
        return [
            row
            for row in self.stats
            if not _name(row).get("perturbation")
            and not _name(row).get("sub_split")
            and (wanted is None or _name(row).get("name") in (wanted, "num_instances"))
        ]

    def _instances(self, split: str) -> tuple[int, Mapping[str, Sequence[float]]]:
        """Return how many instances were scored, and each score's values over them."""
        values: dict[str, list[float]] = {}
        rows = self._json(INSTANCES) if INSTANCES in self.raw else []
        for row in rows if isinstance(rows, list) else []:
            if not isinstance(row, dict) or row.get("perturbation"):
                continue
            stats = row.get("stats")
            for stat in stats if isinstance(stats, list) else ():
                name = _name(stat)
                mean = stat.get("mean") if isinstance(stat, dict) else None
                if name.get("split") == split and not name.get("sub_split") and is_number(mean):
                    values.setdefault(str(name.get("name")), []).append(mean)
        counted = next(
            (
                row.get("mean")
                for row in self._plain_rows()
                if (_name(row).get("name"), _name(row).get("split")) == ("num_instances", split)
            ),
            None,
        )
        n = int(counted) if is_number(counted) and counted == int(counted) else 0
        n = n or max((len(it) for it in values.values()), default=0) or self.options.n or 0
        if not is_count(n) or n < 1:
            raise Refusal(
                f"{STATS}.num_instances", "does not say how many instances were scored; add --n"
            )
        return n, values

    def _metrics(self, split: str, n: int, values: Mapping[str, Sequence[float]]) -> list[Metric]:
        found: dict[str, Metric] = {}
        for row in self._plain_rows():
            name, mean = str(_name(row).get("name")), row.get("mean")
            known = name in HIGHER_IS_BETTER or name == self.options.metric
            if _name(row).get("split") != split or not known or not is_number(mean):
                continue
            higher = direction(name, None, f"{STATS}.{name}")
            found[name] = self._metric(name, mean, higher, n, values.get(name, ()))
        if not found:
            raise Refusal(STATS, f"has no score of the split {split} that we know")
        order = [self.options.metric, *HEADLINES, *found]
        return [found[name] for name in dict.fromkeys(order) if name in found]

    def _metric(
        self, name: str, mean: float, higher: bool, n: int, values: Sequence[float]
    ) -> Metric:
        """Take the value over the instances where the file has them; HELM rounds nothing."""
        complete = len(values) == n
        error = None
        if complete and n > 1:
            centre = sum(values) / n
            error = sqrt(sum((it - centre) ** 2 for it in values) / n / (n - 1))
            if abs(centre - mean) > 1e-6:
                raise Refusal(
                    f"{STATS}.{name}",
                    f"is {mean}, but the mean over {n} instances in {INSTANCES} is {centre:.6f}",
                )
        metric = measured(name, mean, higher, n)
        if metric.successes is not None or error is None:
            return metric
        stderr = round(decimal_of(error), 9)
        method = "standard deviation over instances / sqrt(n - 1)"
        return Metric(name, metric.value, higher, n, stderr=stderr, stderr_method=method)

    def _benchmark(self, split: str) -> BenchmarkRef:
        """Name the run specification without its model; versions are not in HELM's files."""
        if self.options.benchmark_version is None:
            self.notes.append(
                "HELM's files have no version of the benchmark; add --benchmark-version if you know it"
            )
        adapter = {
            key: it
            for key, it in self.adapter.items()
            if key not in ("model", "model_deployment", "max_eval_instances")
        }
        content = {
            "scenario": self.spec.get("scenario_spec"),
            "adapter": adapter,
            "metrics": self.spec.get("metric_specs"),
            "augmenter": self.spec.get("data_augmenter_spec"),
            "split": split,
        }
        return BenchmarkRef(self._run_name(), UNDECLARED, digest_of(content))

    def _run_name(self) -> str:
        name = text_of(self.spec.get("name"))
        if name is None:
            raise Refusal(f"{SPEC}.name", "does not name the run")
        head, _, arguments = name.partition(":")
        kept = [it for it in arguments.split(",") if it and not it.startswith("model")]
        return identifier(f"{head}:{','.join(kept)}" if kept else head, f"{SPEC}.name")

    def _scenario_name(self) -> str:
        scenario = mapping(self.spec, "scenario_spec")
        name = text_of(scenario.get("class_name"))
        if name is None:
            raise Refusal(f"{SPEC}.scenario_spec.class_name", "does not name the scenario")
        given = mapping(scenario, "args")
        said = ",".join(f"{key}={given[key]}" for key in sorted(given))
        return f"{name.rpartition('.')[2]}({said})"[:300]

    def _system(self) -> System:
        name = self.options.system or text_of(self.adapter.get("model"))
        if name is None:
            raise Refusal(f"{SPEC}.adapter_spec.model", "does not name the system; add --system")
        return System(
            identifier(name, f"{SPEC}.adapter_spec.model"),
            self.options.system_revision or UNDECLARED,
            self.options.system_digest,
        )

    def _harness(self) -> Harness:
        if self.options.harness_version is None:
            self.notes.append("HELM's files do not say its version; add --harness-version")
        settings = {
            key: self.adapter.get(key)
            for key in ("max_eval_instances", "num_train_trials", "num_outputs", "model_deployment")
        }
        return Harness(NAME, self.options.harness_version or UNDECLARED, digest_of(settings))

    def _bytes(self, name: str) -> bytes | None:
        path = self.folder / name
        try:
            if path.stat().st_size > MAX_FILE:
                raise Refusal(name, f"has {path.stat().st_size} bytes, more than {MAX_FILE}")
            return path.read_bytes()
        except FileNotFoundError:
            if name == INSTANCES:
                return None
            raise Refusal(name, "is missing from the run's folder") from None
        except OSError as error:
            raise Refusal(name, f"cannot be read: {error.strerror}") from error

    def _json(self, name: str) -> Any:
        try:
            return strict_json.loads(self.raw[name], max_bytes=MAX_FILE)
        except strict_json.StrictJsonError as error:
            raise Refusal(name, str(error)) from error


def _name(row: object) -> Mapping[str, Any]:
    found = mapping(row, "name")
    return {key: it for key, it in found.items() if key == "perturbation" or isinstance(it, str)}
