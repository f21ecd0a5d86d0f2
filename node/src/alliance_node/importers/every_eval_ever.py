"""Every Eval Ever records, schemas 0.2 and 0.3: one statement per evaluation result.

The schema has no version of a benchmark and no digests, and often no number of samples; what it
does not say is not made up.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from alliance_node.proofs.predicate import (
    BenchmarkRef,
    DatasetRef,
    Harness,
    Interval,
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
    measured,
    moment_of,
    moment_or_written,
    required_samples,
    text_of,
)

NAME: Final = "Every Eval Ever"
VERSIONS: Final = ("0.2.", "0.3.")
RELATIONSHIPS: Final = {"first_party": "first_party", "third_party": "third_party"}
MAX_NAME: Final = 40


def recognises(document: Any) -> bool:
    return isinstance(document, dict) and {"schema_version", "evaluation_results"} <= set(document)


def read(path: Path, raw: bytes, document: Mapping[str, Any], options: Options) -> Reading:
    """Read every result; one that is refused does not hold up the others."""
    version = str(document.get("schema_version"))
    if not version.startswith(VERSIONS):
        raise Refusal("schema_version", f"is {version!r}; 0.2 and 0.3 are read")
    results = document["evaluation_results"]
    if not isinstance(results, list) or not results:
        raise Refusal("evaluation_results", "must be a list with a result")
    reading = Reading()
    for at, result in enumerate(results):
        where = f"evaluation_results[{at}]"
        try:
            if not isinstance(result, dict):
                raise Refusal(where, "must be an object")
            reading.imported.append(
                _Evaluation(path, raw, document, options, result, where).imported()
            )
        except Refusal as refusal:
            reading.refused.append(refusal)
    return reading


class _Evaluation:
    def __init__(
        self,
        path: Path,
        raw: bytes,
        document: Mapping[str, Any],
        options: Options,
        result: Mapping[str, Any],
        where: str,
    ) -> None:
        self.path, self.raw, self.document, self.options = path, raw, document, options
        self.result, self.where = result, where
        self.data = mapping(result, "source_data")
        self.config = mapping(result, "metric_config")
        self.details = mapping(result, "score_details")
        self.uncertainty = mapping(self.details, "uncertainty")
        self.notes: list[str] = []

    def imported(self) -> Imported:
        benchmark = self._benchmark()
        metric = self._metric(benchmark.id)
        ended = self._ended()
        outcomes = (
            Outcomes(metric.n, 0)
            if metric.successes is None
            else Outcomes(metric.successes, metric.n - metric.successes)
        )
        findings = Findings(
            benchmark=benchmark,
            dataset=self._dataset(),
            system=self._system(),
            harness=self._harness(),
            metrics=(metric,),
            dimension=self.options.dimension,
            relationship=self._relationship(),
            results=self.raw,
            outcomes=outcomes,
        )
        name = text_of(self.result.get("evaluation_result_id")) or f"{self.where}/{benchmark.id}"
        return Imported(name, findings, ended, ended, tuple(self.notes))

    def _benchmark(self) -> BenchmarkRef:
        name = text_of(self.result.get("evaluation_name"))
        if name is None:
            raise Refusal(f"{self.where}.evaluation_name", "does not name the evaluation")
        if self.options.benchmark_version is None:
            self.notes.append(
                "the record has no version of the benchmark; add --benchmark-version if you know it"
            )
        content = {
            "evaluation": name,
            "data": dict(self.data),
            "metric": {key: it for key, it in self.config.items() if key != "llm_scoring"},
        }
        return BenchmarkRef(
            identifier(name, f"{self.where}.evaluation_name"), UNDECLARED, digest_of(content)
        )

    def _metric(self, task: str) -> Metric:
        score = self.details.get("score")
        if self.config.get("score_type") == "levels":
            raise Refusal(
                f"{self.where}.metric_config.score_type", "is 'levels', which cannot be ranked"
            )
        if not is_number(score):
            raise Refusal(f"{self.where}.score_details.score", "must be a number")
        lower = self.config.get("lower_is_better")
        if not isinstance(lower, bool):
            raise Refusal(f"{self.where}.metric_config.lower_is_better", "must be true or false")
        ids = self.data.get("sample_ids")
        found = self.uncertainty.get("num_samples") or self.data.get("samples_number")
        n = required_samples(
            found or (len(ids) if isinstance(ids, list) else None),
            task,
            self.options,
            f"{self.where}.score_details.uncertainty.num_samples",
        )
        error = mapping(self.uncertainty, "standard_error")
        metric = measured(
            self._metric_name(),
            score,
            not lower,
            n,
            stderr=error.get("value"),
            stderr_method=text_of(error.get("method")) or "reported by the harness",
        )
        return self._with_interval(metric)

    def _metric_name(self) -> str:
        """Name the metric as the record does, where what it says is a name and not a sentence."""
        given = [self.config.get(key) for key in ("metric_id", "metric_name")]
        described = text_of(self.config.get("evaluation_description"))
        given.append(described if described and " " not in described else None)
        name = next((text for it in given if (text := text_of(it))), "score")
        return identifier(name[:MAX_NAME], f"{self.where}.metric_config.metric_id")

    def _with_interval(self, metric: Metric) -> Metric:
        interval = mapping(self.uncertainty, "confidence_interval")
        lower, upper = interval.get("lower"), interval.get("upper")
        level = interval.get("confidence_level")
        if not is_number(lower) or not is_number(upper) or lower > upper:
            return metric
        if not is_number(level) or not 0 < level < 1:
            self.notes.append("the confidence interval has no level and is left out")
            return metric
        method = text_of(interval.get("method")) or "reported by the harness"
        ci = Interval(decimal_of(lower), decimal_of(upper), Decimal(str(level)), method)
        return Metric(
            metric.id, metric.value, metric.higher_is_better, metric.n, metric.successes,
            metric.stderr, metric.stderr_method, ci, metric.unit,
        )  # fmt: skip

    def _dataset(self) -> DatasetRef:
        name = text_of(self.data.get("hf_repo")) or text_of(self.data.get("dataset_name"))
        if name is None:
            raise Refusal(f"{self.where}.source_data.dataset_name", "does not name the data set")
        return DatasetRef(name)

    def _system(self) -> SystemRef:
        model = mapping(self.document, "model_info")
        more = mapping(model, "additional_details")
        name = self.options.system or text_of(model.get("id")) or text_of(model.get("name"))
        if name is None:
            raise Refusal("model_info.id", "does not name the system; add --system")
        keys = ("revision", "model_revision", "model_sha")
        stated = next((text for key in keys if (text := text_of(more.get(key)))), None)
        return SystemRef(
            identifier(name, "model_info.id"),
            self.options.system_revision or stated or UNDECLARED,
            self.options.system_digest,
            precision=text_of(more.get("precision")),
        )

    def _harness(self) -> Harness:
        library = mapping(self.document, "eval_library")
        name = text_of(library.get("name"))
        version = self.options.harness_version or text_of(library.get("version"))
        if name is None:
            self.notes.append("the record does not say which harness gave the score")
        return Harness(
            identifier(name or UNDECLARED, "eval_library.name"),
            version or UNDECLARED,
            digest_of(mapping(self.result, "generation_config")),
        )

    def _relationship(self) -> str:
        """Take the record's word; whoever worked with the system's makers counts as one of them."""
        source = mapping(self.document, "source_metadata")
        if source.get("source_type") == "documentation":
            self.notes.append(
                "the score was taken over from a publication of "
                f"{text_of(source.get('source_organization_name')) or 'somebody else'}, not run here"
            )
        said = str(source.get("evaluator_relationship"))
        if said == "collaborative":
            self.notes.append(
                "made in collaboration with the system's makers: signed as first_party"
            )
            return "first_party"
        return RELATIONSHIPS.get(said, self.options.relationship)

    def _ended(self) -> datetime:
        for found in (
            self.result.get("evaluation_timestamp"),
            self.document.get("evaluation_timestamp"),
        ):
            if (moment := moment_of(found)) is not None:
                return self.options.finished_at or moment
        retrieved = moment_of(self.document.get("retrieved_timestamp"))
        if retrieved is not None and self.options.finished_at is None:
            self.notes.append("the record says only when it was retrieved, not when the run was")
        return moment_or_written(retrieved, self.path, self.options, self.notes)
