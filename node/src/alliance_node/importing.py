"""Bring result files into the log, each result once, however often it is tried."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import recording
from .importers import read_file
from .importers.model import Imported, Options, Refusal
from .proofs import strict_json, ulid
from .proofs.fields import StatementError
from .proofs.predicate import Run
from .proofs.statement import RESULTS_SUBJECT, SAMPLES_SUBJECT, EvalRun, Subject, build_statement
from .recording import Findings
from .store import Store, TooLarge


@dataclass
class FileReport:
    """What came of one file."""

    path: Path
    results: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)

    def refuse(self, where: str, reason: str) -> None:
        self.refused.append({"file": str(self.path), "field": where, "reason": reason})

    def to_json(self) -> dict[str, Any]:
        return {"file": str(self.path), "results": self.results, "refused": self.refused}


def result_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files named, and in a folder every ``.json`` and ``.eval`` file below it."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(it for it in path.rglob("*") if it.suffix in (".json", ".eval"))
        else:
            found.append(path)
    return found


def import_file(
    store: Store, path: Path, options: Options, *, dry_run: bool, publish: bool = True
) -> FileReport:
    """Sign and record what a file holds; with ``dry_run`` only say what would be signed."""
    report = FileReport(path)
    try:
        reading = read_file(path, options)
    except Refusal as refusal:
        report.refuse(refusal.field, refusal.reason)
        return report
    for part in reading.refused:
        report.refuse(part.field, part.reason)
    for imported in reading.imported:
        try:
            report.results.append(_take(store, imported, dry_run=dry_run, publish=publish))
        except StatementError as error:
            report.refuse(error.field.removeprefix("predicate."), error.reason)
        except TooLarge as error:
            report.refuse(imported.task, str(error))
    return report


def _take(store: Store, imported: Imported, *, dry_run: bool, publish: bool) -> dict[str, Any]:
    run_id = _run_id(imported)
    before = [entry for entry in store.entries() if entry.kind == "eval-run"]
    known = next((it for it in before if it.statement.predicate.run.id == run_id), None)
    if known is not None:
        return {"state": "already recorded", "run": run_id, "digest": known.digest}
    payload = _payload(store, imported, run_id)
    line: dict[str, Any] = {"state": "would be recorded", "run": run_id}
    if not dry_run:
        if publish:
            for raw in _files(imported.findings).values():
                store.put_blob(raw)
        line |= {"state": "recorded", "digest": store.record([payload])[0].digest}
    return line | {"notes": list(imported.notes), "statement": strict_json.loads(payload)}


def _payload(store: Store, imported: Imported, run_id: str) -> bytes:
    findings = imported.findings
    attempt = 1 + sum(
        isinstance(said := entry.statement.predicate, EvalRun)
        and (said.benchmark, said.system) == (findings.benchmark, findings.system)
        for entry in store.entries()
    )
    run = Run(run_id, attempt, imported.started_at, imported.finished_at)
    subjects = tuple(
        Subject(name, sha256(raw).hexdigest()) for name, raw in _files(findings).items()
    )
    return build_statement(subjects, recording.predicate(store, run, findings))


def _files(findings: Findings) -> dict[str, bytes]:
    files = {RESULTS_SUBJECT: findings.results}
    if findings.samples is not None:
        files[SAMPLES_SUBJECT] = findings.samples
    return files


def _run_id(imported: Imported) -> str:
    """Name a run by the bytes it came from, so that the same file is never two runs."""
    seed = sha256(imported.findings.results).digest() + imported.task.encode()
    milliseconds = int(imported.finished_at.timestamp() * 1000)
    return ulid.make(milliseconds, sha256(seed).digest()[:10])
