"""The other formats: HELM folders, MTEB, Every Eval Ever, the CUBE journal, Hugging Face."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alliance_node.importers import strict_yaml
from alliance_node.importers.finding import find
from alliance_node.importers.model import Options, Refusal
from alliance_node.importing import FileReport, Importer, import_file
from alliance_node.proofs.predicate import Outcomes
from alliance_node.proofs.statement import EvalRun, headline_agrees
from alliance_node.store import Store

from .test_importing import Write, changed, every_path, run_of, take, write

__all__ = ["write"]

CUBE: dict[str, Any] = {
    "schema_version": "1.0",
    "evaluation_id": "somebody/run-1",
    "evaluation_timestamp": 1780136420.095314,
    "eval_library": {"name": "cube-harness", "version": "0.1.0"},
    "agent": {
        "agent_id": "8" * 64,
        "config_type": "harness.agents.PlainAgent",
        "llm_model": "org/model",
        "framework_version": "0.1.0",
        "git_commit": "a" * 40,
        "git_is_dirty": False,
    },
    "benchmark_name": "bench",
    "benchmark_version": "1.2.0",
    "benchmark_subset": {"name": "bench", "n_tasks": 89},
    "results": {
        "avg_score": 0.341176,
        "std_err": 0.051729,
        "total_cost_usd": 3.5,
        "avg_wall_time_s": 2.5,
        "outcomes": {
            "n_success": 29,
            "n_failure": 50,
            "n_max_steps": 6,
            "n_system_error": 4,
            "n_missing": 0,
        },
    },
}
EEE: dict[str, Any] = {
    "schema_version": "0.3.0",
    "evaluation_id": "lid/org/model/1",
    "evaluation_timestamp": "1795465945",
    "retrieved_timestamp": "1795465986.78",
    "source_metadata": {
        "source_type": "evaluation_run",
        "source_organization_name": "Somebody",
        "evaluator_relationship": "first_party",
    },
    "eval_library": {"name": "lm_eval", "version": "0.4.13"},
    "model_info": {"name": "model", "id": "org/model", "additional_details": {"revision": "abc"}},
    "evaluation_results": [
        {
            "evaluation_name": "Lang ID (short)",
            "source_data": {"dataset_name": "lid", "source_type": "other"},
            "metric_config": {
                "metric_id": "accuracy",
                "lower_is_better": False,
                "score_type": "continuous",
                "min_score": "-Infinity",
            },
            "score_details": {
                "score": 0.97,
                "uncertainty": {
                    "standard_error": {"value": 0.017, "method": "analytic"},
                    "confidence_interval": {
                        "lower": 0.9,
                        "upper": 0.99,
                        "confidence_level": 0.95,
                        "method": "wilson",
                    },
                    "num_samples": 100,
                },
            },
        }
    ],
}
MTEB: dict[str, Any] = {
    "dataset_revision": "a0d554a6",
    "task_name": "STS12",
    "mteb_version": None,
    "evaluation_time": None,
    "kg_co2_emissions": 0.0003,
    "scores": {
        "test": [
            {"hf_subset": "en", "languages": ["eng-Latn"], "main_score": 0.75},
            {"hf_subset": "fr", "languages": ["fra-Latn"], "main_score": 0.25},
        ],
        "validation": [{"hf_subset": "en", "languages": ["eng-Latn"], "main_score": 0.9}],
    },
}
LEGACY: dict[str, Any] = {
    "mteb_dataset_name": "STS13",
    "mteb_version": "0.0.2",
    "dataset_revision": None,
    "test": {"cos_sim": {"pearson": 0.7, "spearman": 0.8}, "evaluation_time": 1.5},
}
META = {"name": "org/embedder", "revision": "dca8b1a9", "n_parameters": 1, "embed_dim": 2}


def helm_stat(name: str, mean: float, split: str = "test", **more: Any) -> dict[str, Any]:
    return {"name": {"name": name, "split": split, **more}, "count": 1, "mean": mean}


def helm_run(folder: Path, right: int = 3, of: int = 4, **spec: Any) -> Path:
    """Write the files of a HELM run of so many instances."""
    folder.mkdir(parents=True)
    (folder / "run_spec.json").write_text(
        json.dumps(
            {
                "name": "mmlu:subject=law,model=org_model",
                "scenario_spec": {"class_name": "x.MMLUScenario", "args": {"subject": "law"}},
                "adapter_spec": {"model": "org/model", "max_eval_instances": 10},
                **spec,
            }
        )
    )
    worst = {"perturbation": {"name": "robustness", "robustness": True}}
    (folder / "stats.json").write_text(
        json.dumps(
            [
                helm_stat("num_prompt_tokens", 350.0),
                helm_stat("exact_match", 0.0, **worst),
                helm_stat("exact_match", right / of),
                helm_stat("quasi_exact_match", 1.0),
                helm_stat("exact_match", 1.0, split="valid"),
                helm_stat("num_instances", of),
                {"name": {"name": "training_co2_cost", "split": "test"}, "count": 0, "sum": 0},
            ]
        )
    )
    instances = [
        {"instance_id": f"id{at}", "stats": [helm_stat("exact_match", float(at < right))]}
        for at in range(of)
    ] + [
        {
            "instance_id": "id0",
            "perturbation": {"name": "x"},
            "stats": [helm_stat("exact_match", 0)],
        }
    ]
    (folder / "per_instance_stats.json").write_text(json.dumps(instances))
    return folder


# -- the CUBE journal


def test_cube_errors_come_back_into_the_denominator(store: Store, write: Write) -> None:
    report = take(store, write(CUBE))
    run = run_of(store, report)
    assert (run.headline.successes, run.headline.n) == (29, 89)
    assert run.headline.value == Decimal("0.325843")
    assert headline_agrees(run.headline)
    assert run.outcomes == Outcomes(29, 50, limit=6, error=4)
    note = report.results[0]["notes"][0]
    assert "0.341176" in note
    assert "29 of 85" in note
    assert (run.system.id, run.system.digest) == ("org/model+PlainAgent", f"sha256:{'8' * 64}")
    assert run.cost is not None
    assert (run.cost.usd, run.cost.wall_seconds) == (Decimal("3.5"), Decimal("222.500"))
    assert (run.harness.git_commit, run.harness.dirty) == ("a" * 40, False)


def test_cube_counts_must_sum_to_the_tasks(store: Store, write: Write) -> None:
    refused = take(store, write(changed(CUBE, "results.outcomes.n_failure", 49))).refused
    assert refused[0]["field"] == "results.outcomes"
    assert "sum to 88" in refused[0]["reason"]


def test_cube_part_marks_are_signed_as_published(store: Store, write: Write) -> None:
    report = take(store, write(changed(CUBE, "results.avg_score", 0.5)))
    run = run_of(store, report)
    assert (run.headline.value, run.headline.successes) == (Decimal("0.5"), None)
    assert "marked in parts" in report.results[0]["notes"][0]


def test_cube_a_subset_is_another_benchmark(store: Store, write: Write) -> None:
    part = changed(CUBE, "benchmark_subset.name", "bench-mini")
    assert run_of(store, take(store, write(part))).benchmark.id == "bench/bench-mini"


# -- Every Eval Ever


def test_eee_says_all_it_knows(store: Store, write: Write) -> None:
    report = take(store, write(EEE))
    run = run_of(store, report)
    assert (run.benchmark.id, run.benchmark.version) == ("Lang-ID-short", "undeclared")
    assert (run.system.id, run.system.revision) == ("org/model", "abc")
    assert (run.headline.id, run.headline.successes, run.headline.n) == ("accuracy", 97, 100)
    assert run.headline.ci is not None
    assert (run.headline.ci.level, run.headline.ci.method) == (Decimal("0.95"), "wilson")
    assert run.relationship == "first_party"
    assert run.run.started_at.isoformat() == "2026-11-23T20:32:25+00:00"
    assert "--benchmark-version" in report.results[0]["notes"][0]


def test_eee_without_a_number_of_samples_is_refused_by_field(store: Store, write: Write) -> None:
    bare = changed(EEE, "evaluation_results.0.score_details.uncertainty", ...)
    refused = take(store, write(bare)).refused[0]
    assert refused["field"] == "evaluation_results[0].score_details.uncertainty.num_samples"
    assert "--n 'Lang-ID-short=N'" in refused["reason"]
    options = Options(counts={"Lang-ID-short": 200})
    assert run_of(store, take(store, write(bare), options)).headline.successes == 194


def test_eee_0_2_and_unknown_versions(store: Store, write: Write) -> None:
    old = changed(changed(EEE, "schema_version", "0.2.0"), "eval_library", ...)
    assert run_of(store, take(store, write(old))).harness.name == "undeclared"
    refused = take(store, write(changed(EEE, "schema_version", "1.0.0"))).refused[0]
    assert refused["field"] == "schema_version"


def test_eee_levels_and_collaborations(store: Store, write: Write) -> None:
    levels = changed(EEE, "evaluation_results.0.metric_config.score_type", "levels")
    assert "levels" in take(store, write(levels)).refused[0]["reason"]
    joint = changed(EEE, "source_metadata.evaluator_relationship", "collaborative")
    assert run_of(store, take(store, write(joint))).relationship == "first_party"


# -- MTEB


def test_mteb_with_nulls(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "org__embedder" / "dca8b1a9"
    folder.mkdir(parents=True)
    path = folder / "STS12.json"
    path.write_text(json.dumps(MTEB))
    assert "--n 'STS12=N'" in take(store, path).refused[0]["reason"]
    report = take(store, path, Options(n=3108))
    run = run_of(store, report)
    assert [(it.id, str(it.value)) for it in run.metrics] == [
        ("main_score", "0.500000000"),
        ("main_score:en", "0.75"),
        ("main_score:fr", "0.25"),
    ]
    assert (run.system.id, run.system.revision) == ("org/embedder", "dca8b1a9")
    assert (run.benchmark.version, run.harness.version) == ("a0d554a6", "undeclared")
    assert run.cost is not None
    assert run.cost.kg_co2e == Decimal("0.0003")
    assert any("validation" in note for note in report.results[0]["notes"])


def test_mteb_legacy_names_and_the_model_beside(store: Store, tmp_path: Path) -> None:
    (tmp_path / "model_meta.json").write_text(json.dumps(META))
    path = tmp_path / "STS13.json"
    path.write_text(json.dumps(LEGACY))
    report = take(store, path, Options(n=1500))
    run = run_of(store, report)
    assert (run.headline.id, run.headline.value) == ("main_score", Decimal("0.8"))
    assert any("cos_sim.spearman" in note for note in report.results[0]["notes"])
    assert (run.system.id, run.harness.version) == ("org/embedder", "0.0.2")
    alone = take(store, tmp_path / "model_meta.json").refused[0]
    assert "describes a model" in alone["reason"]


def test_mteb_without_a_model_is_refused(store: Store, write: Write) -> None:
    refused = take(store, write(MTEB, "STS12.json"), Options(n=10)).refused[0]
    assert refused["field"] == "model_meta.json"
    assert "--system" in refused["reason"]


# -- HELM


def test_helm_headline_is_unperturbed_and_counted(store: Store, tmp_path: Path) -> None:
    folder = helm_run(tmp_path / "run")
    report = take(store, folder, Options(benchmark_size=20))
    run = run_of(store, report)
    assert (run.benchmark.id, run.system.id) == ("mmlu:subject=law", "org/model")
    assert (run.headline.id, run.headline.successes, run.headline.n) == ("exact_match", 3, 4)
    assert [it.id for it in run.metrics] == ["exact_match", "quasi_exact_match"]
    assert run.outcomes == Outcomes(3, 1, missing=16)
    assert run.dataset.id == "MMLUScenario(subject=law)"
    subjects = store.entries()[0].statement.subject
    assert [it.name for it in subjects] == [
        "results.json", "run_spec.json", "per_instance_stats.json",
    ]  # fmt: skip
    store.verify()


def test_helm_disagreement_between_its_own_files_is_refused(store: Store, tmp_path: Path) -> None:
    folder = helm_run(tmp_path / "run")
    stats = json.loads((folder / "stats.json").read_text())
    stats[2]["mean"] = 0.5
    (folder / "stats.json").write_text(json.dumps(stats))
    refused = take(store, folder).refused[0]
    assert refused["field"] == "stats.json.exact_match"
    assert "0.750000" in refused["reason"]


def test_helm_damaged_runs(store: Store, tmp_path: Path) -> None:
    folder = helm_run(tmp_path / "run")
    assert "import its folder" in take(store, folder / "stats.json").refused[0]["reason"]
    (folder / "stats.json").write_text('[{"mean": NaN}]')
    assert take(store, folder).refused[0]["field"] == "stats.json"
    assert take(store, tmp_path / "run" / "..").refused[0]["field"] == "run_spec.json"


def test_a_copied_run_is_not_a_second_one(store: Store, tmp_path: Path) -> None:
    """Without a time in its files a run's moment is the file's, which a copy changes."""
    folder = helm_run(tmp_path / "run")
    take(store, folder)
    os.utime(folder / "stats.json", (1e9, 1e9))
    assert take(store, folder).results[0]["state"] == "already recorded"


# -- Hugging Face

EVAL_RESULTS = """\
- dataset:
    id: org/bench
    task_id: hard
    revision: abc
  value: 77.8
  verifyToken: secret
  date: 2026-10-02
  source: {url: https://example.org/post, name: Post}
- dataset: {id: org/other, config: default, split: test}
  value: 0.5
  verify_token: x
"""
CARD = """\
---
license: mit
model-index:
- name: my-model
  results:
  - task: {type: text-classification}
    dataset: {type: glue, name: GLUE, config: sst2, split: validation, revision: r1}
    metrics:
    - {type: accuracy, value: 0.91, name: Accuracy}
    - {type: mystery, value: 0.2}
---
# My model
"""


def test_eval_results_of_a_repository(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "files" / ".eval_results"
    folder.mkdir(parents=True)
    (folder / "bench.yaml").write_text(EVAL_RESULTS)
    (path,) = find([tmp_path / "files"]).files
    assert "--n" in take(store, path, Options(system="org/model")).refused[0]["reason"]
    assert "--system" in take(store, path, Options(n=500)).refused[0]["reason"]
    report = take(store, path, Options(system="org/model", n=500))
    first, second = (line["statement"]["predicate"] for line in report.results)
    assert first["benchmark"]["id"] == "org/bench/hard"
    assert (first["benchmark"]["version"], first["metrics"][0]["value"]) == ("abc", "77.8")
    assert second["benchmark"]["id"] == "org/other/default/test"
    assert first["run"]["finishedAt"].startswith("2026-10-02")


def test_model_index_of_a_card(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "README.md").write_text(CARD)
    (path,) = find([folder]).files
    report = take(store, path, Options(n=100))
    assert report.results[0]["statement"]["predicate"]["metrics"][0]["successes"] == 91
    assert report.results[0]["statement"]["predicate"]["system"]["id"] == "my-model"
    assert "whether a higher mystery is better" in report.refused[0]["reason"]
    path.write_text(CARD.replace("---\n# My", "# My"))
    assert "cut off" in take(store, path).refused[0]["reason"]
    path.write_text("# No results here\n")
    assert find([folder]).files == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- &a {value: 1}\n- *a\n", "anchor or an alias"),
        ("- value: .nan\n", "no number"),
        ("- value: -.inf\n", "no number"),
        ("- {value: 1, value: 2}\n", "not YAML we read"),
        ("- value: !!python/object:os.system x\n", "tag"),
        ("- [" + "[" * 60 + "]" * 60 + "]\n", "nested deeper"),
        ("- {value: 1", "not YAML we read"),
        ("- {1: 2}\n", "no text"),
        ("- value: \xff\n", "UTF-8"),
    ],
)
def test_yaml_is_read_as_strictly_as_json(text: str, reason: str) -> None:
    raw = text.encode("latin-1")
    with pytest.raises(Refusal, match=reason):
        strict_yaml.loads(raw)


# -- any of them


def test_a_folder_stands_for_every_result_below_it(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    helm_run(folder / "helm" / "run")
    (folder / "a.json").write_text(json.dumps(CUBE))
    (folder / "samples_a.jsonl").write_text("{}\n")
    (folder / "mteb").mkdir()
    (folder / "mteb" / "model_meta.json").write_text(json.dumps(META))
    (folder / "mteb" / "STS12.json").write_text(json.dumps(MTEB))
    (folder / "cut.json").write_text(json.dumps(EEE)[:200])
    (folder / "bomb.eval").write_bytes(b"PK\x03\x04" + bytes(100))
    batch = find([folder])
    assert [path.name for path in batch.files] == [
        "a.json", "bomb.eval", "cut.json", "run", "STS12.json",
    ]  # fmt: skip
    assert {path.name for path in batch.skipped} == {"samples_a.jsonl", "model_meta.json"}
    importer = Importer(store, Options())
    reports = [importer.take(path) for path in batch.files]
    assert [bool(it.results) for it in reports] == [True, False, False, True, False]
    assert all(set(it.refused[0]) == {"file", "field", "reason"} for it in reports if it.refused)
    assert "holds single samples" in take(store, folder / "samples_a.jsonl").refused[0]["reason"]


def test_one_result_can_be_named_and_supersede(store: Store, write: Write) -> None:
    first = take(store, write(CUBE)).results[0]
    options = Options(benchmark="agents", benchmark_version="2.0.0")
    better = write(changed(CUBE, "evaluation_timestamp", 1780136999), "b.json")
    importer = Importer(store, options, supersedes=f"sha256:{first['digest']}")
    run = run_of(store, importer.take(better))
    assert (run.benchmark.id, run.benchmark.version) == ("agents", "2.0.0")
    assert run.supersedes == f"sha256:{first['digest']}"


def test_any_field_may_be_missing_or_odd(store: Store, tmp_path: Path, write: Write) -> None:
    """Whatever a file leaves out or changes, the answer is a result or a refusal."""
    options = Options(n=1000, system="org/model")
    importer = Importer(store, options, dry_run=True)
    for base in (CUBE, EEE, MTEB, LEGACY):
        for way in every_path(base):
            for odd in (..., None, [], {}, "odd", -1.5, True):
                report = importer.take(write(changed(base, way, odd)))
                assert report.results or report.refused, (way, odd)


def test_any_field_of_a_helm_run_may_be_odd(store: Store, tmp_path: Path) -> None:
    folder = helm_run(tmp_path / "run")
    importer = Importer(store, Options(), dry_run=True)
    for name in ("run_spec.json", "stats.json", "per_instance_stats.json"):
        text = (folder / name).read_text()
        base = {"it": json.loads(text)}
        for way in every_path(base):
            for odd in (None, [], {}, "odd", -1.5, True):
                (folder / name).write_text(json.dumps(changed(base, way, odd)["it"]))
                report = importer.take(folder)
                assert report.results or report.refused, (name, way, odd)
        (folder / name).write_text(text)


# -- published files


@pytest.mark.golden
def test_every_published_file_imports_or_is_refused_with_a_reason(
    golden: Path, store: Store
) -> None:
    importer = Importer(store, Options())
    files = [path for path in sorted((golden / "results").rglob("*")) if path.is_file()]
    reports = [importer.take(path) for path in files]
    reports += [importer.take(path.parent) for path in files if path.name == "run_spec.json"]
    for report in reports:
        assert report.results or report.refused, report.path
        assert all(it["field"] and it["reason"] for it in report.refused)
    store.verify()


@pytest.mark.golden
def test_published_figures(golden: Path, store: Store) -> None:
    folder = golden / "results"
    cube = only(store, take(store, next(folder.glob("cube/*.json"))))
    assert (cube.headline.successes, cube.headline.n) == (17, 89)
    assert cube.outcomes == Outcomes(17, 70, error=2)
    helm = only(store, take(store, next(folder.glob("helm/*"))))
    assert (helm.headline.id, helm.headline.successes, helm.headline.n) == ("exact_match", 1, 9)
    mteb = only(store, take(store, folder / "mteb" / "STS12.json", Options(n=3108)))
    assert (mteb.system.id, str(mteb.headline.value)) == (
        "intfloat/e5-small-v2",
        "0.737079788758814",
    )
    eee = only(store, take(store, next(folder.glob("eee/lid20/adbar/*/*.json"))))
    assert (eee.headline.id, eee.headline.successes, eee.headline.n) == ("acc", 97, 100)
    bare = import_file(store, next(folder.glob("eee/*.json")), Options(), dry_run=True)
    assert len(bare.refused) == 6


def only(store: Store, report: FileReport) -> EvalRun:
    return run_of(store, report)
