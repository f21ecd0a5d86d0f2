"""``alliance-node export``: the node as static files."""

import argparse
from dataclasses import asdict
from pathlib import Path

from alliance_node.exporting import export
from alliance_node.store import Store

from . import output

HELP = "write everything the node serves as files, for a bucket or any web server"
EPILOG = """\
Run it again after each import or run: only what is new is written, the checkpoint last, so whoever
reads meanwhile never misses a file. Files of earlier exports stay. Copy the folder in the same
order: everything else first, "checkpoint" last, for instance
  alliance-node export ./public --dir ./node
  rclone copy ./public bucket:node --exclude checkpoint && rclone copy ./public/checkpoint bucket:node

nginx needs no more than
  root /srv/node/public;  location = /checkpoint { add_header Cache-Control "max-age=2"; }

The list /v1/results takes a query and so cannot be a file: the copy says "complete", and portals
then read the log's entries, which say the same.

exit status: 0 written, 1 DIR holds something else.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", type=Path, metavar="DIR", help="where to write; new or its own")
    output.directory_option(parser)


def run(options: argparse.Namespace) -> int:
    store = Store.open(options.folder)
    bar = output.Bar("writing")
    try:
        report = export(store, options.target, bar)
    finally:
        bar.close()
    output.result(
        options,
        {"node": store.config.node_id, "directory": str(options.target), **asdict(report)},
        f"{report.files} files in {options.target}, {report.written} of them new or changed "
        f"({report.bytes} bytes)",
    )
    return 0
