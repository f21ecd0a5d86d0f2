"""Hugging Face: ``.eval_results/*.yaml`` of a model's repository, and ``model-index`` of its card.

Both say a value and where it comes from, and neither says over how many samples. A
``verifyToken`` is the hub's own affair and is not checked.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from alliance_node.proofs.predicate import BenchmarkRef, DatasetRef, Harness, Outcomes, SystemRef
from alliance_node.recording import Findings

from .model import (
    UNDECLARED,
    Imported,
    Options,
    Reading,
    Refusal,
    digest_of,
    direction,
    identifier,
    is_number,
    mapping,
    measured,
    moment_of,
    moment_or_written,
    required_samples,
    text_of,
)

NAME: Final = "Hugging Face"
FOLDER: Final = ".eval_results"
FILE: Final = "eval_results.yaml"
CARD: Final = "README.md"
MODEL_INDEX: Final = "model-index"
VALUE: Final = "value"


def recognises(document: Any) -> bool:
    if isinstance(document, dict):
        return isinstance(document.get(MODEL_INDEX), list)
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(it, dict) and "dataset" in it and VALUE in it for it in document)
    )


def read(path: Path, raw: bytes, document: Any, options: Options) -> Reading:
    """Read every value; one that is refused does not hold up the others."""
    claims = _cards(document) if isinstance(document, dict) else _results(document)
    reading = Reading()
    for where, claim in claims:
        try:
            reading.imported.append(_Claim(path, raw, options, where, claim).imported())
        except Refusal as refusal:
            reading.refused.append(refusal)
    if not reading.imported and not reading.refused:
        raise Refusal(MODEL_INDEX, "has no result")
    return reading


def front_matter(text: str) -> str:
    """Return the YAML at the top of a model card."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        raise Refusal("file", "has no YAML between --- lines at its top, so no model-index")
    for at, line in enumerate(lines[1:], start=1):
        if line.strip() == "---":
            return "\n".join(lines[1:at])
    raise Refusal("file", "is cut off: the YAML at its top has no end")


def _results(document: list[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for at, entry in enumerate(document):
        data = mapping(entry, "dataset")
        yield (
            f"[{at}]",
            {
                "model": None,
                "dataset": data.get("id"),
                "task": data.get("task_id") or data.get("config"),
                "split": data.get("split"),
                "revision": data.get("revision"),
                "metric": None,
                VALUE: entry.get(VALUE),
                "date": entry.get("date"),
                "source": mapping(entry, "source").get("url"),
                "framework": entry.get("evaluation_framework"),
            },
        )


def _cards(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for at, model in enumerate(document[MODEL_INDEX]):
        results = model.get("results") if isinstance(model, dict) else None
        for position, result in enumerate(results if isinstance(results, list) else ()):
            data = mapping(result, "dataset")
            metrics = result.get("metrics") if isinstance(result, dict) else None
            for place, metric in enumerate(metrics if isinstance(metrics, list) else ()):
                yield (
                    f"{MODEL_INDEX}[{at}].results[{position}].metrics[{place}]",
                    {
                        "model": model.get("name"),
                        "dataset": data.get("type") or data.get("name"),
                        "task": data.get("config"),
                        "split": data.get("split"),
                        "revision": data.get("revision"),
                        "metric": mapping({"": metric}, "").get("type"),
                        VALUE: mapping({"": metric}, "").get(VALUE),
                        "date": None,
                        "source": mapping(result, "source").get("url"),
                        "framework": None,
                    },
                )


class _Claim:
    """One value that somebody published."""

    def __init__(
        self, path: Path, raw: bytes, options: Options, where: str, claim: Mapping[str, Any]
    ) -> None:
        self.path, self.raw, self.options = path, raw, options
        self.where, self.claim = where, claim
        self.notes: list[str] = []

    def imported(self) -> Imported:
        benchmark = self._benchmark()
        value = self.claim[VALUE]
        if not is_number(value):
            raise Refusal(f"{self.where}.{VALUE}", "must be a number")
        n = required_samples(None, benchmark.id, self.options, self.where)
        metric = measured(*self._metric(value), n)
        ended = self._ended()
        if source := text_of(self.claim["source"]):
            self.notes.append(f"published at {source[:200]}, not run here")
        findings = Findings(
            benchmark=benchmark,
            dataset=DatasetRef(str(self.claim["dataset"]), text_of(self.claim["revision"])),
            system=self._system(),
            harness=self._harness(),
            metrics=(metric,),
            dimension=self.options.dimension,
            relationship=self.options.relationship,
            results=self.raw,
            outcomes=Outcomes(n, 0)
            if metric.successes is None
            else Outcomes(metric.successes, n - metric.successes),
        )
        return Imported(f"{self.where}/{benchmark.id}", findings, ended, ended, tuple(self.notes))

    def _metric(self, value: float) -> tuple[str, float, bool]:
        name = self.options.metric or text_of(self.claim["metric"])
        if name is None:
            self.notes.append(
                "no metric is named: higher is taken as better, as the hub's boards do"
            )
            return VALUE, value, True
        return (
            identifier(name, f"{self.where}.type"),
            value,
            direction(name, None, f"{self.where}.type"),
        )

    def _benchmark(self) -> BenchmarkRef:
        """Name the data set and the task in it; its revision, where given, is the version."""
        data = text_of(self.claim["dataset"])
        if data is None:
            raise Refusal(f"{self.where}.dataset.id", "does not name the data set")
        parts = [data, *(str(it) for key in ("task", "split") if (it := self.claim[key]))]
        revision = text_of(self.claim["revision"]) or UNDECLARED
        name = identifier("/".join(parts), f"{self.where}.dataset")
        return BenchmarkRef(name, identifier(revision, f"{self.where}.dataset"), digest_of(parts))

    def _system(self) -> SystemRef:
        name = self.options.system or text_of(self.claim["model"])
        if name is None:
            raise Refusal(
                self.where, "does not name the system, which is the repository it lies in: --system"
            )
        revision = self.options.system_revision or UNDECLARED
        return SystemRef(identifier(name, self.where), revision, self.options.system_digest)

    def _harness(self) -> Harness:
        name = text_of(self.claim["framework"]) or UNDECLARED
        version = self.options.harness_version or UNDECLARED
        return Harness(identifier(name, self.where), version, digest_of({}))

    def _ended(self) -> datetime:
        stated = moment_of(self.claim["date"])
        return moment_or_written(stated, self.path, self.options, self.notes)
