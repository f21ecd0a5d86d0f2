"""Result files of harnesses: what is taken, what is refused with field and reason, and only once."""

import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alliance_node.importers import archive, read_file
from alliance_node.importers.model import Options, Refusal
from alliance_node.importing import FileReport, import_file
from alliance_node.proofs.predicate import Outcomes
from alliance_node.proofs.statement import SAMPLES_SUBJECT, EvalRun, headline_agrees
from alliance_node.store import Store

LM_EVAL: dict[str, Any] = {
    "results": {
        "arc": {
            "alias": " - arc",
            "acc,none": 0.25,
            "acc_stderr,none": 0.09,
            "f1,strict-match": 0.5,
            "f1_stderr,strict-match": "N/A",
        }
    },
    "configs": {
        "arc": {
            "dataset_path": "allenai/ai2_arc",
            "dataset_name": "ARC-Easy",
            "dataset_kwargs": {"revision": "abc123"},
            "metadata": {"version": 1.0, "pretrained": "org/model"},
        }
    },
    "versions": {"arc": 1.0},
    "n-shot": {"arc": 5},
    "higher_is_better": {"arc": {"acc": True, "f1": None}},
    "n-samples": {"arc": {"original": 24, "effective": 24}},
    "config": {
        "model": "hf",
        "model_args": "pretrained=org/model,dtype=bfloat16,revision=main",
        "model_sha": "f" * 40,
        "limit": None,
    },
    "git_hash": "abc1234",
    "date": 1795465945.907,
    "pretty_env_info": "GPU 0: NVIDIA A100-SXM4-80GB\nGPU 1: NVIDIA A100-SXM4-80GB\n"
    "Nvidia driver version: 550.54.15\n",
    "lm_eval_version": "0.4.9",
    "total_evaluation_time_seconds": "36.3",
}
V03: dict[str, Any] = {
    "results": {"piqa": {"acc": 0.5, "acc_stderr": 0.01, "acc_norm": 0.25}},
    "versions": {"piqa": 0},
    "config": {"model": "hf-causal", "model_args": "pretrained=gpt2", "num_fewshot": 0},
}
INSPECT: dict[str, Any] = {
    "version": 2,
    "status": "success",
    "eval": {
        "task": "lid",
        "task_version": 0,
        "dataset": {"name": "lid", "samples": 4},
        "model": "provider/model",
        "config": {},
        "packages": {"inspect_ai": "0.3.285"},
        "revision": {"commit": "36190055", "dirty": True},
    },
    "results": {
        "total_samples": 4,
        "completed_samples": 3,
        "scores": [
            {
                "name": "match",
                "scored_samples": 3,
                "metrics": {
                    "accuracy": {"name": "accuracy", "value": 2 / 3},
                    "stderr": {"name": "stderr", "value": 0.33},
                },
            }
        ],
    },
    "stats": {
        "started_at": "2026-10-21T01:12:04+02:00",
        "completed_at": "2026-10-21T01:12:16+02:00",
    },
    "samples": [
        {"id": 1, "epoch": 1, "scores": {"match": {"value": "C"}}},
        {"id": 2, "epoch": 1, "scores": {"match": {"value": "C"}}},
        {"id": 3, "epoch": 1, "scores": {"match": {"value": "I"}}},
        {"id": 4, "epoch": 1, "error": {"message": "timeout"}},
    ],
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(document: Any, name: str = "results.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(document), "utf-8")
        return path

    return write


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    copy = json.loads(json.dumps(document))
    target = copy
    *way, last = path.split(".")
    for name in way:
        target = target[int(name) if isinstance(target, list) else name]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return copy


def take(store: Store, path: Path, options: Options | None = None, **more: Any) -> FileReport:
    return import_file(store, path, options or Options(), **{"dry_run": False, **more})


def run_of(store: Store, report: FileReport) -> EvalRun:
    assert report.refused == []
    digest = report.results[0]["digest"]
    found = next(entry for entry in store.entries() if entry.digest == digest)
    assert isinstance(found.statement.predicate, EvalRun)
    return found.statement.predicate


# -- lm-evaluation-harness


def test_lm_eval_says_all_it_knows(store: Store, write: Write) -> None:
    run = run_of(store, take(store, write(LM_EVAL)))
    acc, f1 = run.metrics
    assert (acc.id, acc.successes, acc.n, acc.value) == ("acc", 6, 24, Decimal("0.250000"))
    assert (acc.stderr, f1.stderr) == (Decimal("0.09"), None)
    assert (f1.id, f1.successes, f1.higher_is_better) == ("f1,strict-match", None, True)
    assert run.outcomes == Outcomes(6, 18)
    assert (run.system.id, run.system.revision) == ("org/model", "f" * 40)
    assert (run.system.precision, run.system.digest) == ("bfloat16", "opaque")
    assert (run.dataset.id, run.dataset.revision) == ("allenai/ai2_arc/ARC-Easy", "abc123")
    assert (run.benchmark.id, run.benchmark.version) == ("arc", "1.0")
    assert (run.harness.version, run.harness.git_commit) == ("0.4.9", "abc1234")
    accelerator = run.environment.accelerator
    assert accelerator is not None
    assert (accelerator.vendor, accelerator.model) == ("NVIDIA", "A100-SXM4-80GB")
    assert (accelerator.count, accelerator.driver) == (2, "550.54.15")
    assert run.cost is not None
    assert run.cost.wall_seconds == Decimal("36.3")


def test_model_args_as_object_give_the_same_system(store: Store, write: Write) -> None:
    arguments = {"pretrained": "org/model", "dtype": "bfloat16", "revision": "main"}
    text = run_of(store, take(store, write(LM_EVAL)))
    document = changed(LM_EVAL, "config.model_args", arguments)
    assert run_of(store, take(store, write(document, "b.json"))).system == text.system


def test_the_task_s_digest_does_not_depend_on_the_model(store: Store, write: Write) -> None:
    other = changed(LM_EVAL, "configs.arc.metadata.pretrained", "org/other")
    one, two = (
        run_of(store, take(store, write(document, f"{at}.json")))
        for at, document in enumerate((LM_EVAL, other))
    )
    assert one.benchmark == two.benchmark
    harder = changed(LM_EVAL, "configs.arc.dataset_name", "ARC-Challenge")
    assert run_of(store, take(store, write(harder, "c.json"))).benchmark != one.benchmark


def test_a_limited_run_says_what_is_missing(store: Store, write: Write) -> None:
    report = take(store, write(changed(LM_EVAL, "n-samples.arc.original", 100)))
    run = run_of(store, report)
    assert run.outcomes == Outcomes(6, 18, missing=76)
    assert report.results[0]["notes"] == ["76 samples of the task were not run"]


def test_version_0_3_needs_what_its_files_lack(store: Store, write: Write) -> None:
    refused = take(store, write(V03)).refused
    assert refused[0]["field"] == "n-samples.piqa.effective"
    assert "--n" in refused[0]["reason"]
    assert take(store, write(V03), Options(n=100)).refused[0]["field"] == "date"
    dated = write(V03, "results_2023-05-01T10-11-12.json")
    run = run_of(store, take(store, dated, Options(n=100)))
    assert [metric.id for metric in run.metrics] == ["acc", "acc_norm"]
    assert (run.headline.successes, run.headline.stderr) == (50, Decimal("0.01"))
    assert (run.harness.version, run.system.revision) == ("undeclared", "undeclared")
    assert run.run.started_at.isoformat() == "2023-05-01T10:11:12+00:00"


def test_a_share_that_is_no_count_keeps_no_counts(store: Store, write: Write) -> None:
    run = run_of(store, take(store, write(changed(LM_EVAL, "results.arc.acc,none", 0.2601))))
    assert (run.headline.successes, run.headline.value) == (None, Decimal("0.2601"))
    assert run.outcomes == Outcomes(24, 0)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("results.arc", "good", "results.arc"),
        ("results.arc", {"alias": "arc"}, "results.arc"),
        ("results.arc", {"unheard,none": 0.5}, "results.arc.unheard,none"),
        ("n-samples.arc.effective", "many", "n-samples.arc.effective"),
        ("config.model_args", {}, "config.model_args"),
        ("config.model_args", "pretrained=two words", "system.id"),
        ("date", ..., "date"),
    ],
)
def test_lm_eval_refusals(store: Store, write: Write, path: str, value: Any, field: str) -> None:
    report = take(store, write(changed(LM_EVAL, path, value)))
    assert (report.results, [it["field"] for it in report.refused]) == ([], [field])
    assert store.entries() == []


def test_one_refused_task_does_not_hold_up_the_others(store: Store, write: Write) -> None:
    document = changed(LM_EVAL, "results.other", {"acc,none": 0.5})
    report = take(store, write(document))
    assert len(report.results) == 1
    assert report.refused[0]["field"] == "n-samples.other.effective"


def test_a_group_s_mean_is_left_to_its_tasks(store: Store, write: Write) -> None:
    document = changed(LM_EVAL, "results.suite", {"acc,none": 0.25})
    report = take(store, write(changed(document, "group_subtasks", {"suite": ["arc"]})))
    assert len(report.results) == 1
    assert report.refused == []


# -- Inspect AI


def test_inspect_errors_come_back_into_the_denominator(store: Store, write: Write) -> None:
    report = take(store, write(INSPECT))
    run = run_of(store, report)
    assert run.headline.value == Decimal("0.500000")
    assert run.outcomes == Outcomes(2, 1, error=1)
    assert headline_agrees(run.headline)
    assert "it is 0.500000" in report.results[0]["notes"][0]
    assert (run.harness.git_commit, run.harness.dirty) == ("36190055", True)
    assert run.run.started_at.isoformat() == "2026-10-20T23:12:04+00:00"
    assert run.cost is not None
    assert run.cost.wall_seconds == 12
    lines = published(store, SAMPLES_SUBJECT).splitlines()
    assert json.loads(lines[3]) == {"id": 4, "epoch": 1, "scores": {}, "error": True}


def published(store: Store, name: str) -> str:
    digest = store.entries()[-1].statement.digest_of(name)
    return (store.folder / "blobs" / str(digest)).read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("status", "error", "status"),
        ("status", "started", "status"),
        ("invalidated", True, "invalidated"),
        ("eval.task", "", "eval.task"),
        ("eval.task_version", ..., "eval.task_version"),
        ("eval.model", "none/none", "eval.model"),
        ("eval.dataset", {}, "eval.dataset.name"),
        ("results", ..., "results"),
        ("results.scores", [], "results.scores"),
        ("results.scores.0.metrics", {}, "results.scores"),
        ("results.scores.0.metrics.accuracy.value", None,
         "results.scores[0].metrics.accuracy.value"),
        ("stats.started_at", "yesterday", "stats.started_at"),
        ("stats.started_at", "2026-10-21T01:12:04", "stats.started_at"),
    ],
)  # fmt: skip
def test_inspect_refusals(store: Store, write: Write, path: str, value: Any, field: str) -> None:
    report = take(store, write(changed(INSPECT, path, value)))
    assert (report.results, [it["field"] for it in report.refused]) == ([], [field])


def archived(path: Path, method: int = zipfile.ZIP_DEFLATED, **members: Any) -> Path:
    header = {name: value for name, value in INSPECT.items() if name != "samples"}
    content = {"header.json": header, "summaries.json": INSPECT["samples"], **members}
    with zipfile.ZipFile(path, "w", method) as made:
        for name, value in content.items():
            if value is not None:
                made.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return path


def test_an_archive_gives_what_its_json_gives(store: Store, write: Write, tmp_path: Path) -> None:
    plain = run_of(store, take(store, write(INSPECT)))
    packed = run_of(store, take(store, archived(tmp_path / "log.eval")))
    assert (packed.metrics, packed.outcomes) == (plain.metrics, plain.outcomes)
    assert packed.benchmark == plain.benchmark


def refusal_of(path: Path) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        read_file(path, Options())
    return refusal.value


def test_damaged_and_hostile_archives_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archived(tmp_path / "log.eval")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    assert refusal_of(path).field == "archive"
    with zipfile.ZipFile(io.BytesIO(raw)) as whole:
        at = whole.getinfo("header.json").header_offset + 60
    path.write_bytes(raw[:at] + bytes([raw[at] ^ 255]) + raw[at + 1 :])
    assert "damaged" in refusal_of(path).reason
    unfinished = archived(tmp_path / "unfinished.eval", **{"header.json": None})
    assert refusal_of(unfinished).field == "header.json"
    twice = archived(tmp_path / "twice.eval", **{"header.json": b'{"a":1,"a":2}'})
    assert "same key twice" in refusal_of(twice).reason
    monkeypatch.setattr(archive, "MAX_MEMBER", 1000)
    bomb = archived(tmp_path / "bomb.eval", **{"header.json": b" " * 1001})
    assert "would unpack to 1001 bytes" in refusal_of(bomb).reason


def test_zstandard_without_a_decompressor_says_what_to_do(
    golden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "zstandard", lambda: None)
    refusal = refusal_of(next((golden / "results" / "inspect").glob("*.eval")))
    assert refusal.field == "header.json"
    assert "pip install 'alliance-node[zstd]'" in refusal.reason


# -- published files


@pytest.mark.golden
def test_published_files_of_both_harnesses(golden: Path, store: Store) -> None:
    folder = golden / "results"
    taken = [
        run_of(store, take(store, path))
        for path in sorted(folder.glob("lm_eval/*/results_*.json"))
        + sorted(folder.glob("inspect/*.json"))
    ]
    assert [(run.system.id, str(run.headline.value), run.headline.n) for run in taken] == [
        ("adbar/py3langid-0.4.0", "0.970000", 100),
        ("facebook/lid.176.ftz", "0.930000", 100),
        ("lid/adbar/py3langid-0.4.0", "0.970000", 100),
        ("ollama/qwen2.5:0.5b", "0.333333", 3),
    ]
    assert [run.headline.successes for run in taken] == [97, 93, 97, 1]
    assert [run.outcomes.missing for run in taken if run.outcomes] == [0, 0, 0, 2373]
    assert len({run.benchmark.task_digest for run in taken[:2]}) == 1
    assert len(store.verify()) == 4


@pytest.mark.golden
@pytest.mark.skipif(
    archive.zstandard() is None,
    reason="this Python reads no Zstandard: pip install 'alliance-node[zstd]'",
)
def test_a_published_zstandard_archive(golden: Path, store: Store) -> None:
    path = next((golden / "results" / "inspect").glob("*.eval"))
    run = run_of(store, take(store, path))
    assert run.system.id == "lid/adbar/py3langid-0.4.0"
    assert (run.headline.successes, run.headline.n) == (97, 100)
    assert len(published(store, SAMPLES_SUBJECT).splitlines()) == 100


# -- any file


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"results": {"arc": {"acc": NaN}}}', "does not know"),
        (b'{"results": {"arc": {"acc": Infinity}}}', "does not know"),
        (b'{"results": 1, "results": 2}', "same key twice"),
        (b"[" * 1000 + b"]" * 1000, "nested deeper"),
        (b"name,score\n", "is not JSON"),
        (b"[]", "not a result file"),
        (b"{}", "not a result file"),
    ],
)
def test_files_that_are_no_results(store: Store, tmp_path: Path, raw: bytes, reason: str) -> None:
    path = tmp_path / "results.json"
    path.write_bytes(raw)
    report = take(store, path)
    assert report.refused[0]["file"] == str(path)
    assert reason in report.refused[0]["reason"]


def test_a_file_that_is_not_there(store: Store, tmp_path: Path) -> None:
    assert "No such file" in take(store, tmp_path / "gone.json").refused[0]["reason"]


def test_the_same_file_is_recorded_once(store: Store, write: Write) -> None:
    path = write(LM_EVAL)
    first, again = take(store, path), take(store, path)
    assert (first.results[0]["state"], again.results[0]["state"]) == (
        "recorded",
        "already recorded",
    )
    assert first.results[0]["digest"] == again.results[0]["digest"]
    assert len(store.entries()) == 1
    later = run_of(store, take(store, write(changed(LM_EVAL, "date", 1795465999.0), "b.json")))
    assert later.run.attempt == 2


def test_a_dry_run_records_nothing(store: Store, write: Write) -> None:
    report = take(store, write(LM_EVAL), dry_run=True)
    assert report.results[0]["state"] == "would be recorded"
    assert report.results[0]["statement"]["predicate"]["benchmark"]["id"] == "arc"
    assert store.entries() == []
    assert list((store.folder / "blobs").iterdir()) == []


def test_raw_files_can_be_withheld(store: Store, write: Write) -> None:
    report = take(store, write(LM_EVAL), publish=False)
    assert report.results[0]["state"] == "recorded"
    assert list((store.folder / "blobs").iterdir()) == []
    store.verify()


def test_what_the_operator_adds_is_in_the_statement(store: Store, write: Write) -> None:
    options = Options(
        system="org/renamed",
        system_revision="v2",
        system_digest=f"sha256:{'0' * 64}",
        dimension="safety",
        relationship="first_party",
    )
    run = run_of(store, take(store, write(LM_EVAL), options))
    assert (run.system.id, run.system.revision) == ("org/renamed", "v2")
    assert run.system.digest == f"sha256:{'0' * 64}"
    assert (run.dimension, run.relationship) == ("safety", "first_party")


def test_any_field_of_a_file_may_be_missing_or_odd(store: Store, write: Write) -> None:
    """Whatever a harness leaves out or changes, the answer is a result or a refusal."""
    for base in (LM_EVAL, INSPECT):
        for path in every_path(base):
            for odd in (..., None, [], {}, "odd", 7, -1.5, True):
                report = take(store, write(changed(base, path, odd)), dry_run=True)
                assert report.results or report.refused, (path, odd)


def every_path(value: Any, way: str = "") -> list[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[str] = []
    for name, item in items:
        if "." in str(name) or (isinstance(value, list) and not isinstance(item, dict | list)):
            continue
        if isinstance(value, dict):
            found.append(f"{way}{name}")
        if isinstance(item, dict | list):
            found += every_path(item, f"{way}{name}.")
    return found
