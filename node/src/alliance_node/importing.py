"""Bring result files into the log, each result once, however often it is tried."""

from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import recording
from .importers import read_file
from .importers.model import Imported, Options, Reading, Refusal, identifier
from .proofs import dsse, strict_json, ulid
from .proofs.fields import StatementError
from .proofs.predicate import Run
from .proofs.statement import EvalRun, Subject, build_statement
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


class Importer:
    """Takes file after file into one store; it alone writes there meanwhile, or finds out."""

    def __init__(
        self,
        store: Store,
        options: Options,
        *,
        dry_run: bool = False,
        publish: bool = True,
        supersedes: str | None = None,
    ) -> None:
        self.store, self.options = store, options
        self.dry_run, self.publish, self.supersedes = dry_run, publish, supersedes
        self._known: dict[str, str] = {}
        self._attempts: Counter[object] = Counter()
        for entry in store.entries():
            if isinstance(said := entry.statement.predicate, EvalRun) and said.retracts is None:
                self._remember(said, entry.digest)

    def take(self, path: Path) -> FileReport:
        """Sign and record what a file holds, in one append; or only say what would be signed."""
        report = FileReport(path)
        try:
            reading = self._read(path)
        except Refusal as refusal:
            report.refuse(refusal.field, refusal.reason)
            return report
        for part in reading.refused:
            report.refuse(part.field, part.reason)
        raws: list[bytes] = []
        for imported in reading.imported:
            try:
                report.results.append(self._take(imported, raws))
            except StatementError as error:
                report.refuse(error.field.removeprefix("predicate."), error.reason)
            except TooLarge as error:
                report.refuse(imported.task, str(error))
        if raws:
            self.store.append(raws)
        return report

    def _read(self, path: Path) -> Reading:
        reading = read_file(path, self.options)
        for option, given in (
            ("--benchmark", self.options.benchmark),
            ("--supersedes", self.supersedes),
        ):
            if given and len(reading.imported) > 1:
                raise Refusal(
                    "file", f"has {len(reading.imported)} results, and {option} can name only one"
                )
        return replace(reading, imported=[self._amended(it) for it in reading.imported])

    def _amended(self, imported: Imported) -> Imported:
        amended = _amended(imported, self.options)
        if self.supersedes is None:
            return amended
        findings = replace(amended.findings, supersedes=self.supersedes)
        return replace(amended, findings=findings)

    def _take(self, imported: Imported, raws: list[bytes]) -> dict[str, Any]:
        run_id = _run_id(imported)
        known = self._known.get(run_id[_CHANCE])
        if known is not None:
            return {"state": "already recorded", "run": run_id, "digest": known}
        payload = self._payload(imported, run_id)
        raw = self.store.sign(payload)
        line: dict[str, Any] = {"state": "would be recorded", "run": run_id}
        if not self.dry_run:
            if self.publish:
                for content in imported.findings.files.values():
                    self.store.put_blob(content)
            raws.append(raw)
            line |= {"state": "recorded", "digest": dsse.digest(raw)}
        line |= {"notes": list(imported.notes), "statement": strict_json.loads(payload)}
        self._known[run_id[_CHANCE]] = dsse.digest(raw)
        self._attempts[imported.findings.benchmark, imported.findings.system] += 1
        return line

    def _payload(self, imported: Imported, run_id: str) -> bytes:
        findings = imported.findings
        attempt = 1 + self._attempts[findings.benchmark, findings.system]
        run = Run(run_id, attempt, imported.started_at, imported.finished_at)
        subjects = tuple(
            Subject(name, sha256(raw).hexdigest()) for name, raw in findings.files.items()
        )
        return build_statement(subjects, recording.predicate(self.store, run, findings))

    def _remember(self, said: EvalRun, digest: str) -> None:
        self._known[said.run.id[_CHANCE]] = digest
        self._attempts[said.benchmark, said.system] += 1


# A ULID without its time: files that do not say when they were made must not be two runs either.
_CHANCE = slice(10, None)


def import_file(
    store: Store, path: Path, options: Options, *, dry_run: bool, publish: bool = True
) -> FileReport:
    """Import a single file; see :class:`Importer` for many."""
    return Importer(store, options, dry_run=dry_run, publish=publish).take(path)


def _amended(imported: Imported, options: Options) -> Imported:
    """Add what the operator says of benchmark and size to what the file says."""
    findings, notes = imported.findings, list(imported.notes)
    benchmark, outcomes = findings.benchmark, findings.outcomes
    if options.benchmark:
        benchmark = replace(benchmark, id=identifier(options.benchmark, "--benchmark"))
    if options.benchmark_version:
        version = identifier(options.benchmark_version, "--benchmark-version")
        benchmark = replace(benchmark, version=version)
    if options.benchmark_size is not None and outcomes is not None:
        missing = options.benchmark_size - outcomes.attempted
        if missing < 0:
            raise Refusal(
                imported.task,
                f"has {outcomes.attempted} samples, more than --benchmark-size "
                f"{options.benchmark_size}",
            )
        outcomes = replace(outcomes, missing=missing)
        if missing and missing != (findings.outcomes and findings.outcomes.missing):
            notes.append(f"{missing} samples of the benchmark were not run")
    findings = replace(findings, benchmark=benchmark, outcomes=outcomes)
    return replace(imported, findings=findings, notes=tuple(notes))


def _run_id(imported: Imported) -> str:
    """Name a run by the bytes it came from, so that the same file is never two runs."""
    seed = sha256(imported.findings.results).digest() + imported.task.encode()
    milliseconds = int(imported.finished_at.timestamp() * 1000)
    return ulid.make(milliseconds, sha256(seed).digest()[:10])
