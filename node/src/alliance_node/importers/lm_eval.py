"""lm-evaluation-harness ``results_<time>.json``, versions 0.3 and 0.4.

One statement for each task. What the file calls ``device`` is not evidence of hardware: only the
GPU lines of ``pretty_env_info`` are.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from alliance_node.proofs.predicate import (
    Accelerator,
    BenchmarkRef,
    Cost,
    DatasetRef,
    Environment,
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
    digest_of,
    direction,
    is_number,
    mapping,
    measured,
    required_samples,
)

NAME: Final = "lm-evaluation-harness"
# Settings that decide what the numbers mean; batch size and device should not.
SETTINGS: Final = (
    "limit",
    "gen_kwargs",
    "random_seed",
    "numpy_seed",
    "torch_seed",
    "fewshot_seed",
)
_GPU = re.compile(r"GPU \d+: (?P<vendor>\S+) (?P<model>[^\n(]+)")
_DRIVER = re.compile(r"Nvidia driver version: (?P<version>\S+)")
_FILE_TIME = re.compile(r"results_(\d{4}-\d\d-\d\dT\d\d)[-:](\d\d)[-:](\d\d)")


def recognises(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and isinstance(document.get("results"), dict)
        and bool({"config", "lm_eval_version", "versions"} & set(document))
    )


def read(path: Path, raw: bytes, document: Mapping[str, Any], options: Options) -> Reading:
    """Read every task; one that is refused does not hold up the others."""
    reading = Reading()
    subtasks = mapping(document, "group_subtasks")
    for task, scores in document["results"].items():
        if subtasks.get(task):
            continue  # a group's mean over its tasks, each of which has its own statement
        try:
            reading.imported.append(_Task(path, raw, document, options, task).imported(scores))
        except Refusal as refusal:
            reading.refused.append(refusal)
    if not reading.imported and not reading.refused:
        raise Refusal("results", "has no task")
    return reading


class _Task:
    """One task of a results file."""

    def __init__(
        self, path: Path, raw: bytes, document: Mapping[str, Any], options: Options, task: str
    ) -> None:
        self.path, self.raw, self.document, self.options = path, raw, document, options
        self.task = task
        self.config = mapping(document, "config")
        self.task_config = mapping(mapping(document, "configs"), task)
        self.model_args = _model_args(self.config.get("model_args"))

    def imported(self, scores: Any) -> Imported:
        if not isinstance(scores, dict):
            raise Refusal(f"results.{self.task}", "must be an object of metrics")
        n, missing = self._samples(scores)
        metrics = self._metrics(scores, n)
        started_at, seconds = self._started_at(), self._seconds()
        successes = metrics[0].successes
        outcomes = (
            # Without counts a sample that was scored is a success of the run, whatever it scored.
            Outcomes(n, 0, missing=missing)
            if successes is None
            else Outcomes(successes, n - successes, missing=missing)
        )
        findings = Findings(
            benchmark=self._benchmark(),
            dataset=self._dataset(),
            system=self._system(),
            harness=self._harness(),
            metrics=metrics,
            dimension=self.options.dimension,
            relationship=self.options.relationship,
            results=self.raw,
            outcomes=outcomes,
            environment=self._environment(),
            cost=None if seconds is None else Cost(seconds, method="reported by the harness"),
        )
        finished_at = started_at + timedelta(seconds=float(seconds or 0))
        finished_at = finished_at.replace(microsecond=finished_at.microsecond // 1000 * 1000)
        notes = (f"{missing} samples of the task were not run",) if missing else ()
        return Imported(self.task, findings, started_at, finished_at, notes)

    def _samples(self, scores: Mapping[str, Any]) -> tuple[int, int]:
        """Return how many samples were run and how many of the task were left out."""
        counts = mapping(mapping(self.document, "n-samples"), self.task)
        said = counts.get("effective", scores.get("sample_len"))
        n = required_samples(said, self.task, self.options, f"n-samples.{self.task}.effective")
        original = counts.get("original", n)
        return n, max(0, original - n) if type(original) is int else 0

    def _metrics(self, scores: Mapping[str, Any], n: int) -> tuple[Metric, ...]:
        metrics = []
        for key, value in scores.items():
            name, _, selection = key.rpartition(",") if "," in key else (key, "", "")
            if name.endswith("_stderr") or not is_number(value) or key == "sample_len":
                continue
            where = f"results.{self.task}.{key}"
            higher = direction(name, self._stated_direction(name), where)
            stderr = scores.get(f"{name}_stderr,{selection}" if selection else f"{name}_stderr")
            label = name if selection in ("", "none") else f"{name},{selection}"
            metrics.append(measured(name, value, higher, n, stderr=stderr, label=label))
        if not metrics:
            raise Refusal(f"results.{self.task}", "has no number")
        return tuple(metrics)

    def _stated_direction(self, name: str) -> object:
        stated = mapping(mapping(self.document, "higher_is_better"), self.task).get(name)
        if stated is not None:
            return stated
        for entry in self.task_config.get("metric_list") or ():
            if isinstance(entry, dict) and entry.get("metric") == name:
                return entry.get("higher_is_better")
        return None

    def _benchmark(self) -> BenchmarkRef:
        version = mapping(self.document, "versions").get(self.task)
        if version is None:
            version = mapping(self.task_config, "metadata").get("version")
        if version is None:
            raise Refusal(f"versions.{self.task}", "does not say the task's version")
        # The harness mixes the model's arguments into the task's metadata.
        config = {key: it for key, it in self.task_config.items() if key != "metadata"}
        hashes = mapping(self.document, "task_hashes")
        content = {
            "config": config,
            "hash": hashes.get(self.task),
            "task": self.task,
            "version": str(version),
        }
        return BenchmarkRef(self.task, str(version), digest_of(content))

    def _dataset(self) -> DatasetRef:
        config = self.task_config
        keywords = mapping(config, "dataset_kwargs")
        name = config.get("dataset_path") or self.task
        if name == "json" and keywords.get("data_files"):
            files = keywords["data_files"]
            listed = files.values() if isinstance(files, dict) else [files]
            name = "file:" + ",".join(Path(str(it)).name for it in listed)
        elif config.get("dataset_name"):
            name = f"{name}/{config['dataset_name']}"
        revision = keywords.get("revision")
        return DatasetRef(str(name), None if revision is None else str(revision))

    def _system(self) -> SystemRef:
        named = (self.model_args.get(key) for key in ("pretrained", "model", "path", "engine"))
        name = self.options.system or next((it for it in named if it), None)
        if not name:
            # model_name is then a name drawn at random, and config.model only the kind of client
            raise Refusal("config.model_args", "does not name the system; add --system")
        revision = (
            self.options.system_revision
            or self.document.get("model_sha")
            or self.config.get("model_sha")
            or self.config.get("model_revision")
            or self.model_args.get("revision")
            or UNDECLARED
        )
        precision = self.config.get("model_dtype") or self.model_args.get("dtype")
        adapter = self.model_args.get("peft")
        return SystemRef(
            str(name),
            str(revision),
            self.options.system_digest,
            precision=None if precision is None else str(precision),
            adapter=None if adapter is None else str(adapter),
        )

    def _harness(self) -> Harness:
        settings = {name: self.config.get(name) for name in SETTINGS}
        settings |= {
            name: self.document.get(name)
            for name in ("system_instruction_sha", "chat_template_sha", "fewshot_as_multiturn")
        }
        settings["num_fewshot"] = mapping(self.document, "n-shot").get(
            self.task, self.config.get("num_fewshot")
        )
        commit = self.document.get("git_hash")
        return Harness(
            NAME,
            str(self.document.get("lm_eval_version") or UNDECLARED),
            digest_of(settings),
            git_commit=str(commit) if commit else None,
        )

    def _environment(self) -> Environment:
        text = str(self.document.get("pretty_env_info") or "")
        found = _GPU.findall(text)
        if not found:
            return Environment()
        vendor, model = found[0]
        driver = _DRIVER.search(text)
        return Environment(
            Accelerator(vendor, model.strip(), len(found), driver["version"] if driver else None)
        )

    def _started_at(self) -> datetime:
        date = self.document.get("date")
        if is_number(date) and 0 < date < 4e9:
            return datetime.fromtimestamp(int(date * 1000) / 1000, UTC)
        if match := _FILE_TIME.search(self.path.name):
            return datetime.fromisoformat(":".join(match.groups()) + "+00:00")
        raise Refusal("date", "is missing, and the file's name does not tell when it was made")

    def _seconds(self) -> Decimal | None:
        try:
            return max(
                Decimal(0), round(Decimal(self.document["total_evaluation_time_seconds"]), 3)
            )
        except (KeyError, TypeError, ValueError, ArithmeticError):
            return None


def _model_args(value: object) -> dict[str, Any]:
    """Read ``model_args``: a string up to 0.4.9, an object since."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        return {}
    pairs = (part.partition("=") for part in value.split(","))
    return {key.strip(): text.strip() for key, _, text in pairs}
