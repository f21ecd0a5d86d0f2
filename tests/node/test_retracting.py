"""Taking back a result: in public, with a reason, once, and without deleting anything."""

import json

import pytest
from alliance_node import cli, recording, retracting
from alliance_node.proofs.statement import EvalRun
from alliance_node.retracting import RetractionRefused
from alliance_node.store import Store

from .conftest import make_payload, make_run


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    status = cli.main([arguments[0], "--json", *arguments[1:]])
    return status, json.loads(capsys.readouterr().out)


def test_a_result_is_taken_back_once(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    (entry,) = store.record([make_payload(1)])
    run_id, where = entry.statement.predicate.run.id, str(store.folder)
    why = "The test set was in the training data."
    status, told = call(capsys, "retract", run_id, "--why", why, "--dir", where)
    assert (status, told["state"]) == (0, "retracted")
    status, again = call(capsys, "retract", entry.digest, "--why", "once more", "--dir", where)
    assert (status, again["state"]) == (0, "already retracted")
    assert len(store.entries()) == 2
    said = store.entries()[1].statement.predicate
    assert isinstance(said, EvalRun)
    assert said.retracts is not None
    assert (said.retracts.digest, said.retracts.reason) == (f"sha256:{entry.digest}", why)
    assert said.run.id != run_id
    assert len(store.verify()) == 2


def test_it_no_longer_counts_and_is_run_again(
    capsys: pytest.CaptureFixture[str], store: Store
) -> None:
    run = make_run(1)
    (entry,) = store.record([make_payload(1)])
    assert recording.has_result(store.entries(), run.benchmark, run.dataset, run.system)
    retracting.retract(store, entry, "wrong data")
    assert not recording.has_result(store.entries(), run.benchmark, run.dataset, run.system)
    status, told = call(capsys, "status", str(store.folder))
    assert (status, told["results"], told["retracted"]) == (0, 1, [entry.digest])
    assert told["unfinished"] == []


def test_what_cannot_be_retracted(store: Store) -> None:
    (entry,) = store.record([make_payload(1)])
    with pytest.raises(RetractionRefused, match="no result"):
        retracting.find(store, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    retraction = retracting.retract(store, entry, "why not")
    with pytest.raises(RetractionRefused, match="no result"):
        retracting.find(store, retraction.digest)
    for why in ("  ", "x" * 2001):
        with pytest.raises(RetractionRefused, match="--why"):
            retracting.retract(store, entry, why)


def test_two_results_under_one_run_id_are_told_apart(store: Store) -> None:
    run_id = make_run(1).run.id
    entries = store.record([make_payload(1), make_payload(1, dimension="safety")])
    with pytest.raises(RetractionRefused, match="2 results have the run id"):
        retracting.find(store, run_id)
    assert retracting.find(store, f"sha256:{entries[1].digest}") == entries[1]
