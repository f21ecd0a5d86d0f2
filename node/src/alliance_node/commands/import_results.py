"""``alliance-node import``: sign results that a harness has written."""

import argparse
from pathlib import Path

from alliance_node import retracting
from alliance_node.errors import NodeError
from alliance_node.importers import NAMES
from alliance_node.importers.finding import find
from alliance_node.importers.model import Options, moment_of
from alliance_node.importing import FileReport, Importer
from alliance_node.proofs.fields import Fields, StatementError
from alliance_node.proofs.predicate import DIMENSIONS, OPAQUE, RELATIONSHIPS
from alliance_node.store import Store

from . import output
from .run import wake_portal

HELP = "sign results that an evaluation harness has written"
EPILOG = f"""\
Known: {", ".join(NAMES)}.
A folder stands for every result below it; a folder with run_spec.json and stats.json is one HELM
run. A file that is refused is named with the field and the reason, and the rest of the batch goes
on. The same file is recorded once, however often it is imported.

What a file does not say is not made up: a revision becomes "undeclared", a digest "opaque", and a
score without a number of samples is refused until you add --n. Look first:
  alliance-node import ./results --dry-run --json
prints for each file the statement that would be signed, or the refusal.

The raw file becomes public with its statement, unless --withhold-raw keeps it back: then only its
digest is signed, and nobody can recompute the result.

exit status: 0 all taken, 1 something was refused.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    output.directory_option(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be signed, record nothing"
    )
    parser.add_argument("--withhold-raw", action="store_true", help="do not publish raw files")
    parser.add_argument(
        "--wake", metavar="URL", help="POST nothing to this address after the import"
    )
    parser.add_argument(
        "--supersedes", metavar="RUN", help="the node's earlier result that this one corrects"
    )
    _system_arguments(parser.add_argument_group("the system, where the file does not say it"))
    _run_arguments(parser.add_argument_group("the run, where the file does not say it"))


def _system_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--system", help="its name")
    group.add_argument("--system-revision", help="its revision, such as a commit or a version")
    group.add_argument(
        "--system-digest", default=OPAQUE, help="sha256:... of its weights (default: %(default)s)"
    )
    group.add_argument("--relationship", choices=RELATIONSHIPS, default="third_party")


def _run_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--n",
        action="append",
        default=[],
        metavar="[TASK=]N",
        help="how many samples were scored, of all tasks or of one; may be repeated",
    )
    group.add_argument("--benchmark", help="its id on the portal, if the file calls it otherwise")
    group.add_argument("--benchmark-version", help="its version")
    group.add_argument(
        "--benchmark-size", type=int, help="how many samples it has; those not run are missing"
    )
    group.add_argument("--harness-version", help="the version of the harness")
    group.add_argument("--metric", help="which score is the headline")
    group.add_argument("--finished-at", metavar="TIME", help="when the run ended, ISO 8601")
    group.add_argument("--dimension", choices=DIMENSIONS, default="capability")


def run(options: argparse.Namespace) -> int:
    store = Store.open(options.folder)
    batch = find(options.paths)
    importer = Importer(
        store,
        _options(options),
        dry_run=options.dry_run,
        publish=not options.withhold_raw,
        supersedes=_superseded(store, options),
    )
    reports = _take(importer, batch.files)
    if not options.dry_run and any(report.results for report in reports):
        wake_portal(options.wake)
    skipped = [{"file": str(path), "reason": why} for path, why in batch.skipped.items()]
    lines = [line for report in reports for line in _lines(report)]
    lines += [f"skipped  {it['file']}  {it['reason']}" for it in skipped]
    value = {"files": [report.to_json() for report in reports], "skipped": skipped}
    output.result(options, value, *lines)
    if not reports:
        output.progress("nothing to import there: no result file of a kind we know")
    return 1 if any(report.refused for report in reports) or not reports else 0


def _take(importer: Importer, files: list[Path]) -> list[FileReport]:
    bar = output.Bar("importing")
    reports = []
    try:
        for position, path in enumerate(files, start=1):
            bar(position, len(files), path.name)
            reports.append(importer.take(path))
    finally:
        bar.close()
    return reports


def _superseded(store: Store, options: argparse.Namespace) -> str | None:
    if options.supersedes is None:
        return None
    return f"sha256:{retracting.find(store, options.supersedes).digest}"


def _options(options: argparse.Namespace) -> Options:
    try:
        Fields({"digest": options.system_digest}, "").digest_or_opaque("digest")
    except StatementError as error:
        raise NodeError(f"--system-digest {error.reason}") from error
    finished_at = moment_of(options.finished_at) if options.finished_at else None
    if options.finished_at and finished_at is None:
        raise NodeError("--finished-at must be a time such as 2026-11-24T10:00:00Z")
    counts = dict(_count(text) for text in options.n)
    return Options(
        system=options.system,
        system_revision=options.system_revision,
        system_digest=options.system_digest,
        n=counts.pop("", None),
        counts=counts,
        benchmark=options.benchmark,
        benchmark_version=options.benchmark_version,
        benchmark_size=options.benchmark_size,
        harness_version=options.harness_version,
        metric=options.metric,
        finished_at=finished_at,
        dimension=options.dimension,
        relationship=options.relationship,
    )


def _count(text: str) -> tuple[str, int]:
    """Read ``N`` or ``TASK=N``; a task's name may hold an equals sign itself."""
    task, _, number = text.rpartition("=")
    if not number.isascii() or not number.isdigit() or int(number) < 1:
        raise NodeError(f"--n must be N or TASK=N with a whole number from 1, not {text!r}")
    return task, int(number)


def _lines(report: FileReport) -> list[str]:
    lines = []
    for result in report.results:
        lines.append(f"{result['state']}  {result['run']}  {report.path}")
        lines += [f"    note: {note}" for note in result.get("notes", ())]
    lines += [
        f"refused  {report.path}  {refusal['field']}: {refusal['reason']}"
        for refusal in report.refused
    ]
    return lines
