"""Inspect AI logs, version 2: ``.json``, and ``.eval`` archives with deflate or Zstandard.

Samples that ended in an error are not in Inspect's own mean. Here they are: where every sample
has a verdict, the headline is counted again over all of them, and the file's figure is noted.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from alliance_node.proofs import strict_json
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

from .archive import MAX_MEMBER, read_member
from .model import (
    UNDECLARED,
    Imported,
    Options,
    Reading,
    Refusal,
    decimal_of,
    digest_of,
    direction,
    mapping,
    proportion,
)

NAME: Final = "inspect_ai"
MAX_DEPTH: Final = 200
_STATISTICS = frozenset(["stderr", "std", "var", "bootstrap_stderr", "bootstrap_std"])
_VERDICTS: Final = {"C": "success", "I": "failure", "N": "abstained", 1: "success", 0: "failure"}


def recognises(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and isinstance(document.get("eval"), dict)
        and "status" in document
    )


def read_archive(path: Path, raw: bytes, options: Options) -> Reading:
    """Read a ``.eval`` archive: its header, and the summaries of its samples."""
    file = io.BytesIO(raw)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError) as error:
        raise Refusal("archive", f"is not a zip file: {error}") from error
    with archive:
        header = read_member(archive, file, "header.json")
        if header is None:
            raise Refusal("header.json", "is missing: the run has not come to its end")
        summaries = read_member(archive, file, "summaries.json")
    document = _loads(header, "header.json")
    if summaries is not None:
        document["samples"] = _loads(summaries, "summaries.json")
    return read(path, raw, document, options)


def read(path: Path, raw: bytes, document: Mapping[str, Any], options: Options) -> Reading:
    return Reading([_Log(raw, document, options).imported()])


class _Log:
    def __init__(self, raw: bytes, document: Mapping[str, Any], options: Options) -> None:
        self.raw, self.document, self.options = raw, document, options
        self.eval = _object(document, "eval", "")
        samples = document.get("samples")
        self.samples: Sequence[Any] = samples if isinstance(samples, list) else ()

    def imported(self) -> Imported:
        if self.document.get("status") != "success":
            raise Refusal("status", f"is {self.document.get('status')!r}, not 'success'")
        if self.document.get("invalidated"):
            raise Refusal("invalidated", "the log was declared invalid by its makers")
        started_at, finished_at = self._moment("started_at"), self._moment("completed_at")
        metrics, outcomes, notes = self._metrics()
        seconds = Decimal(str(round((finished_at - started_at).total_seconds(), 3)))
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
            cost=Cost(max(Decimal(0), seconds), method="start to end as logged"),
            samples=self._sample_lines(),
        )
        return Imported(findings.benchmark.id, findings, started_at, finished_at, tuple(notes))

    def _metrics(self) -> tuple[tuple[Metric, ...], Outcomes, list[str]]:
        results = _object(self.document, "results", "")
        scores = results.get("scores")
        if not isinstance(scores, list) or not scores:
            raise Refusal("results.scores", "has no score")
        stated = mapping(results, "headline")
        found: list[tuple[bool, str, Metric]] = []
        for at, score in enumerate(scores):
            where = f"results.scores[{at}]"
            published = _object(score, "metrics", where)
            scorer = str(score.get("name", at))
            for key in published:
                entry = _object(published, key, f"{where}.metrics")
                name = str(entry.get("name", key)).rpartition("/")[2]
                if name in _STATISTICS:
                    continue
                label = name if len(scores) == 1 else f"{scorer}/{name}"
                metric = self._metric(score, entry, label, f"{where}.metrics.{key}")
                first = (stated.get("score"), stated.get("metric")) == (scorer, key)
                found.append((first, scorer, metric))
        if not found:
            raise Refusal("results.scores", "has no metric")
        found.sort(key=lambda item: not item[0])
        return self._counted(found[0][1], [metric for _, _, metric in found])

    def _metric(
        self, score: Mapping[str, Any], entry: Mapping[str, Any], label: str, where: str
    ) -> Metric:
        value = entry.get("value")
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Refusal(f"{where}.value", "must be a number")
        n = score.get("scored_samples")
        error = mapping(mapping(score, "metrics"), "stderr").get("value")
        stderr = decimal_of(error) if isinstance(error, float) and error >= 0 else None
        return Metric(
            label,
            decimal_of(value),
            direction(label.rpartition("/")[2], None, where),
            n if type(n) is int and n > 0 else self._total(),
            stderr=stderr,
            stderr_method=None if stderr is None else "reported by the harness",
        )

    def _counted(
        self, scorer: str, metrics: list[Metric]
    ) -> tuple[tuple[Metric, ...], Outcomes, list[str]]:
        """Recount the headline over all samples if each has a plain verdict."""
        headline, notes = metrics[0], []
        missing = max(0, (self._dataset_size() or 0) - self._total())
        if missing:
            notes.append(f"{missing} samples of the data set were not run")
        verdicts = [_verdict(sample, scorer) for sample in self.samples]
        plain = headline.id.rpartition("/")[2] in ("accuracy", "mean")
        if not plain or not verdicts or None in verdicts:
            unscored = max(0, self._total() - headline.n)
            if unscored:
                notes.append(f"{unscored} samples have no score, and the mean leaves them out")
            return tuple(metrics), Outcomes(headline.n, 0, missing=missing + unscored), notes
        count = {
            name: verdicts.count(name) for name in ("success", "failure", "error", "abstained")
        }
        recounted = proportion(
            headline.id, True, count["success"], len(verdicts), stderr=headline.stderr
        )
        if abs(recounted.value - headline.value) > Decimal("0.000001"):
            notes.append(
                f"the file says {headline.value} for {headline.id}; over all {len(verdicts)} samples, "
                f"errors among them, it is {recounted.value}"
            )
        return (recounted, *metrics[1:]), Outcomes(**count, missing=missing), notes

    def _benchmark(self) -> BenchmarkRef:
        task = self.eval.get("task_registry_name") or self.eval.get("task")
        version = self.eval.get("task_version")
        if not task:
            raise Refusal("eval.task", "does not name the task")
        if version is None:
            raise Refusal("eval.task_version", "does not say the task's version")
        content = {
            "args": self.eval.get("task_args"),
            "plan": self.document.get("plan"),
            "scorers": self.eval.get("scorers"),
            "task": task,
            "version": str(version),
        }
        return BenchmarkRef(str(task), str(version), digest_of(content))

    def _dataset(self) -> DatasetRef:
        data = _object(self.eval, "dataset", "eval")
        name = data.get("name") or data.get("location")
        if not name:
            raise Refusal("eval.dataset.name", "does not name the data set")
        return DatasetRef(str(name))

    def _system(self) -> SystemRef:
        name = self.options.system or self.eval.get("model")
        if not name or name == "none/none":
            raise Refusal("eval.model", "does not name the system; add --system")
        stated = mapping(self.eval, "model_args").get("revision")
        revision = self.options.system_revision or stated or UNDECLARED
        return SystemRef(str(name), str(revision), self.options.system_digest)

    def _harness(self) -> Harness:
        settings = {
            "config": self.eval.get("config"),
            "generate": self.eval.get("model_generate_config"),
        }
        revision = mapping(self.eval, "revision")
        commit, dirty = revision.get("commit"), revision.get("dirty")
        packages = mapping(self.eval, "packages")
        return Harness(
            NAME,
            str(packages.get(NAME) or UNDECLARED),
            digest_of(settings),
            git_commit=str(commit) if commit else None,
            dirty=dirty if isinstance(dirty, bool) else None,
        )

    def _sample_lines(self) -> bytes | None:
        """Return one line per sample with its verdicts; inputs and answers stay in the log."""
        lines = [
            strict_json.canonical(
                {
                    "id": sample.get("id"),
                    "epoch": sample.get("epoch", 1),
                    "scores": {
                        name: score.get("value")
                        for name, score in mapping(sample, "scores").items()
                        if isinstance(score, dict)
                    },
                    "error": sample.get("error") is not None,
                }
            )
            for sample in self.samples
            if isinstance(sample, dict)
        ]
        return b"\n".join(lines) + b"\n" if lines else None

    def _total(self) -> int:
        total = _object(self.document, "results", "").get("total_samples")
        if type(total) is not int or total < 1:
            raise Refusal("results.total_samples", "must be a positive whole number")
        return total

    def _dataset_size(self) -> int | None:
        size = _object(self.eval, "dataset", "eval").get("samples")
        return size if type(size) is int else None

    def _moment(self, name: str) -> datetime:
        value = mapping(self.document, "stats").get(name)
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise Refusal(f"stats.{name}", "must be a time") from None
        if moment.tzinfo is None:
            raise Refusal(f"stats.{name}", "must have a time zone")
        return moment.astimezone(UTC)


def _verdict(sample: Any, scorer: str) -> str | None:
    """Return a sample's outcome, or ``None`` where its score is not a plain right or wrong."""
    if not isinstance(sample, dict):
        return None
    if sample.get("error") is not None:
        return "error"
    value = mapping(mapping(sample, "scores"), scorer).get("value")
    return _VERDICTS.get(value) if isinstance(value, str | int | float) else None


def _loads(raw: bytes, where: str) -> Any:
    try:
        return strict_json.loads(raw, max_bytes=MAX_MEMBER, max_depth=MAX_DEPTH)
    except strict_json.StrictJsonError as error:
        raise Refusal(where, str(error)) from error


def _object(value: Any, name: str, where: str) -> dict[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise Refusal(f"{where}.{name}" if where else name, "must be an object")
    return found
