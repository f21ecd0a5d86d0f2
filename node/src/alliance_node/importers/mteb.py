"""MTEB task results, old and new: scores by split and language, a model named beside the file.

The headline is MTEB's own: the mean of ``main_score`` over the subsets of one split.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
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

from .model import (
    UNDECLARED,
    Imported,
    Options,
    Reading,
    Refusal,
    decimal_of,
    digest_of,
    identifier,
    is_number,
    mapping,
    moment_of,
    moment_or_written,
    required_samples,
    text_of,
)

NAME: Final = "mteb"
MODEL_FILE: Final = "model_meta.json"
MAIN: Final = "main_score"
MAX_MODEL_FILE: Final = 1024 * 1024
# Where files of before version 1.11 keep what is now main_score, by kind of task.
LEGACY_MAIN: Final = (
    ("cos_sim", "spearman"),
    ("ndcg_at_10",),
    ("v_measure",),
    ("cos_sim", "ap"),
    ("map",),
    ("accuracy",),
    ("f1",),
)
_NO_SPLIT: Final = frozenset({"mteb_version", "mteb_dataset_name", "dataset_revision"})


def recognises(document: Any) -> bool:
    return isinstance(document, dict) and (
        ("task_name" in document and isinstance(document.get("scores"), dict))
        or "mteb_dataset_name" in document
    )


def is_model_file(document: Any) -> bool:
    return isinstance(document, dict) and {"name", "n_parameters", "embed_dim"} <= set(document)


def read(path: Path, raw: bytes, document: Mapping[str, Any], options: Options) -> Reading:
    return Reading([_TaskResult(path, raw, document, options).imported()])


class _TaskResult:
    def __init__(
        self, path: Path, raw: bytes, document: Mapping[str, Any], options: Options
    ) -> None:
        self.path, self.raw, self.document, self.options = path, raw, document, options
        name = text_of(document.get("task_name")) or text_of(document.get("mteb_dataset_name"))
        if name is None:
            raise Refusal("task_name", "does not name the task")
        self.task = identifier(name, "task_name")
        self.notes: list[str] = []

    def imported(self) -> Imported:
        split, rows = self._split()
        n = required_samples(None, self.task, self.options, "scores")
        seconds = self._amount("evaluation_time", rows)
        stated = self.document.get("date")
        ended = moment_or_written(moment_of(stated), self.path, self.options, self.notes)
        started = ended - timedelta(seconds=float(seconds or 0))
        findings = Findings(
            benchmark=self._benchmark(split),
            dataset=DatasetRef(self.task, text_of(self.document.get("dataset_revision"))),
            system=self._system(),
            harness=self._harness(),
            metrics=tuple(self._metrics(split, rows, n)),
            dimension=self.options.dimension,
            relationship=self.options.relationship,
            results=self.raw,
            outcomes=Outcomes(n, 0),
            cost=self._cost(seconds),
        )
        started = started.replace(microsecond=started.microsecond // 1000 * 1000)
        return Imported(self.task, findings, started, ended, tuple(self.notes))

    def _split(self) -> tuple[str, list[Mapping[str, Any]]]:
        """Return the split that is ranked, ``test`` where there is one, with its subsets."""
        splits = mapping(self.document, "scores") or {
            name: part
            for name, part in self.document.items()
            if name not in _NO_SPLIT and isinstance(part, dict)
        }
        if not splits:
            raise Refusal("scores", "has no split")
        name = "test" if "test" in splits else next(iter(splits))
        rest = [other for other in splits if other != name]
        if rest:
            self.notes.append(f"only the split {name} is signed, not {', '.join(rest)}")
        rows = splits[name]
        rows = [rows] if isinstance(rows, dict) else rows
        if not isinstance(rows, list) or not rows or not all(isinstance(it, dict) for it in rows):
            raise Refusal(f"scores.{name}", "must be a list of subsets")
        return name, rows

    def _metrics(self, split: str, rows: list[Mapping[str, Any]], n: int) -> Iterator[Metric]:
        scores = [self._main(row, f"scores.{split}[{at}]") for at, row in enumerate(rows)]
        mean = sum((Fraction(score) for score in scores), Fraction(0)) / len(scores)
        value = scores[0] if len(scores) == 1 else Decimal(round(mean * 10**9)).scaleb(-9)
        yield Metric(MAIN, value, True, n)
        if len(rows) == 1:
            return
        for at, (row, score) in enumerate(zip(rows, scores, strict=True)):
            subset = identifier(str(row.get("hf_subset") or at), f"scores.{split}[{at}].hf_subset")
            yield Metric(f"{MAIN}:{subset}", score, True, n)

    def _main(self, row: Mapping[str, Any], where: str) -> Decimal:
        wanted = self.options.metric
        found = row.get(wanted or MAIN)
        if found is None and wanted is None:
            found, name = _legacy_main(row)
            if found is not None:
                self.notes.append(f"the file has no {MAIN}; {name} stands for it")
        if not is_number(found):
            field = f"{where}.{wanted or MAIN}"
            raise Refusal(field, "is not a number; name the right one with --metric")
        return decimal_of(found)

    def _benchmark(self, split: str) -> BenchmarkRef:
        """Take the data set's revision for the version: a task has no other of its own."""
        revision = text_of(self.document.get("dataset_revision")) or UNDECLARED
        content = {"task": self.task, "dataset_revision": revision, "split": split}
        return BenchmarkRef(self.task, identifier(revision, "dataset_revision"), digest_of(content))

    def _system(self) -> SystemRef:
        meta = self._model_file()
        folder, revision_folder = self.path.parent.parent.name, self.path.parent.name
        by_path = "__" in folder
        name = (
            self.options.system
            or text_of(meta.get("name"))
            or (folder.replace("__", "/", 1) if by_path else None)
        )
        if name is None:
            raise Refusal(
                MODEL_FILE, "is not beside the file, and its folders do not name a model: --system"
            )
        stated = text_of(meta.get("revision")) or (revision_folder if by_path else None)
        revision = None if stated in ("no_revision_available", "external") else stated
        return SystemRef(
            identifier(name, f"{MODEL_FILE}.name"),
            self.options.system_revision or revision or UNDECLARED,
            self.options.system_digest,
        )

    def _model_file(self) -> Mapping[str, Any]:
        beside = self.path.parent / MODEL_FILE
        try:
            raw = beside.read_bytes()[: MAX_MODEL_FILE + 1]
            document = strict_json.loads(raw, max_bytes=MAX_MODEL_FILE)
        except OSError:
            return {}
        except strict_json.StrictJsonError as error:
            raise Refusal(MODEL_FILE, str(error)) from error
        return document if isinstance(document, dict) else {}

    def _harness(self) -> Harness:
        version = self.options.harness_version or text_of(self.document.get("mteb_version"))
        if version is None:
            self.notes.append("the file does not say which version of mteb wrote it")
        return Harness(NAME, version or UNDECLARED, digest_of({}))

    def _cost(self, seconds: Decimal | None) -> Cost | None:
        carbon = self._amount("kg_co2_emissions", [])
        if seconds is None and carbon is None:
            return None
        return Cost(seconds or Decimal(0), kg_co2e=carbon, method="reported by the harness")

    def _amount(self, name: str, rows: list[Mapping[str, Any]]) -> Decimal | None:
        found = self.document.get(name)
        if found is None and rows:
            found = rows[0].get(name)
        return decimal_of(found) if is_number(found) and found >= 0 else None


def _legacy_main(row: Mapping[str, Any]) -> tuple[object, str]:
    for way in LEGACY_MAIN:
        found: object = row
        for name in way:
            found = found.get(name) if isinstance(found, dict) else None
        if is_number(found):
            return found, ".".join(way)
    return None, ""
