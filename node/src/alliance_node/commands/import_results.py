"""``alliance-node import``: sign results that a harness has written."""

import argparse
from pathlib import Path

from alliance_node.errors import NodeError
from alliance_node.importers import ADAPTERS
from alliance_node.importers.model import Options
from alliance_node.importing import FileReport, import_file, result_files
from alliance_node.proofs.fields import Fields, StatementError
from alliance_node.proofs.predicate import DIMENSIONS, OPAQUE, RELATIONSHIPS
from alliance_node.store import Store

from . import output
from .run import wake_portal

HELP = "sign results that an evaluation harness has written"
EPILOG = f"""\
Known harnesses: {", ".join(adapter.NAME for adapter in ADAPTERS)}. A folder stands for all .json and
.eval files below it. A file that is refused is named with the field and the reason, and the rest
of the batch goes on. The same file is recorded once, however often it is imported.

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
    parser.add_argument("--system", help="the system's name, where the file does not say it")
    parser.add_argument("--system-revision", help="its revision, such as a commit or a version")
    parser.add_argument(
        "--system-digest", default=OPAQUE, help="sha256:... of its weights (default: %(default)s)"
    )
    parser.add_argument("--n", type=int, help="number of samples, where the file does not say it")
    parser.add_argument("--dimension", choices=DIMENSIONS, default="capability")
    parser.add_argument("--relationship", choices=RELATIONSHIPS, default="third_party")
    parser.add_argument(
        "--wake", metavar="URL", help="POST nothing to this address after the import"
    )


def run(options: argparse.Namespace) -> int:
    store = Store.open(options.folder)
    adding = _options(options)
    files = result_files(options.paths)
    reports = []
    for position, path in enumerate(files, start=1):
        output.progress(f"[{position}/{len(files)}] {path}")
        reports.append(
            import_file(
                store,
                path,
                adding,
                dry_run=options.dry_run,
                publish=not options.withhold_raw,
            )
        )
    if not options.dry_run and any(report.results for report in reports):
        wake_portal(options.wake)
    lines = [line for report in reports for line in _lines(report)]
    output.result(options, {"files": [report.to_json() for report in reports]}, *lines)
    return 1 if any(report.refused for report in reports) or not files else 0


def _options(options: argparse.Namespace) -> Options:
    try:
        Fields({"digest": options.system_digest}, "").digest_or_opaque("digest")
    except StatementError as error:
        raise NodeError(f"--system-digest {error.reason}") from error
    return Options(
        system=options.system,
        system_revision=options.system_revision,
        system_digest=options.system_digest,
        n=options.n,
        dimension=options.dimension,
        relationship=options.relationship,
    )


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
